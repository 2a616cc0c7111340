import { createPythonProgram } from "../../server/src/python/create-program.ts";
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

/** A project made of a table of files, linked, with shorthands that fail loudly instead of answering `undefined`. */
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

/**
 * Links files given by path, `projectFromFiles({ "shop/models.py": "…" })`. Paths are those of the import path:
 * `shop/models.py` is `shop.models`. Files under `site-packages/` are library modules, loaded when an import leads
 * to them. Common indentation is removed, so that sources can be indented with the test.
 */
export async function projectFromFiles(files: Readonly<Record<string, string>>): Promise<TestProject> {
  const parser = await testParser();
  const modules: Module[] = [];
  const libraries = new Map<string, Module>();
  const sources = new Map<string, SourceFile>();
  for (const [path, text] of Object.entries(files)) {
    const firstParty = !path.startsWith(libraryFolder);
    const file = parser.parse(path, dedent(text));
    sources.set(path, file);
    const importPath = firstParty ? path : path.slice(libraryFolder.length);
    const module: Module = {
      name: moduleName(importPath),
      isPackage: /(^|\/)__init__\.py$/.test(path),
      file,
      firstParty,
    };
    if (firstParty) modules.push(module);
    else libraries.set(module.name, module);
  }
  const program = createPythonProgram({ modules, loadLibraryModule: (name) => libraries.get(name) });
  return testProject(program, sources);
}

const libraryFolder = "site-packages/";

function moduleName(path: string): string {
  return path
    .replace(/\.pyi?$/, "")
    .replace(/(^|\/)__init__$/, "")
    .replaceAll("/", ".");
}

/** A project's shorthands for a program that a test made itself. */
export function testProject(program: PythonProgram, sources: ReadonlyMap<string, SourceFile>): TestProject {
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
