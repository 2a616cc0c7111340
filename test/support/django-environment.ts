/**
 * Real Django for tests, by version. 4.2 and 5.2 get a virtual environment of the machine's Python; 6.0 and 6.1 need
 * Python 3.12 or newer and run in Pyodide where the machine has none. All are made in `.venvs` on first use.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { version as pyodideVersion } from "pyodide";

export type DjangoVersion = "4.2" | "5.2" | "6.0" | "6.1";
export type NativeDjangoVersion = "4.2" | "5.2";
type NewDjangoVersion = Exclude<DjangoVersion, NativeDjangoVersion>;

export const djangoVersions: readonly DjangoVersion[] = ["4.2", "5.2", "6.0", "6.1"];

/** The reason why something cannot be tested on this machine, in one sentence. */
export class Unavailable extends Error {}

export interface DjangoEnvironment {
  readonly version: DjangoVersion;
  /** Whether a script can start processes. */
  readonly hasProcesses: boolean;
  /**
   * Runs a Python script with the paths of a JSON file to read and of one to write as its arguments.
   * @returns what the script wrote
   * @throws Error with the script's last output when it fails
   */
  run(script: string, input: unknown): Promise<unknown>;
}

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));
const environments = path.join(repository, ".venvs");
const pyodideRunner = fileURLToPath(new URL("./run-in-pyodide.mjs", import.meta.url));

const commonRequirements = ["asgiref==3.13.0", "sqlparse==0.6.1"];
/** Libraries that specs use. */
const libraries = [
  "celery==5.7.0",
  "djangorestframework==3.16.1",
  "django-ninja==1.7.1",
  "django-filter==25.1",
  "django-tables2==2.7.5",
  "django-import-export==4.3.14",
  "graphene-django==3.2.3",
  "strawberry-graphql==0.327.7",
  "strawberry-graphql-django==0.82.1",
  "Jinja2==3.1.6",
  "django-jinja==2.11.0",
];
/** Stops the clock of a process. Has no wheel for Pyodide. */
const clock = "time-machine==3.6.0";
const requirements: Record<DjangoVersion, readonly string[]> = {
  // djblets supports no other version of Django.
  "4.2": ["Django==4.2.30", ...commonRequirements, clock, ...libraries, "djblets==6.1"],
  // An object store is asked for a signature, which boto3 computes by itself.
  "5.2": [
    ...["Django==5.2.19", ...commonRequirements, clock, ...libraries],
    ...["django-storages==1.14.6", "boto3==1.44.8"],
  ],
  "6.0": ["Django==6.0.10", ...commonRequirements, "tzdata==2026.6"],
  "6.1": ["Django==6.1.3", ...commonRequirements, "tzdata==2026.6"],
};

/** Minor versions of Python 3. */
interface PythonRange {
  readonly oldest: number;
  readonly newest: number;
}

/** What runs Django 4.2 as well as 5.2. */
const supportedPython: PythonRange = { oldest: 10, newest: 12 };
/** What runs Django 6.0 as well as 6.1. */
const newPython: PythonRange = { oldest: 12, newest: 14 };
/** What Pyodide contains; decides which packages are installed. */
const pyodidePython = "3.14";

const outputLimit = 64 * 1024 * 1024;
const timeLimitMs = 20 * 60_000;

/** @throws Unavailable */
export async function openDjango(version: DjangoVersion): Promise<DjangoEnvironment> {
  switch (version) {
    case "4.2":
    case "5.2": {
      const python = await djangoPython(version);
      return { version, hasProcesses: true, run: (script, input) => runScript(python, [script], input) };
    }
    case "6.0":
    case "6.1": {
      const python = await findPython(newPython);
      if (python === undefined) return openDjangoInPyodide(version);
      const env = { PYTHONPATH: await packagesForPyodide(version) };
      return {
        version,
        hasProcesses: true,
        run: (script, input) => runScript(python.program, [script], input, { env }),
      };
    }
  }
}

/** @throws Unavailable */
export async function openDjangoInPyodide(version: NewDjangoVersion): Promise<DjangoEnvironment> {
  const packages = await packagesForPyodide(version);
  const memory = await memoryOfPyodide(version, packages);
  const args = [pyodideRunner, "run", packages, memory];
  return {
    version,
    hasProcesses: false,
    run: (script, input) => runScript(process.execPath, [...args, script], input),
  };
}

/**
 * Path of a Python interpreter in which this version of Django is installed.
 * @throws Unavailable
 */
