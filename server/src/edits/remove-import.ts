import type { Import, ImportFrom } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import type { TextEdit } from "./text-edit.ts";

/**
 * The edits together with one that takes a name out of the imports at the top of the file. Where no import there binds
 * it, or where the import shares its line with something else, the edits stay as they are.
 * @param edits changes of the same file, among them imports that may be inserted in its place
 */
export function withoutImport(
  { text, tree }: SourceFile,
  name: string,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  for (const statement of tree.body) {
    if (statement.kind !== "Import" && statement.kind !== "ImportFrom") continue;
    const index = statement.names.findIndex((alias) => (alias.alias ?? alias.name) === name);
    if (index >= 0) return removeAlias(text, statement, index, edits);
  }
  return edits;
}

function removeAlias(
  text: string,
  statement: Import | ImportFrom,
  index: number,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  const { names } = statement;
  const [alias, next, previous] = [names[index], names[index + 1], names[index - 1]];
  if (!alias) return edits;
  if (next) return [...edits, { range: { start: alias.start, end: next.start }, newText: "" }];
  if (previous) return [...edits, { range: { start: previous.end, end: alias.end }, newText: "" }];
  return removeLine(text, statement, edits);
}

function removeLine(
  text: string,
  statement: Import | ImportFrom,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  const start = text.lastIndexOf("\n", statement.start - 1) + 1;
  const end = startOfNextLine(text, statement.end);
  if (start !== statement.start || text.slice(statement.end, end).trim() !== "") return edits;
  const below = startOfNextLine(text, end);
  const isAlone = /(?:^|\n\r?\n)$/.test(text.slice(0, start)) && text.slice(end, below).trim() === "";
  if (!isAlone) return [...edits, { range: { start, end }, newText: "" }];
  // A paragraph of its own goes with the empty line below it, or makes room for what is inserted behind it.
  const inserted = edits.filter(({ range }) => range.start === end && range.end === end);
  const others = edits.filter((edit) => !inserted.includes(edit));
  if (inserted.length === 0) return [...others, { range: { start, end: below }, newText: "" }];
  const newText = inserted.map((edit) => edit.newText).join("");
  return [...others, { range: { start, end }, newText: newText.replace(/^\r?\n/, "") }];
}

function startOfNextLine(text: string, offset: number): number {
  const lineBreak = text.indexOf("\n", offset);
  return lineBreak < 0 ? text.length : lineBreak + 1;
}
