/** The Django that ships, as an archive that Python imports from: compiled, without what no queryset needs. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inRepository, say } from "./repository.mjs";
import { run } from "./run.mjs";

const requirements = "scripts/bundled-django.txt";
const packer = "scripts/support/pack-django.py";
const pythonOfPyodide = "3.14";

/**
 * @typedef {object} BundledLicence
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX identifier
 * @property {string} text
 */

/** A reason why the archive cannot be made on this machine, in one sentence. */
export class ArchiveUnavailable extends Error {}

/**
 * Makes the archive, or finds the one that was made before from the same wheels.
 * @returns {Promise<{ archive: string, licences: readonly BundledLicence[] }>} `archive` is an absolute path
 * @throws {ArchiveUnavailable}
 */
export async function djangoArchive() {
  const folder = inRepository(`.venvs/bundled-django-${inputHash()}`);
  const archive = join(folder, "django.zip");
  const licences = join(folder, "licences.json");
  if (!existsSync(licences)) await make(folder);
  return { archive, licences: JSON.parse(readFileSync(licences, "utf8")) };
}

function inputHash() {
  const hash = createHash("sha256");
  for (const file of [requirements, packer, "node_modules/pyodide/package.json"]) {
    hash.update(readFileSync(inRepository(file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} folder appears when it is complete */
async function make(folder) {
  say("preparing the Django that ships: wheels from PyPI, compiled");
  mkdirSync(inRepository(".venvs"), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-unfinished-`);
  try {
    await download(unfinished);
    await packWheels(unfinished);
    for (const name of readdirSync(unfinished).filter((each) => each.endsWith(".whl")))
      rmSync(join(unfinished, name));
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** @param {string} target */
async function download(target) {
  const options = [
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
  ];
  const args = ["-m", "pip", "download", ...options, "--python-version", pythonOfPyodide, "-d", target];
  let reason = "there is no Python with pip";
  for (const python of ["python3", "python"]) {
    try {
      const { status, output } = await run(python, [...args, "-r", inRepository(requirements)], {
        output: "capture",
      });
      if (status === 0) return;
      reason = output.trim().split("\n").at(-1) ?? reason;
    } catch {
      // No interpreter of this name.
    }
  }
  throw new ArchiveUnavailable(`Django could not be fetched with pip: ${reason}`);
}

/**
 * Makes `django.zip` and `licences.json` from wheels, in the Python that will read it: what another one has compiled is of no use to it.
 * @param {string} folder with the wheels; gets the archive and the licences
 */
export async function packWheels(folder) {
  const { loadPyodide } = await import("pyodide");
  const pyodide = await loadPyodide();
  pyodide.FS.mkdir("/wheels");
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".whl"))) {
    pyodide.FS.writeFile(`/wheels/${name}`, readFileSync(join(folder, name)));
  }
  pyodide.runPython(readFileSync(inRepository(packer), "utf8"));
  writeFileSync(join(folder, "django.zip"), pyodide.FS.readFile("/django.zip"));
  writeFileSync(join(folder, "licences.json"), pyodide.FS.readFile("/licences.json"));
}
