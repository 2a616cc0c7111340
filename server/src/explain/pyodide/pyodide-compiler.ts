import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CacheFolder } from "../../platform/cache-folder.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { BridgeCompiler, type BridgeProject, type PreparedBridge } from "../bridge-compiler.ts";
import { failed } from "../bridge-protocol.ts";
import { copyDjango, type InstalledDjango } from "./installed-django.ts";
import { AnswersInFolder } from "./kept-answers.ts";
import { libraryBases } from "./library-bases.ts";
import { pythonSnapshot } from "./python-snapshot.ts";
import { sandboxed } from "./sandbox.ts";
import { copySources } from "./source-copy.ts";

export interface PyodideCompilerOptions extends BridgeProject {
  readonly files: FileSystem;
  /** Absolute path of the folder where the interpreter's memory is kept from one run to the next, if anywhere. */
  readonly cacheFolder: string | undefined;
  /** Where answers are kept from one session to the next, if anywhere. */
  readonly answers?: CacheFolder | undefined;
  /** Told what takes time, in a few words. */
  readonly onProgress?: (message: string) => void;
  /** Takes the place of the Django that ships. */
  readonly django?: InstalledDjango | undefined;
  /** Absolute path of the folder that the build calls `dist`; that of the bundle if not given. */
  readonly bundle?: string;
}

const ownBundle = fileURLToPath(new URL(".", import.meta.url));

/** Whether this build has the parts: it is made without them where PyPI cannot be reached. */
export function hasPyodide(bundle = ownBundle): boolean {
  return existsSync(keyFile(bundle));
}

/** Runs Queryscope's own Django in a sandbox, on a copy of the project's sources. Needs no Python on the machine. */
export class PyodideCompiler extends BridgeCompiler {
  readonly #options: PyodideCompilerOptions;

  constructor(options: PyodideCompilerOptions) {
    super(options);
    this.#options = options;
  }

  protected async prepare(cpuSeconds: number): Promise<PreparedBridge> {
    const { bundle = ownBundle, cacheFolder, files, onProgress, environment, serverVersion } = this.#options;
    const { root, sourceRoots, settings, unsaved = new Map<string, string>(), django } = this.#options;
    if (!hasPyodide(bundle)) {
      return failed(
        "interpreter",
        "this build of Queryscope comes without Django; name a Python interpreter that has it",
      );
    }
    const program = join(bundle, "pyodide", "host.mjs");
    const readable = [join(bundle, "pyodide", "/"), join(bundle, "bridge", "/")];
    const key = readFileSync(keyFile(bundle), "utf8");
    if (django !== undefined) onProgress?.(`loading the project's own Django ${django.version}`);
    const [copy, djangoFiles] = await Promise.all([
      copySources(files, [root, ...sourceRoots], unsaved),
      django === undefined ? [] : copyDjango(files, django),
    ]);
    const project = {
      root: copy.pathOf(root),
      sourceRoots: sourceRoots.map(copy.pathOf),
      settings,
      serverVersion,
      environment: { HOME: "/", LANG: "C.UTF-8", ...environment },
      standIns: true,
      libraryBases: libraryBases(),
      filesAreCopies: true,
      files: [...copy.files, ...djangoFiles],
    };
    const launch = async () => {
      // What is kept has the Django that ships.
      const keeps = cacheFolder !== undefined && django === undefined;
      const place = keeps ? { program, readable, cacheFolder, key, onProgress } : undefined;
      const snapshot = place && (await pythonSnapshot(place));
      return sandboxed({
        program,
        args: [django === undefined ? "run" : "bare", ...(snapshot === undefined ? [] : [snapshot])],
        readable: snapshot === undefined ? readable : [...readable, snapshot],
        cpuSeconds,
      });
    };
    const { answers: folder } = this.#options;
    const answers = folder && new AnswersInFolder(folder, [key, project]);
    return { kind: "prepared", request: { ...project, cpuSeconds }, launch, answers };
  }
}

function keyFile(bundle: string): string {
  return join(bundle, "pyodide", "key");
}
