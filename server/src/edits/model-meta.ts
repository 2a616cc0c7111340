/** Edits of `class Meta` of a model. */

import type { TextRange } from "../base/text-range.ts";
import type { ClassDef, Expression, Statement } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isExpression, pathTo } from "../syntax/walk.ts";
import { indentationAt, lineAfter } from "./statement-lines.ts";
import { lineBreakOf, type TextEdit } from "./text-edit.ts";

const step = "    ";
const longestLine = 100;

export interface MetaEdit {
  /** The option, whose value is a list or tuple. */
  readonly option: string;
  /** What is added to it. */
  readonly element: string;
  /** The base that a new `class Meta` needs to keep what the model inherits: `Base.Meta`. */
  readonly base: string | undefined;
}

/**
 * Adds an element to a list in `class Meta`, which is made where there is none. Undefined where the value is no plain
 * list or tuple, or where the class stands on one line.
 * @param value of the option, where `Meta` sets it
 */
export function addToMeta(
  file: SourceFile,
  model: ClassDef,
  value: TextRange | undefined,
  edit: MetaEdit,
): TextEdit | undefined {
  if (value) return extendList(file, value, edit.element);
  const meta = model.body.find(
    (statement): statement is ClassDef => statement.kind === "ClassDef" && statement.name.name === "Meta",
  );
  return meta ? addOption(file, meta, edit) : addMeta(file, model, edit);
}

function extendList({ text, tree }: SourceFile, range: TextRange, element: string): TextEdit | undefined {
  const list = pathTo(tree, range).findLast(
    (node): node is Expression => isExpression(node) && sameRange(node, range),
  );
  if (list?.kind !== "ListLiteral" && list?.kind !== "TupleLiteral") return undefined;
  const last = list.elements.at(-1);
  const isOwnLine =
    last !== undefined && /^[ \t]*$/.test(text.slice(text.lastIndexOf("\n", last.start - 1) + 1, last.start));
  if (last && isOwnLine) return appendLine(text, list, last, element);
  const inside = text.slice(list.start + 1, list.end - 1);
  if (!/^[[(]$/.test(text[list.start] ?? "") || inside.includes("#")) return undefined;
  const elements = [...list.elements.map(({ start, end }) => text.slice(start, end)), element];
  const indentation = indentationAt(text, list.start);
  const comma = list.kind === "TupleLiteral" && elements.length === 1 ? "," : "";
  const line = `${elements.join(", ")}${comma}`;
  const width = list.start + 1 - (text.lastIndexOf("\n", list.start) + 1) + line.length + 1;
  const newText =
    width <= longestLine
      ? line
      : `\n${elements.map((item) => `${indentation}${step}${item},\n`).join("")}${indentation}`;
  return { range: { start: list.start + 1, end: list.end - 1 }, newText };
}

/** A line of its own for the element, as the others have. */
function appendLine(text: string, list: Expression, last: Expression, element: string): TextEdit {
  const separator = `\n${indentationAt(text, last.start)}`;
  const rest = text.slice(last.end, list.end - 1);
  const comma = rest.indexOf(",");
  return comma < 0 || rest.slice(0, comma).includes("#")
    ? insertion(last.end, `,${separator}${element}`)
    : insertion(last.end + comma + 1, `${separator}${element},`);
}

function sameRange(first: TextRange, second: TextRange): boolean {
  return first.start === second.start && first.end === second.end;
}

function addOption({ text }: SourceFile, meta: ClassDef, edit: MetaEdit): TextEdit | undefined {
  const last = meta.body.at(-1);
  const [only] = meta.body;
  if (!last || !standsBelow(text, meta, last)) return undefined;
  const indentation = indentationAt(text, last.start);
  const option = optionText(edit, indentation);
  return meta.body.length === 1 && only?.kind === "Pass"
    ? { range: { start: only.start, end: only.end }, newText: option }
    : lineAfter(text, last, option);
}

function addMeta({ text }: SourceFile, model: ClassDef, edit: MetaEdit): TextEdit | undefined {
  const [first] = model.body;
  if (!first || !standsBelow(text, model, first)) return undefined;
  const indentation = indentationAt(text, first.start);
  const header = `class Meta${edit.base === undefined ? "" : `(${edit.base})`}:`;
  const inside = indentation + (indentation.includes("\t") ? "\t" : step);
  const meta = `${header}\n${inside}${optionText(edit, inside)}`;
  if (model.body.length === 1 && first.kind === "Pass") {
    return { range: { start: first.start, end: first.end }, newText: meta };
  }
  const previous = model.body[endOfFields(model.body) - 1];
  if (!previous) return undefined;
  const { range, newText } = lineAfter(text, previous, meta);
  // An empty line before; the one behind stands there already.
  return { range, newText: `${lineBreakOf(text)}${newText}` };
}

/** Number of statements before the first method: Django's style has `Meta` between fields and methods. */
function endOfFields(body: readonly Statement[]): number {
  const methods = body.findIndex(({ kind }) => kind === "FunctionDef");
  if (methods < 0) return body.length;
  const fields = body.findLastIndex(({ kind }, index) => index < methods && kind !== "FunctionDef");
  return fields < 0 ? body.length : fields + 1;
}

function standsBelow(text: string, definition: ClassDef, statement: Statement): boolean {
  return text.slice(definition.start, statement.start).includes("\n");
}

/** `indexes = […]`, on one line where it fits. */
function optionText({ option, element }: MetaEdit, indentation: string): string {
  const line = `${option} = [${element}]`;
  if (indentation.length + line.length <= longestLine) return line;
  return `${option} = [\n${indentation}${step}${element},\n${indentation}]`;
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}
