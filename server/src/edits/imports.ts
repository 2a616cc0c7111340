/** Edits that make a name available in a file, in the file's own style. */
import type { Import, ImportAlias, ImportFrom, Statement } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import type { TextReplacement } from "./queryset-chain.ts";

export interface ImportedName {
  /** How the name is written in the file: another name where an alias imports it, dotted behind a module's name. */
  readonly expression: string;
  /** Nothing when the name is there already. */
  readonly edits: readonly TextReplacement[];
}

type ImportStatement = Import | ImportFrom;

/**
 * Makes `name` of `module` (`.tasks` for a relative import) usable at the top level of the file. A module that is imported already is used
 * (`models.Count`), an import from the module is extended, or a new line is added beside its neighbours.
 * Undefined where the name means something else in the file.
 */
export function importName(file: SourceFile, module: string, name: string): ImportedName | undefined {
  const imported = importNames(file, module, [name]);
  const expression = imported?.expressions.get(name);
  return imported && expression !== undefined ? { expression, edits: imported.edits } : undefined;
}

export interface ImportedNames {
  /** How each name is written in the file. */
  readonly expressions: ReadonlyMap<string, string>;
  readonly edits: readonly TextReplacement[];
}

/** Like `importName`, for several names of one module. Undefined where one of them means something else. */
export function importNames(
  file: SourceFile,
  module: string,
  names: readonly string[],
): ImportedNames | undefined {
  const imports = file.tree.body.filter(isImport);
  const expressions = new Map<string, string>();
  const missing: string[] = [];
  for (const name of [...names].sort(compareNames)) {
    const known = importedAs(imports, module, name);
    if (known === undefined && isBound(file, name)) return undefined;
    if (known === undefined) missing.push(name);
    expressions.set(name, known ?? name);
  }
  if (missing.length === 0) return { expressions, edits: [] };
  const sibling = imports.find(
    (statement): statement is ImportFrom =>
      statement.kind === "ImportFrom" && moduleName(statement) === module && !isStar(statement),
  );
  const edits = sibling
    ? missing.map((name) => extendImport(file.text, sibling, name))
    : [insertImport(file, imports, module, missing.join(", "))];
  return { expressions, edits };
}

/** Edits that import from several modules. New lines at the same place become one group. */
export function importAll(
  file: SourceFile,
  requests: readonly { readonly module: string; readonly names: readonly string[] }[],
): readonly TextReplacement[] | undefined {
  const edits: TextReplacement[] = [];
  for (const { module, names } of requests) {
    const imported = importNames(file, module, names);
    if (!imported) return undefined;
    for (const edit of imported.edits) {
      const before = edits.at(-1);
      if (before && isLine(before) && isLine(edit) && before.range.start === edit.range.start) {
        edits[edits.length - 1] = { ...before, newText: before.newText.trimEnd() + lineBreakOf(file.text) };
      }
      edits.push(edit);
    }
  }
  return edits;
}

function isLine({ newText }: TextReplacement): boolean {
  return newText.startsWith("from ");
}

function lineBreakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function isStar({ names }: ImportFrom): boolean {
  return names[0]?.name === "*";
}

function importedAs(imports: readonly ImportStatement[], module: string, name: string): string | undefined {
  for (const statement of imports) {
    const alias = statement.kind === "ImportFrom" ? aliasOf(statement, module, name) : undefined;
    if (alias) return alias.alias ?? alias.name;
  }
  const parent = moduleExpression(imports, module);
  return parent === undefined ? undefined : `${parent}.${name}`;
}

/** Adds `name` to an import that stands at the top level of the file. Undefined where the name is taken. */
export function extendedImport(
  file: SourceFile,
  statement: ImportFrom,
  name: string,
): ImportedName | undefined {
  return isBound(file, name)
    ? undefined
    : { expression: name, edits: [extendImport(file.text, statement, name)] };
}

function isImport(statement: Statement): statement is ImportStatement {
  return statement.kind === "Import" || statement.kind === "ImportFrom";
}

function aliasOf(statement: ImportFrom, module: string, name: string): ImportAlias | undefined {
  return moduleName(statement) === module ? statement.names.find((alias) => alias.name === name) : undefined;
}

/** `models` after `from django.db import models`. */
function moduleExpression(imports: readonly ImportStatement[], module: string): string | undefined {
  const dot = module.lastIndexOf(".");
  const [parent, last] = [module.slice(0, Math.max(dot, 0)), module.slice(dot + 1)];
  for (const statement of imports) {
    if (statement.kind === "Import") {
      const alias = statement.names.find(({ name }) => name === module);
      if (alias) return alias.alias ?? module;
    } else {
      const alias = dot > 0 ? aliasOf(statement, parent, last) : undefined;
      if (alias) return alias.alias ?? alias.name;
    }
  }
  return undefined;
}

/** Anything else in the file has this name: a definition, an assignment, another import. */
function isBound(file: SourceFile, name: string): boolean {
  return file.tree.body.some((statement) => {
    switch (statement.kind) {
      case "FunctionDef":
      case "ClassDef":
        return statement.name.name === name;
      case "Import":
      case "ImportFrom":
        return statement.names.some((alias) => (alias.alias ?? alias.name) === name);
      case "Assign":
        return statement.targets.some((target) => target.kind === "Name" && target.name === name);
      case "AnnAssign":
        return statement.target.kind === "Name" && statement.target.name === name;
      default:
        return false;
    }
  });
}

