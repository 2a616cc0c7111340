/** How the code of a file can name a model class. */
import type { Model } from "../django/model-graph.ts";
import { extendedImport, type ImportedName } from "../edits/imports.ts";
import { boundNames } from "../python/bound-names.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { FunctionDef, ImportFrom } from "../syntax/ast.ts";

/**
 * An expression for the model's class at the top level of the module. A new import is made only from a module that the
 * file imports already: any other could lead round in a circle. Undefined where there is no safe way.
 * @param inside the function in which the expression will stand; its own imports count too
 */
export function modelName(
  program: PythonProgram,
  module: Module,
  model: Model,
  inside: FunctionDef | undefined,
): ImportedName | undefined {
  const { symbol } = model;
  if (!symbol || symbol.qualifiedName.includes(".")) return undefined;
  const isModel = (found: PythonSymbol | undefined): boolean =>
    found?.kind === "class" && found.id === symbol.id;
  const local = inside && nameImportedIn(program, module, inside, isModel);
  if (local !== undefined) return { expression: local, edits: [] };
  if (isModel(program.resolveName(module, symbol.name))) {
    return isForTypesOnly(module, symbol.name) ? undefined : { expression: symbol.name, edits: [] };
  }
  const imports = module.file.tree.body.filter(({ kind }) => kind === "Import" || kind === "ImportFrom");
  for (const statement of imports) {
    if (statement.kind !== "Import" && statement.kind !== "ImportFrom") continue;
    for (const [name, imported] of program.resolveImport(module, statement)) {
      if (isModel(imported)) return { expression: name, edits: [] };
      if (imported.kind === "module" && isModel(program.resolveExport(imported.module, symbol.name))) {
        return { expression: `${name}.${symbol.name}`, edits: [] };
      }
    }
  }
  const source = imports.find(
    (statement): statement is ImportFrom =>
      statement.kind === "ImportFrom" && isModel(importedFrom(program, module, statement, symbol)),
  );
  return source && extendedImport(module.file, source, symbol.name);
}

function nameImportedIn(
  program: PythonProgram,
  module: Module,
  inside: FunctionDef,
  isModel: (found: PythonSymbol) => boolean,
): string | undefined {
  for (const statement of inside.body) {
    if (statement.kind !== "ImportFrom") continue;
    for (const [name, imported] of program.resolveImport(module, statement))
      if (isModel(imported)) return name;
  }
  return undefined;
}

/** Imported under `if TYPE_CHECKING:` alone: there is no such name at run time. */
function isForTypesOnly(module: Module, name: string): boolean {
  return module.file.tree.body.some(
    (statement) =>
      statement.kind === "If" &&
      module.file.text.slice(statement.test.start, statement.test.end).endsWith("TYPE_CHECKING") &&
      boundNames(statement.body).has(name),
  );
}

/** What the statement would import under the name of the class. */
function importedFrom(
  program: PythonProgram,
  module: Module,
  statement: ImportFrom,
  { name }: ClassSymbol,
): PythonSymbol | undefined {
  const [first] = statement.names;
  if (!first || first.name === "*") return undefined;
  const names = [{ ...first, name, alias: undefined }];
  return program.resolveImport(module, { ...statement, names }).get(name);
}
