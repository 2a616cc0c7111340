/** Queryscope's own Django on projects of the tests. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CompilerLimits } from "../../server/src/explain/bridge-compiler.ts";
import { hasPyodide, PyodideCompiler } from "../../server/src/explain/pyodide/pyodide-compiler.ts";
import { createCacheFolder } from "../../server/src/platform/cache-folder.ts";
import { nodeFileSystem } from "../../server/src/platform/node-file-system.ts";
import { Unavailable } from "../support/django-environment.ts";

const builtBundle = fileURLToPath(new URL("../../dist", import.meta.url));

/** Shared by all tests: the interpreter's memory is made once per build. */
const snapshotFolder = path.join(tmpdir(), "queryscope-test-cache");

/** For machines that do much at the same time. */
const slow: CompilerLimits = { startMs: 200_000, compileMs: 60_000 };

export interface PyodideProject {
  readonly root: string;
  readonly settings: string;
  readonly trusted?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: CompilerLimits;
  /** Absolute path of a folder for answers: the sandbox is to answer by itself elsewhere. */
  readonly answers?: string;
}

/** @throws Unavailable */
export function pyodideCompiler({
  root,
  settings,
  trusted = true,
  environment = {},
  limits = slow,
  answers,
}: PyodideProject) {
  if (!hasPyodide(builtBundle)) {
    throw new Unavailable("dist has no Django: node scripts/build.mjs makes it, if PyPI can be reached");
  }
  return new PyodideCompiler({
    workspaceTrusted: trusted,
    root,
    sourceRoots: [root],
    settings,
    environment,
    serverVersion: 150000,
    files: nodeFileSystem,
    cacheFolder: snapshotFolder,
    answers: answers === undefined ? undefined : createCacheFolder(answers),
    bundle: builtBundle,
    limits,
  });
}

/** For `beforeAll`: makes the interpreter's memory, which takes its time once per build. */
export async function warmUp(): Promise<void> {
  if (!hasPyodide(builtBundle)) return;
  // What it is warmed up with is missing: the process is started all the same.
  const compiler = pyodideCompiler({ root: tmpdirOfNothing(), settings: "settings" });
  await compiler.start();
  await compiler.close();
}

function tmpdirOfNothing(): string {
  return mkdtempSync(path.join(tmpdir(), "queryscope-nothing-"));
}