/** Adds to `from module import a, c`, in its place where the names are sorted. */
function extendImport(text: string, statement: ImportFrom, name: string): TextReplacement {
  const names = statement.names;
  const sorted = names.every(
    (alias, index) => index === 0 || compareNames(names[index - 1]?.name ?? "", alias.name) <= 0,
  );
  const following = sorted ? names.find((alias) => compareNames(alias.name, name) > 0) : undefined;
  const separator = separatorOf(text, statement);
  if (following)
    return { range: { start: following.start, end: following.start }, newText: `${name}${separator}` };
  const last = names.at(-1);
  const end = last?.end ?? statement.end;
  return { range: { start: end, end }, newText: `${separator}${name}` };
}

/** `, `, or the line break and indentation between names that have a line each. */
function separatorOf(text: string, statement: ImportFrom): string {
  const [first, second] = statement.names;
  const between = first && second ? text.slice(first.end, second.start) : "";
  if (/^,\s*\n\s*$/.test(between)) return between;
  if (second) return ", ";
  const before = first ? text.slice(statement.start, first.start) : "";
  const ownLine = /\(\s*?(\r?\n[ \t]*)$/.exec(before);
  return ownLine?.[1] ? `,${ownLine[1]}` : ", ";
}

/** The order of isort: constants, classes, functions, each by the alphabet. */
function compareNames(first: string, second: string): number {
  const rank = (name: string): number => (/^[A-Z0-9_]{2,}$/.test(name) ? 0 : /^[A-Z]/.test(name) ? 1 : 2);
  return rank(first) - rank(second) || (first < second ? -1 : first > second ? 1 : 0);
}

function insertImport(
  file: SourceFile,
  imports: readonly ImportStatement[],
  module: string,
  name: string,
): TextReplacement {
  const { text } = file;
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const line = `from ${module} import ${name}${lineBreak}`;
  const topLevel = module.split(".")[0] ?? module;
  const family = imports.filter((statement) => isOfFamily(statement, topLevel));
  const previous = family.findLast((statement) => isBefore(statement, module));
  if (previous) return insertAt(endOfLine(text, previous.end), line);
  const [next] = family;
  if (next) return insertAt(next.start, line);
  const future = imports.findLast((statement) => moduleName(statement) === "__future__");
  const first = imports.find((statement) => moduleName(statement) !== "__future__");
  if (first && isStandardModule(topLevel)) return insertAt(first.start, `${line}${lineBreak}`);
  if (isThirdParty(topLevel)) {
    // Third-party imports stand before the project's own, in a group of their own.
    const own = imports.find(
      (statement) => statement.kind === "ImportFrom" && !isStandardModule(topLevelModule(statement)),
    );
    if (own) return insertAt(own.start, `${line}${lineBreak}`);
  }
  const last = imports.at(-1);
  if (last && first) {
    const startsGroup = !isThirdParty(topLevel) && isForeign(topLevelModule(last));
    return insertAt(endOfLine(text, last.end), startsGroup ? lineBreak + line : line);
  }
  if (future) return insertAt(endOfLine(text, future.end), lineBreak + line);
  return insertAt(startOfCode(file), `${line}${lineBreak}`);
}

/** Packages that Django projects install. Any other module that is imported is taken for one of the project. */
const thirdParty: ReadonlySet<string> = new Set(["celery", "django", "rest_framework"]);

function isThirdParty(module: string): boolean {
  return thirdParty.has(module);
}

function isForeign(module: string): boolean {
  return isThirdParty(module) || isStandardModule(module);
}

/** Whether imports of the module stand in one group with the statement. */
function isOfFamily(statement: ImportStatement, topLevel: string): boolean {
  const other = topLevelModule(statement);
  if (isStandardModule(topLevel)) return other !== "__future__" && isStandardModule(other);
  return other === topLevel || (isThirdParty(topLevel) && isThirdParty(other));
}

/** `import a` stands before every `from a import b`. */
function isBefore(statement: ImportStatement, module: string): boolean {
  return statement.kind === "Import" || moduleName(statement) < module;
}

function insertAt(offset: number, newText: string): TextReplacement {
  return { range: { start: offset, end: offset }, newText };
}

function moduleName(statement: ImportStatement): string {
  if (statement.kind === "Import") return statement.names[0]?.name ?? "";
  return ".".repeat(statement.level) + statement.module;
}

function topLevelModule(statement: ImportStatement): string {
  return moduleName(statement).split(".")[0] ?? "";
}

/** Modules of the standard library that Django projects import with `from`. */
const standard: ReadonlySet<string> = new Set([
  "__future__",
  "abc",
  "collections",
  "contextlib",
  "copy",
  "dataclasses",
  "datetime",
  "decimal",
  "enum",
  "functools",
  "importlib",
  "io",
  "itertools",
  "json",
  "logging",
  "math",
  "operator",
  "os",
  "pathlib",
  "random",
  "re",
  "statistics",
  "string",
  "sys",
  "tempfile",
  "time",
  "types",
  "typing",
  "unittest",
  "urllib",
  "uuid",
  "warnings",
  "zoneinfo",
]);

/** Whether a top-level module belongs to the standard library, as far as Django projects use it with `from`. */
export function isStandardModule(module: string): boolean {
  return standard.has(module);
}

function endOfLine(text: string, offset: number): number {
  const lineBreak = text.indexOf("\n", offset);
  return lineBreak < 0 ? text.length : lineBreak + 1;
}

/** Behind the docstring and the comments at the head of the file. */
function startOfCode(file: SourceFile): number {
  const [first] = file.tree.body;
  if (!first) return file.text.length;
  const isDocstring = first.kind === "ExpressionStatement" && first.value.kind === "StringLiteral";
  return isDocstring ? endOfLine(file.text, first.end) : first.start;
}