export async function djangoPython(version: NativeDjangoVersion): Promise<string> {
  return pythonWith(`django-${version}`, requirements[version]);
}

/** A Python interpreter with Django 5.2 and the driver with which it reaches PostgreSQL. @throws Unavailable */
export function djangoWithPsycopg(): Promise<string> {
  return pythonWith("django-5.2-psycopg", [
    "Django==5.2.19",
    ...commonRequirements,
    "psycopg[binary]==3.3.9",
  ]);
}

/**
 * Path of a Python interpreter of its own, in which these packages are installed.
 * @param name of the environment's folder in `.venvs`, or its absolute path
 * @param wanted requirements as pip takes them, versions pinned
 * @throws Unavailable
 */
export async function pythonWith(name: string, wanted: readonly string[]): Promise<string> {
  const folder = await makeOnce(name, wanted, async (target, content) => {
    const [python, packageInstaller] = [await pythonForEnvironments(), await pip()];
    await run(python, ["-m", "venv", "--without-pip", target]);
    await attempt(
      () =>
        run(
          interpreterIn(target),
          ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...content],
          { env: { ...process.env, PYTHONPATH: packageInstaller.modules } },
        ),
      `${wanted[0]} could not be installed with pip`,
    );
  });
  return interpreterIn(folder);
}

/**
 * pip for all environments: putting it into each took longer than putting most packages there. `modules` holds nothing
 * else, which it would take for installed wherever it runs.
 */
async function pip(): Promise<{ readonly python: string; readonly modules: string }> {
  const modulesOf = async (folder: string) => {
    const script = "import sysconfig; print(sysconfig.get_path('purelib'))";
    return (await run(interpreterIn(folder), ["-c", script])).stdout.trim();
  };
  const folder = await makeOnce("pip", ["pip"], async (target) => {
    const python = await pythonForEnvironments();
    await attempt(
      () => run(python, ["-m", "venv", target]),
      `${python} cannot make virtual environments (on Debian and Ubuntu, install the package python3-venv)`,
    );
    const modules = await modulesOf(target);
    const others = (await readdir(modules)).filter((module) => module !== "pip");
    await Promise.all(others.map((module) => rm(path.join(modules, module), { recursive: true })));
  });
  return { python: interpreterIn(folder), modules: await modulesOf(folder) };
}

/** @returns absolute path of a folder with the packages' modules, which are Python alone and work in newer ones as well */
async function packagesForPyodide(version: NewDjangoVersion): Promise<string> {
  const wanted = requirements[version];
  return makeOnce(`django-${version}-packages`, wanted, async (target, content) => {
    const { python } = await pip();
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
    // What this Python compiles is of no use to that one.
    const kind = ["--python-version", pyodidePython, "--ignore-requires-python", "--no-compile"];
    await attempt(
      () => run(python, ["-m", "pip", "install", ...options, ...kind, "--target", target, ...content]),
      `${wanted[0]} could not be installed with pip`,
    );
  });
}

/** @returns absolute path of the file with what an interpreter remembers that has imported Django */
async function memoryOfPyodide(version: NewDjangoVersion, packages: string): Promise<string> {
  const file = "memory";
  const runner = createHash("sha256")
    .update(await readFile(pyodideRunner))
    .digest("hex");
  const wanted = [
    ...requirements[version],
    `pyodide==${pyodideVersion}`,
    `node==${process.versions.node}`,
    `run-in-pyodide.mjs==${runner}`,
  ];
  const folder = await makeOnce(`django-${version}-memory`, wanted, async (target) => {
    await run(process.execPath, [pyodideRunner, "remember", packages, path.join(target, file)]);
  });
  return path.join(folder, file);
}

/**
 * A folder of `.venvs` that `make` fills, unless it is there with all that is wanted: checkouts that share the folder
 * may want different things. It is made under another name and moved when complete, so that neither an interrupted run
 * nor a second process leaves or sees half of it.
 */
