import { createHash } from "node:crypto";
import { createCacheFolder } from "../platform/cache-folder.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { requirementOf } from "../program/library-versions.ts";
import type { BridgeProject } from "./bridge-compiler.ts";
import { type InstalledDjango, installedDjango } from "./pyodide/installed-django.ts";
import { hasPyodide, PyodideCompiler } from "./pyodide/pyodide-compiler.ts";
import { sourceStamp } from "./pyodide/source-copy.ts";
import { PythonInterpreterCompiler } from "./python-compiler.ts";
import { resolveInterpreter } from "./python-interpreter.ts";
import type { QuerysetCompiler } from "./queryset-compiler.ts";

/** The interpreter that is tried first. */
export interface PythonChoice {
  /** Path or name. */
  readonly path: string;
  /** The user has named it: where it is of no use, that is an error, and not a reason to take Queryscope's own Django. */
  readonly named: boolean;
}

export interface CompilerProject extends BridgeProject {
  readonly python: PythonChoice;
  /** Absolute paths of folders whose files say which Django the project needs, the nearest first. */
  readonly requirementFolders: readonly string[];
  /** Tells compilers apart that one project needs at the same time: with a change that is tried out, and without it. */
  readonly variant?: string;
}

export interface ChosenCompiler {
  readonly compiler: QuerysetCompiler;
  /** Of the interpreter, of the project's environment without its interpreter, or the one that ships. */
  readonly django: "interpreter" | "environment" | "bundled";
  /** Why it is not the project's, where there is one. */
  readonly problem?: string;
  /** What the project's files ask for: `==4.2.16`. */
  readonly asked?: string;
}

export interface CompilerPoolOptions {
  readonly files: FileSystem;
  /** Absolute path of a folder of the user's, for memory of interpreters and their answers; undefined keeps nothing. */
  readonly cacheFolder: string | undefined;
  /** Told what takes time, in a few words. */
  readonly onProgress?: (message: string) => void;
  /** How long a compiler may be unused before it is ended, in milliseconds. */
  readonly idleMs?: number;
  /** See `PyodideCompilerOptions`. */
  readonly bundle?: string;
}

interface Entry {
  readonly stamp: string;
  readonly chosen: Promise<ChosenCompiler>;
  idle: NodeJS.Timeout;
}

const defaultIdleMs = 15 * 60_000;

/** Compilers with loaded projects, kept for further requests as long as the sources stay the same. */
export class CompilerPool {
  readonly #options: CompilerPoolOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: CompilerPoolOptions) {
    this.#options = options;
  }

  /** The compiler for a project: its interpreter where that has Django, else Queryscope's own. */
  take(project: CompilerProject): Promise<ChosenCompiler> {
    const { unsaved = new Map<string, string>(), ...settled } = project;
    const key = JSON.stringify(settled);
    const stamp = stampOf(this.#options.files, project, unsaved);
    const present = this.#entries.get(key);
    if (present?.stamp === stamp) {
      clearTimeout(present.idle);
      present.idle = this.#idleTimer(key);
      return present.chosen;
    }
    if (present !== undefined) void this.#end(key, present);
    const chosen = this.#withAsked(project);
    this.#entries.set(key, { stamp, chosen, idle: this.#idleTimer(key) });
    return chosen;
  }

  /** Ends a compiler that is at work. */
  async discard(compiler: QuerysetCompiler): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if ((await entry.chosen).compiler === compiler) await this.#end(key, entry);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries].map(([key, entry]) => this.#end(key, entry)));
  }

  async #end(key: string, entry: Entry): Promise<void> {
    clearTimeout(entry.idle);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    await (await entry.chosen).compiler.close();
  }

  #idleTimer(key: string): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const entry = this.#entries.get(key);
      if (entry !== undefined) void this.#end(key, entry);
    }, this.#options.idleMs ?? defaultIdleMs);
    return timer.unref();
  }

  async #withAsked({ requirementFolders, ...project }: CompilerProject): Promise<ChosenCompiler> {
    const chosen = await this.#choose(project);
    const asked = requirementOf(this.#options.files, requirementFolders, "django")?.specifier;
    return asked === undefined ? chosen : { ...chosen, asked };
  }

  async #choose({
    python,
    ...project
  }: Omit<CompilerProject, "requirementFolders">): Promise<ChosenCompiler> {
    const interpreter: ChosenCompiler = {
      compiler: new PythonInterpreterCompiler({ ...project, python: python.path }),
      django: "interpreter",
    };
    const { files, cacheFolder, onProgress, bundle } = this.#options;
    // Without trust not even an interpreter is asked.
    if (python.named || !project.workspaceTrusted || !hasPyodide(bundle)) return interpreter;
    const installed = installedDjango(files, [project.root, ...project.sourceRoots]);
    // An interpreter of the search path may have any Django; the project's environment says which one it needs.
    if (installed === undefined || python.path.includes("/")) {
      const resolved = await resolveInterpreter(python.path, project.root);
      if (resolved.kind === "found" && resolved.hasDjango) return interpreter;
    }
    const without = (django: InstalledDjango | undefined): QuerysetCompiler =>
      new PyodideCompiler({
        ...project,
        files,
        cacheFolder,
        answers: cacheFolder === undefined ? undefined : createCacheFolder(cacheFolder),
        django,
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(bundle === undefined ? {} : { bundle }),
      });
    if (installed !== undefined) {
      const compiler = without(installed);
      const started = await compiler.start();
      if (started.kind === "started") return { compiler, django: "environment" };
      await compiler.close();
      const problem = `the project's own Django ${installed.version} could not be loaded: ${started.error.message}`;
      return { compiler: without(undefined), django: "bundled", problem };
    }
    return { compiler: without(undefined), django: "bundled" };
  }
}

/** Changes with the sources, as they are on disk and as they are open. */
function stampOf(
  files: FileSystem,
  { root, sourceRoots }: CompilerProject,
  unsaved: ReadonlyMap<string, string>,
): string {
  const onDisk = sourceStamp(files, [root, ...sourceRoots]);
  if (unsaved.size === 0) return onDisk;
  const hash = createHash("sha256").update(JSON.stringify([...unsaved].sort()));
  return `${onDisk} ${hash.digest("hex")}`;
}
