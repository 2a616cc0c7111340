/**
 * The Django that ships and Python's standard library, as archives that Python imports from: compiled, the first without
 * what no queryset needs.
 */
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
import { basename, join } from "node:path";
import { inRepository, say } from "./repository.mjs";
import { run } from "./run.mjs";

const requirements = "scripts/bundled-django.txt";
const packing = "scripts/support/packing.py";
const djangoPacker = "scripts/support/pack-django.py";
const libraryPacker = "scripts/support/pack-library.py";
/** What runs in Pyodide to make the archives. */
export const packers = [packing, djangoPacker, libraryPacker];
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
 * Makes the archives, or finds those that were made before of the same wheels.
 * @returns {Promise<{ archives: readonly string[], licences: readonly BundledLicence[] }>} `archives` are absolute paths
 * @throws {ArchiveUnavailable}
 */
export async function pythonArchives() {
  const folder = inRepository(`.venvs/bundled-django-${inputHash()}`);
  const licences = join(folder, "licences.json");
  if (!existsSync(licences)) await make(folder);
  return {
    archives: [join(folder, "django.zip"), join(folder, "python_stdlib.zip")],
    licences: JSON.parse(readFileSync(licences, "utf8")),
  };
}

function inputHash() {
  const hash = createHash("sha256");
  for (const file of [requirements, ...packers, "node_modules/pyodide/package.json"]) {
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
    await packLibrary(unfinished);
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
  const pyodide = await packingPyodide();
  pyodide.FS.mkdir("/wheels");
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".whl"))) {
    pyodide.FS.writeFile(`/wheels/${name}`, readFileSync(join(folder, name)));
  }
  pyodide.runPython(readFileSync(inRepository(djangoPacker), "utf8"));
  for (const name of ["django.zip", "licences.json"])
    writeFileSync(join(folder, name), pyodide.FS.readFile(`/${name}`));
}

/** Makes `python_stdlib.zip`: compiling the modules that Django imports takes longer than all else of a first start.
 * @param {string} folder
 */
async function packLibrary(folder) {
  const pyodide = await packingPyodide();
  pyodide.runPython(readFileSync(inRepository(libraryPacker), "utf8"));
  writeFileSync(join(folder, "python_stdlib.zip"), pyodide.FS.readFile("/python_stdlib.zip"));
}

async function packingPyodide() {
  const { loadPyodide } = await import("pyodide");
  const pyodide = await loadPyodide();
  pyodide.FS.writeFile(`/home/pyodide/${basename(packing)}`, readFileSync(inRepository(packing)));
  return pyodide;
}
