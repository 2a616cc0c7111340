import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import { linkProject } from "../../server/src/program/link-project.ts";
import { nameModules } from "../../server/src/program/module-names.ts";
import type { ProjectSources } from "../../server/src/program/project-discovery.ts";
import { type DiscoveredSources, discoverSources } from "../../server/src/program/source-discovery.ts";
import type { PythonProgram } from "../../server/src/python/program.ts";
import type {
  ClassSymbol,
  FunctionSymbol,
  Module,
  PythonSymbol,
  VariableSymbol,
} from "../../server/src/python/symbols.ts";
import type { SourceFile } from "../../server/src/syntax/source-file.ts";
import { testParser } from "./python-parser.ts";

/** A linked project with shorthands that fail loudly instead of answering `undefined`. */
export interface TestProject {
  readonly program: PythonProgram;
  /** By path. */
  file(path: string): SourceFile;
  /** By dotted name. */
  module(name: string): Module;
  /** What a dotted name stands for, such as `shop.models.Order`. */
  symbol(dottedName: string): PythonSymbol;
  class(dottedName: string): ClassSymbol;
  function(dottedName: string): FunctionSymbol;
  variable(dottedName: string): VariableSymbol;
}

/** A project made of a table of files. */
export interface ProjectFromFiles extends TestProject {
  /** Holds the files below `/project`. */
  readonly fs: MemoryFileSystem;
  readonly discovered: DiscoveredSources;
  /** The folder of `manage.py`, `.` without one. */
  readonly root: string;
  readonly settingsModule: string | undefined;
}

/**
 * Finds, parses and links files given by path: `await projectFromFiles({ "shop/models.py": "…" })`. The import path is
 * found as for a real workspace, so `shop/models.py` is `shop.models`, and with `src/manage.py` the file
 * `src/shop/models.py` is. Files under `site-packages/` are library modules, loaded when an import leads to them.
 * Indentation that all lines of a file share is removed, so that sources can be indented with the test.
 * Of several projects in the files the first one is taken.
 */
export async function projectFromFiles(files: Readonly<Record<string, string>>): Promise<ProjectFromFiles> {
  const parser = await testParser();
  const fs = new MemoryFileSystem();
  for (const [path, text] of Object.entries(files)) fs.write(`/project/${path}`, dedent(text));
  const discovered = discoverSources(fs, "/project", { exclude: [], respectGitignore: true });
  const found: Partial<ProjectSources> = discovered.projectRoots[0] ?? {};

  const sources = new Map<string, SourceFile>();
  const moduleOf = (name: string, path: string, firstParty: boolean, aliases: readonly string[]): Module => {
    const result = fs.readText(`/project/${path}`);
    if (result.kind !== "text") throw new Error(`no file ${path}`);
    const file = parser.parse(path, result.text);
    sources.set(path, file);
    return { name, isPackage: /(^|\/)__init__\.py$/.test(path), file, firstParty, aliases };
  };
  // Sources that don't mention Django are no project, but still worth a test of name resolution.
  const modules = (found.modules ?? nameModules(discovered.files, ["."])).map(({ name, path, aliases }) =>
    moduleOf(name, path, true, aliases),
  );
  const { root = ".", settingsModule } = found;
  const program = linkProject({
    modules,
    settingsModule,
    loadLibraryModule: (name) => {
      const start = `site-packages/${name.replaceAll(".", "/")}`;
      const path = [`${start}/__init__.py`, `${start}.py`].find((candidate) =>
        fs.stat(`/project/${candidate}`),
      );
      return path === undefined ? undefined : moduleOf(name, path, false, []);
    },
  });
  return { ...testProject(program, sources), fs, discovered, root, settingsModule };
}

/** A project's shorthands for a program that a test made itself. */
function testProject(program: PythonProgram, sources: ReadonlyMap<string, SourceFile>): TestProject {
  const symbol = (name: string): PythonSymbol => program.resolveDottedName(name);
  function ofKind<K extends PythonSymbol["kind"]>(name: string, kind: K) {
    const found = symbol(name);
    if (found.kind !== kind) throw new Error(`${name} is not a ${kind}: it is ${describeSymbol(found)}`);
    return found as Extract<PythonSymbol, { kind: K }>;
  }
  return {
    program,
    symbol,
    file(path) {
      const file = sources.get(path);
      if (!file) throw new Error(`no file ${path}`);
      return file;
    },
    module(name) {
      const module = program.module(name);
      if (!module)
        throw new Error(`no module ${name}; there are ${program.modules.map((m) => m.name).join(", ")}`);
      return module;
    },
    class: (name) => ofKind(name, "class"),
    function: (name) => ofKind(name, "function"),
    variable: (name) => ofKind(name, "variable"),
  };
}

/** A symbol in a few words: `class shop.models:Order`, `external django.db.models.Model`, `unknown`. */
export function describeSymbol(symbol: PythonSymbol): string {
  switch (symbol.kind) {
    case "class":
    case "function":
      return `${symbol.kind} ${symbol.id}`;
    case "variable": {
      const owner = symbol.owner ? `${symbol.owner.qualifiedName}.` : "";
      return `variable ${symbol.module.name}:${owner}${symbol.name}`;
    }
    case "module":
      return `module ${symbol.module.name}`;
    case "external":
      return `external ${symbol.name}`;
    case "unknown":
      return "unknown";
  }
}

/** Removes the indentation that all lines share, and a first line that is empty. */
export function dedent(text: string): string {
  const lines = text.replace(/^[ \t]*\n/, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(Math.min(common, line.length))).join("\n");
}
