import type { Import, ImportFrom } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import type { TextEdit } from "./text-edit.ts";

/**
 * The edit that takes a name out of the imports at the top of the file. None where no import there binds it, or where
 * the import stands beside something else on its line.
 */
export function removeImportedName({ text, tree }: SourceFile, name: string): readonly TextEdit[] {
  for (const statement of tree.body) {
    if (statement.kind !== "Import" && statement.kind !== "ImportFrom") continue;
    const index = statement.names.findIndex((alias) => (alias.alias ?? alias.name) === name);
    if (index >= 0) return removeAlias(text, statement, index);
  }
  return [];
}

function removeAlias(text: string, statement: Import | ImportFrom, index: number): readonly TextEdit[] {
  const { names } = statement;
  const [alias, next, previous] = [names[index], names[index + 1], names[index - 1]];
  if (!alias) return [];
  if (next) return [{ range: { start: alias.start, end: next.start }, newText: "" }];
  if (previous) return [{ range: { start: previous.end, end: alias.end }, newText: "" }];
  const start = text.lastIndexOf("\n", statement.start - 1) + 1;
  const lineBreak = text.indexOf("\n", statement.end);
  const end = lineBreak < 0 ? text.length : lineBreak + 1;
  const isAlone = text.slice(start, statement.start) === "" && text.slice(statement.end, end).trim() === "";
  return isAlone ? [{ range: { start, end }, newText: "" }] : [];
}
