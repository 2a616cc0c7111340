import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inRepository, Refusal, say } from "../../../scripts/support/repository.mjs";
import { run } from "../../../scripts/support/run.mjs";

/** @typedef {{ name: string, version: string, folder: string }} DownloadedProject */

/**
 * The projects of projects.json, as their wheels hold them, from a cache outside of the repository
 * (QUERYSCOPE_PROJECTS, else `~/.cache/queryscope/projects`). Nothing of them is run.
 * @returns {Promise<readonly DownloadedProject[]>}
 */
export async function downloadProjects() {
  const cache = process.env.QUERYSCOPE_PROJECTS ?? join(homedir(), ".cache/queryscope/projects");
  mkdirSync(cache, { recursive: true });
  const wanted = JSON.parse(readFileSync(inRepository("test/ecosystem/projects.json"), "utf8"));
  const projects = [];
  for (const { name, version } of wanted) {
    const folder = join(cache, `${name}-${version}`);
    if (!existsSync(folder)) await download(name, version, cache, folder);
    projects.push({ name, version, folder });
  }
  return projects;
}

/**
 * @param {string} name
 * @param {string} version
 * @param {string} cache
 * @param {string} folder appears when it is complete
 */
async function download(name, version, cache, folder) {
  say(`downloading ${name} ${version} …`);
  const temporary = mkdtempSync(join(cache, "download-"));
  try {
    await python(
      ...["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"],
      ...["--python-version", "3.13", `${name}==${version}`, "-d", temporary],
    );
    const [wheel] = readdirSync(temporary);
    if (wheel === undefined) throw new Refusal(`${name} ${version}: no wheel was downloaded`);
    await python("-m", "zipfile", "-e", join(temporary, wheel), join(temporary, "unpacked"));
    renameSync(join(temporary, "unpacked"), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string[]} args */
async function python(...args) {
  const { status, output } = await run("python3", args, { output: "capture" });
  if (status !== 0) throw new Refusal(`python3 ${args.join(" ")} failed: ${output.trim()}`);
}
