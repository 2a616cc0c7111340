/** Brings `node_modules` to what the lock file says. */
import { existsSync, readFileSync } from "node:fs";
import { inRepository, Refusal, say } from "./repository.mjs";
import { run } from "./run.mjs";

/** Installs the packages of the lock file where they are missing or differ. */
export async function ensurePackages() {
  if (packagesMatchLock()) return;
  say("installing packages from the npm registry");
  const { program, args } = npm();
  const quickRetries = ["--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"];
  const { status, output } = await run(
    program,
    [...args, "ci", "--loglevel=notice", "--prefer-offline", ...quickRetries],
    {
      output: "stderr",
    },
  );
  if (status !== 0) throw new Refusal(reasonOf(output));
}

/** npm as it runs this script, else the one on the path. */
function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? { program: process.execPath, args: [script] }
    : { program: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}

/** npm keeps a copy of what it installed; packages for other systems are not in it. */
function packagesMatchLock() {
  const installedLock = inRepository("node_modules/.package-lock.json");
  if (!existsSync(installedLock)) return false;
  const wanted = entriesOf(inRepository("package-lock.json"));
  const installed = entriesOf(installedLock);
  for (const [path, { version, optional }] of wanted) {
    const present = installed.get(path);
    if (present === undefined ? !optional : present.version !== version) return false;
  }
  return [...installed.keys()].every((path) => wanted.has(path));
}

/** @param {string} lockFile @returns {Map<string, { version: string, optional?: boolean }>} */
function entriesOf(lockFile) {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8"));
  return new Map(Object.entries(packages).filter(([path]) => path !== ""));
}

/** @param {string} output of npm */
function reasonOf(output) {
  const unreachable = /E(?:NOTFOUND|CONNREFUSED|TIMEDOUT|AI_AGAIN|CONNRESET|NETUNREACH|HOSTUNREACH)/.exec(
    output,
  );
  return unreachable
    ? `packages have to be installed, and the npm registry cannot be reached (${unreachable[0]}).`
    : "npm could not install the packages; what it said stands above.";
}
