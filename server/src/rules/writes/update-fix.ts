/** Replaces a loop that saves each row with the same values by one `update()`. */

import { indentationAt, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Expression, For } from "../../syntax/ast.ts";
import type { Fix } from "../finding.ts";
import { type Multiplicity, multiplicityOf } from "../loop-weight.ts";
import { automaticValues } from "./automatic-values.ts";
import { bulkFix, once } from "./bulk-fix.ts";
import type { WriteSite } from "./deferral.ts";
import { importInto } from "./name-in-function.ts";
import { conditionsCode } from "./row-conditions.ts";
import { isUsedBehind } from "./row-uses.ts";
import { type RowUpdate, rowUpdateOf, type UpdateValue } from "./update-statement.ts";
import { canWriteAtOnce, commentsIn, isBuiltHere, rowsCode } from "./whole-loop.ts";
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
  if (!loop.rows || !canWriteAtOnce(program, loop.rows, "update") || !isBuiltHere(site, loop))
    return undefined;
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
  const conditions = conditionsCode(update.conditions, source);
  const isAsync = site.expression.kind === "Await";
  const method = isAsync ? "aupdate" : "update";
  const rows = `${isAsync ? "await " : ""}${rowsCode(file, loop)}${conditions}.${method}`;
  const indentation = indentationAt(file.text, loop.start);
  const line = `${rows}(${assigned.join(", ")})`;
  const lastLine = line.slice(line.lastIndexOf("\n") + 1);
  const isLong = indentation.length + lastLine.length > longestLine;
  const statement = isLong ? `${rows}(\n${indentation}    ${assigned.join(", ")}\n${indentation})` : line;
  const comments = commentsIn(site, loop).map((comment) => `${comment}\n${indentation}`);
  return { statement: comments.join("") + statement, edits: [...(f?.edits ?? []), ...automatic.edits] };
}