async function makeOnce(
  name: string,
  wanted: readonly string[],
  make: (target: string, content: readonly string[]) => Promise<void>,
): Promise<string> {
  const folder = path.resolve(environments, name);
  const marker = "installed.txt";
  const readPresent = async () => (await readIfPresent(path.join(folder, marker)))?.trim().split("\n") ?? [];
  const isThere = (present: readonly string[]) =>
    wanted.every((requirement) => present.includes(requirement));
  const present = await readPresent();
  if (isThere(present)) return folder;

  const packages = new Set(wanted.map(packageName));
  const content = [...wanted, ...present.filter((requirement) => !packages.has(packageName(requirement)))];
  await mkdir(path.dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-unfinished-`);
  try {
    await make(unfinished, content);
    await writeFile(path.join(unfinished, marker), `${content.join("\n")}\n`);
    // Another process that was faster runs what it has made.
    if (isThere(await readPresent())) return folder;
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(path.join(folder, marker))) throw error;
    });
    return folder;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function packageName(requirement: string): string {
  return requirement.split("==")[0] ?? requirement;
}

/**
 * By preference. What a distribution compiled is optimized by profiles; what version managers compile and put before it
 * on the path usually is not, and takes a fifth longer.
 */
const pythons = [
  "/usr/bin/python3",
  "python3.11",
  "python3",
  ...["python3.13", "python3.14", "python3.12", "python3.10"],
  "python",
];

async function pythonForEnvironments(): Promise<string> {
  const python = await findPython(supportedPython);
  if (python !== undefined) return python.program;
  throw new Unavailable(
    `Python 3.${supportedPython.oldest} to 3.${supportedPython.newest} was not found; tests with real Django need it.`,
  );
}

/** The preferred one, if possible one that can install packages. */
async function findPython({ oldest, newest }: PythonRange): Promise<Python | undefined> {
  let incomplete: Python | undefined;
  for (const name of pythons) {
    const python = await pythonNamed(name);
    if (!python?.hasSqlite || python.major !== 3 || python.minor < oldest || python.minor > newest) continue;
    if (python.bringsPip) return python;
    incomplete ??= python;
  }
  return incomplete;
}

interface Python {
  readonly major: number;
  readonly minor: number;
  /** Debian and Ubuntu have a package of its own for it. */
  readonly bringsPip: boolean;
  /** Left out where it was compiled without the headers. */
  readonly hasSqlite: boolean;
  readonly program: string;
}

async function pythonNamed(name: string): Promise<Python | undefined> {
  const script = `
import sys
from importlib.util import find_spec
print(*sys.version_info[:2], int(bool(find_spec("ensurepip"))), int(bool(find_spec("_sqlite3"))), sys.executable)`;
  // pyenv runs those that are not everybody's only for who asks for this version.
  const version = /\d+\.\d+$/.exec(name)?.[0];
  const env = version === undefined ? process.env : { ...process.env, PYENV_VERSION: version };
  try {
    const { stdout } = await run(name, ["-c", script], { env });
    const [major, minor, ensurepip, sqlite, ...program] = stdout.trim().split(" ");
    return {
      major: Number(major),
      minor: Number(minor),
      bringsPip: ensurepip === "1",
      hasSqlite: sqlite === "1",
      program: program.join(" "),
    };
  } catch {
    return undefined; // Not on this machine, or a launcher without an interpreter behind it.
  }
}

function interpreterIn(folder: string): string {
  return process.platform === "win32"
    ? path.join(folder, "Scripts", "python.exe")
    : path.join(folder, "bin", "python");
}

async function attempt(action: () => Promise<unknown>, failure: string): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw new Unavailable(`${failure}: ${lastLine(error)}`, { cause: error });
  }
}

function lastLine(error: unknown): string {
  const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  return output.split("\n").at(-1) || String(error);
}

/**
 * Runs a program with the paths of a JSON file to read and of one to write after its own arguments.
 * @returns what the program wrote
 * @throws Error with its last output when it fails
 */
export async function runScript(
  command: string,
  commandArguments: readonly string[],
  input: unknown,
  { timeout = timeLimitMs, env = {} }: { readonly timeout?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "queryscope-django-"));
  const [inputPath, outputPath] = [path.join(folder, "input.json"), path.join(folder, "output.json")];
  try {
    await writeFile(inputPath, JSON.stringify(input));
    await run(command, [...commandArguments, inputPath, outputPath], {
      timeout,
      maxBuffer: outputLimit,
      env: { ...process.env, ...env },
    });
    return JSON.parse(await readFile(outputPath, "utf8"));
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(`${path.basename(commandArguments.at(-1) ?? command)} failed: ${output}`, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readIfPresent(file: string): Promise<string | undefined> {
  return existsSync(file) ? await readFile(file, "utf8") : undefined;
}

/**
 * For the catch of a test that needs something the machine may lack: skips the test with the reason, or fails it where
 * `QUERYSCOPE_REQUIRE_ALL=1` says that everything must run.
 */
export function skipIfUnavailable(error: unknown, skip: (reason: string) => never): never {
  if (error instanceof Unavailable && process.env.QUERYSCOPE_REQUIRE_ALL !== "1") return skip(error.message);
  throw error;
}
