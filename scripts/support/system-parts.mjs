/** Programs outside npm that some tests need, and how to get them. */
import { existsSync, readdirSync } from "node:fs";
import { say } from "./repository.mjs";
import { run, succeeds } from "./run.mjs";

/**
 * @typedef {object} SystemPart
 * @property {string} name
 * @property {readonly string[]} debian packages that bring it
 * @property {() => Promise<boolean> | boolean} present
 */

/** @type {readonly SystemPart[]} */
const parts = [
  {
    name: "Git",
    debian: ["git"],
    present: () => succeeds("git", ["--version"]),
  },
  {
    name: "Python 3 with venv",
    debian: ["python3", "python3-venv"],
    present: () => succeeds("python3", ["-c", "import venv, ensurepip"]),
  },
  {
    name: "PostgreSQL",
    debian: ["postgresql"],
    present: async () => debianServers().length > 0 || (await succeeds("initdb", ["--version"])),
  },
  {
    name: "Neovim",
    debian: ["neovim"],
    present: () => succeeds("nvim", ["--version"]),
  },
  {
    name: "Redis",
    debian: ["redis-server"],
    present: () => succeeds("redis-server", ["--version"]),
  },
  {
    name: "PgBouncer",
    debian: ["pgbouncer"],
    present: async () => existsSync("/usr/sbin/pgbouncer") || (await succeeds("pgbouncer", ["--version"])),
  },
  {
    name: "Emacs with eglot",
    debian: ["emacs-nox", "elpa-eglot"],
    present: () =>
      succeeds("emacs", [
        "--batch",
        "--eval",
        "(progn (require 'package) (package-initialize) (require 'eglot))",
      ]),
  },
  {
    // Without windows it takes a seventh less processor time than the whole browser, which does where none can be had.
    name: "Chromium's headless shell",
    debian: ["chromium-headless-shell", "fonts-dejavu-core"],
    present: async () =>
      process.env.CHROMIUM !== undefined ||
      (await succeeds("chromium-headless-shell", ["--version"])) ||
      (process.getuid?.() !== 0 && (await succeeds("chromium", ["--version"]))),
  },
];

/** Debian keeps the server's programs off the path, in a folder per version. */
function debianServers() {
  const folder = "/usr/lib/postgresql";
  return existsSync(folder)
    ? readdirSync(folder).filter((version) => existsSync(`${folder}/${version}/bin/initdb`))
    : [];
}

/** Extensions have a package for each version of the server, which is known when that is there. @returns {SystemPart[]} */
function extensions() {
  return debianServers().map((version) => ({
    name: `hypopg for PostgreSQL ${version}`,
    debian: [`postgresql-${version}-hypopg`],
    present: () => existsSync(`/usr/share/postgresql/${version}/extension/hypopg.control`),
  }));
}

/**
 * Installs what is missing where that is possible: as root, with apt. Otherwise names the command; the tests that need
 * it look for themselves and are skipped.
 */
export async function ensureSystemParts() {
  await ensure(parts);
  await ensure(extensions());
}

/** @param {readonly SystemPart[]} wanted */
async function ensure(wanted) {
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;
  const packages = missing.flatMap(({ debian }) => debian);
  const install = ["install", "--yes", "--no-install-recommends", ...packages];
  const names = missing.map(({ name }) => name).join(", ");
  const mayInstall = process.getuid?.() === 0 && (await succeeds("apt-get", ["--version"]));
  if (!mayInstall) {
    say(
      `${names} missing: tests that need it are skipped. On Debian or Ubuntu: sudo apt-get ${install.join(" ")}`,
    );
    return;
  }
  say(`installing ${packages.join(", ")} with apt-get`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { output: "stderr", env });
  const { status } = await run("apt-get", install, { output: "stderr", env });
  if (status !== 0) say(`apt-get could not install ${names}: tests that need it are skipped`);
}

/** @param {readonly SystemPart[]} wanted */
async function missingOf(wanted) {
  const present = await Promise.all(wanted.map((part) => part.present()));
  return wanted.filter((_, index) => !present[index]);
}
