/** Replaces a loop that saves each row with the same values by one `update()`. */

import { containsRange, type TextRange } from "../../base/text-range.ts";
import { indentationAt, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, For } from "../../syntax/ast.ts";
import type { Fix } from "../finding.ts";
import { type Multiplicity, multiplicityOf } from "../loop-weight.ts";
import { automaticValues } from "./automatic-values.ts";
import { bulkFix, once } from "./bulk-fix.ts";
import type { ForLoop, WriteSite } from "./deferral.ts";
import { importInto } from "./name-in-function.ts";
import { isUsedBehind } from "./row-uses.ts";
import { usesOf } from "./syntax-queries.ts";
import { type RowUpdate, rowUpdateOf, type UpdateValue } from "./update-statement.ts";
import type { WrittenFields } from "./written-fields.ts";

export interface UpdateFix {
  readonly fix: Fix;
  /** The expression that builds the queryset: `update()` is appended to it. */
  readonly origin: Expression;
  readonly outside: Multiplicity;
}

export function updateFix(
  program: PythonProgram,
  write: Write,
  site: WriteSite,
  fields: WrittenFields,
  skipped: readonly string[],
): UpdateFix | undefined {
  const loop = site.loops.at(-1);
  const row = write.node.function.kind === "Attribute" ? write.node.function.value : undefined;
  if (!loop || row?.kind !== "Name" || fields.kind !== "known" || write.calls.length > 0) return undefined;
  const { statement: node } = loop;
  const { file } = site.module;
  if (node.target.kind !== "Name" || node.target.name !== row.name || node.orElse.length > 0)
    return undefined;
  if (!startsLine(file.text, node.start) || isUsedBehind(site, node, row.name)) return undefined;
  if (!loop.rows || !canUpdate(program, loop.rows) || !isBuiltHere(site, loop)) return undefined;
  const update = rowUpdateOf(node, row.name, write.model, site.statement);
  if (!update) return undefined;
  const isKept = (name: string): boolean =>
    fields.fields.some((field) => field.name === name || field.attributeName === name);
  // What `update_fields` leaves out is assigned but never written.
  if (![...update.values.keys()].every(isKept)) return undefined;

  const code = updateCode(site, node, update, fields);
  if (!code) return undefined;
  const edits = [...code.edits, { range: { start: node.start, end: node.end }, newText: code.statement }];
  const fix = bulkFix(
    { title: "Replace the loop with update()", skipped, doubts: [], notes: [] },
    file.path,
    edits,
  );
  const outside = multiplicityOf(write.loops.slice(0, write.loops.indexOf(loop))) ?? once;
  return { fix, origin: node.iterable, outside };
}

/** Django can turn the queryset into an UPDATE of exactly the rows that the loop runs over. */
function canUpdate(program: PythonProgram, rows: Queryset): boolean {
  if (rows.rows !== "instances" || rows.combined || rows.unknownOperations || rows.bound.kind !== "none")
    return false;
  if (rows.annotations.size > 0) return false;
  // A prefetch may hold other rows than the relation has.
  const parent = rows.related?.instance.source?.queryset;
  if (parent && parent.prefetch.size > 0) return false;
  return [rows.declaration?.managerClass, rows.declaration?.querysetClass].every((symbol) => {
    const member = symbol && program.lookupMember(symbol, "update");
    return member?.kind !== "found" || member.owner.module.name.startsWith("django.");
  });
}

/** The queryset is made for this loop alone: nothing else reads rows that it has kept. */
function isBuiltHere(site: WriteSite, { statement: { iterable } }: ForLoop): boolean {
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

const longestLine = 100;

function updateCode(
  site: WriteSite,
  loop: For,
  update: RowUpdate,
  fields: Extract<WrittenFields, { kind: "known" }>,
): { readonly statement: string; readonly edits: readonly TextEdit[] } | undefined {
  const { file } = site.module;
  const source = (node: Expression): string => file.text.slice(node.start, node.end);
  const automatic = automaticValues(file, site.function, fields.automatic);
  const needsF = [...update.values.values()].some(({ kind }) => kind === "column");
  const f = needsF ? importInto(file, site.function, "django.db.models", "F") : undefined;
  if (!automatic || (needsF && !f)) return undefined;

  const valueCode = (value: UpdateValue): string => {
    if (value.kind === "invariant") return source(value.expression);
    const column = `${f?.expression ?? "F"}("${value.field.name}")`;
    return value.operator && value.operand ? `${column} ${value.operator} ${source(value.operand)}` : column;
  };
  const isAutomatic = (name: string): boolean => automatic.values.some(({ field }) => field.name === name);
  const values = [...update.values].filter(([name]) => !isAutomatic(name));
  const assigned = [
    ...values.map(([name, value]) => `${name}=${valueCode(value)}`),
    ...automatic.values.map(({ field, expression }) => `${field.name}=${expression}`),
  ];
  const conditions = update.conditions.map(
    ({ method, lookup, value }) =>
      `.${method}(${lookup}=${typeof value === "string" ? value : source(value)})`,
  );
  const isAsync = site.expression.kind === "Await";
  const method = isAsync ? "aupdate" : "update";
  const rows = `${isAsync ? "await " : ""}${rowsCode(file.text, loop)}${conditions.join("")}.${method}`;
  const indentation = indentationAt(file.text, loop.start);
  const line = `${rows}(${assigned.join(", ")})`;
  const lastLine = line.slice(line.lastIndexOf("\n") + 1);
  const isLong = indentation.length + lastLine.length > longestLine;
  const statement = isLong ? `${rows}(\n${indentation}    ${assigned.join(", ")}\n${indentation})` : line;
  const comments = commentsIn(site, loop).map((comment) => `${comment}\n${indentation}`);
  return { statement: comments.join("") + statement, edits: [...(f?.edits ?? []), ...automatic.edits] };
}

/** The part of the iterable that builds the queryset, without what matters to an iteration alone. */
function rowsOf({ iterable }: For): Expression {
  if (iterable.kind !== "Call" || iterable.function.kind !== "Attribute") return iterable;
  const { attribute, value } = iterable.function;
  const isBareAll = attribute.name === "all" && value.kind !== "Call";
  return attribute.name === "iterator" || attribute.name === "aiterator" || isBareAll ? value : iterable;
}

/** The text of the queryset, in its parentheses where it needs them. */
function rowsRange(text: string, loop: For): TextRange {
  const { start, end } = rowsOf(loop);
  const before = text.slice(0, start).trimEnd();
  const needsParentheses = /[\r\n]/.test(text.slice(start, end)) && before.endsWith("(");
  return { start: needsParentheses ? before.length : start, end };
}

function rowsCode(text: string, loop: For): string {
  const { start, end } = rowsRange(text, loop);
  const code = text.slice(start, end);
  return start === rowsOf(loop).start ? code : `(${code}\n${indentationAt(text, loop.start)})`;
}

/** What the loop's comments say stays above the statement that takes its place. */
function commentsIn({ module: { file } }: WriteSite, loop: For): readonly string[] {
  const kept = rowsRange(file.text, loop);
  return file.tree.comments
    .filter((comment) => containsRange(loop, comment) && !containsRange(kept, comment))
    .map(({ text }) => text);
}
