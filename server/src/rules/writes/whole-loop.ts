/** A loop over the rows of a queryset as one statement about that queryset. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import { indentationAt } from "../../edits/statement-lines.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Attribute, Call, Expression, For } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import type { ForLoop, WriteSite } from "./deferral.ts";
import { usesOf } from "./syntax-queries.ts";

/** Django's own `update()` or `delete()` of the queryset writes exactly the rows that the loop runs over. */
export function canWriteAtOnce(program: PythonProgram, rows: Queryset, method: "update" | "delete"): boolean {
  const isSliced = !["none", "unique", "listed"].includes(rows.bound.kind);
  if (rows.rows !== "instances" || rows.combined || rows.unknownOperations || isSliced) return false;
  if (rows.annotations.size > 0) return false;
  // A prefetch may hold other rows than the relation has.
  const parent = rows.related?.instance.source?.queryset;
  if (parent && parent.prefetch.size > 0) return false;
  return [rows.declaration?.managerClass, rows.declaration?.querysetClass].every((symbol) => {
    const member = symbol && program.lookupMember(symbol, method);
    return member?.kind !== "found" || member.owner.module.name.startsWith("django.");
  });
}

/** The queryset is made for this loop alone: nothing else reads rows that it has kept. */
export function isBuiltHere(site: WriteSite, { statement: { iterable } }: ForLoop): boolean {
  if (iterable.kind === "Call") return !chainHas(iterable, "distinct");
  if (iterable.kind !== "Name" || !site.function) return false;
  const uses = usesOf(site.function, iterable.name);
  const isParameter = site.function.parameters.some(({ name }) => name === iterable.name);
  return uses.length === 2 && !isParameter;
}

function chainHas(node: Expression, method: string): boolean {
  if (node.kind === "Call") return chainHas(node.function, method);
  if (node.kind === "Attribute") return node.attribute.name === method || chainHas(node.value, method);
  return false;
}

/** The part of the iterable that builds the queryset, without what matters to an iteration alone. */
function rowsOf({ iterable }: For): Expression {
  return isIterator(iterable) ? iterable.function.value : iterable;
}

function isIterator(node: Expression): node is Call & { readonly function: Attribute } {
  return (
    node.kind === "Call" &&
    node.function.kind === "Attribute" &&
    (node.function.attribute.name === "iterator" || node.function.attribute.name === "aiterator")
  );
}

/** `Task.objects` for `Task.objects.all()`: managers have the methods of querysets, but for a few. */
function withoutAll(rows: Expression): Expression {
  if (rows.kind !== "Call" || rows.function.kind !== "Attribute") return rows;
  const { attribute, value } = rows.function;
  return attribute.name === "all" && value.kind !== "Call" ? value : rows;
}

/** The text of the queryset, in its parentheses where it needs them. Comments may stand behind the first of these. */
function rangeWithParentheses({ text, tree }: SourceFile, { start, end }: TextRange): TextRange {
  let before = text.slice(0, start).trimEnd();
  for (const comment of tree.comments.filter((each) => each.end <= start).toReversed()) {
    if (comment.end !== before.length) break;
    before = text.slice(0, comment.start).trimEnd();
  }
  const needsParentheses = /[\r\n]/.test(text.slice(start, end)) && before.endsWith("(");
  return { start: needsParentheses ? before.length : start, end };
}

function codeOf(file: SourceFile, loop: For, rows: Expression): string {
  const { start, end } = rangeWithParentheses(file, rows);
  const code = file.text.slice(start, end);
  return start === rows.start ? code : `(${code}\n${indentationAt(file.text, loop.start)})`;
}

/** The manager or queryset whose rows the loop runs over. */
export function rowsCode(file: SourceFile, loop: For): string {
  return codeOf(file, loop, withoutAll(rowsOf(loop)));
}

/** The same for what only querysets can do: to be deleted, or to be a condition of another one. */
export function querysetCode(file: SourceFile, loop: For): string {
  const rows = rowsOf(loop);
  const isManager = isIterator(loop.iterable) && rows.kind !== "Call";
  return codeOf(file, loop, rows) + (isManager ? ".all()" : "");
}

/** What the loop's comments say stays above the statement that takes its place. `kept` stands in that anyway. */
export function commentsIn(
  { module: { file } }: WriteSite,
  loop: For,
  ...kept: readonly TextRange[]
): readonly string[] {
  const inCode = [rangeWithParentheses(file, rowsOf(loop)), ...kept];
  return file.tree.comments
    .filter(
      (comment) => containsRange(loop, comment) && !inCode.some((range) => containsRange(range, comment)),
    )
    .map(({ text }) => text);
}
