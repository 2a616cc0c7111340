/** Rows that Python counts by the values of one column. */
import type { TextRange } from "../../base/text-range.ts";
import type { Comprehension, Expression, For, Statement } from "../../syntax/ast.ts";
import { isExpression, type Node } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Column, columnOfRow } from "./row-columns.ts";
import { keyColumn } from "./row-key.ts";
import { type FetchedRows, loopOver } from "./rows-in-python.ts";

export interface CountedGroups {
  readonly place: TextRange;
  readonly column: Column;
}

export function countedGroups(context: RuleContext, rows: FetchedRows): CountedGroups | undefined {
  return ofCountingLoop(context, rows) ?? ofGroups(context, rows);
}

/** `for task in tasks: numbers[task.status] += 1` */
function ofCountingLoop(context: RuleContext, rows: FetchedRows): CountedGroups | undefined {
  const loop = loopOver(rows);
  const [only, ...others] = loop?.node.body ?? [];
  if (!loop || !only || others.length > 0 || loop.node.orElse.length > 0) return undefined;
  const { text } = rows.module.file;
  const index = countedIndex(only, (node) => text.slice(node.start, node.end).replace(/\s+/g, ""));
  const column = index && columnOfRow(context, rows.queryset, loop.row.name, index);
  return column && { place: { start: loop.node.start, end: rows.whole.end }, column };
}

/** `numbers[key] += 1`, `numbers[key] = numbers.get(key, 0) + 1` */
function countedIndex(statement: Statement, codeOf: (node: TextRange) => string): Expression | undefined {
  switch (statement.kind) {
    case "AugAssign": {
      const { operator, target, value } = statement;
      const isOne = value.kind === "NumberLiteral" && value.value === 1;
      return operator === "+" && isOne && target.kind === "Subscript" ? target.index : undefined;
    }
    case "Assign": {
      const [target, ...others] = statement.targets;
      if (target?.kind !== "Subscript" || others.length > 0) return undefined;
      const { index, value } = target;
      const counted = `${codeOf(value)}.get(${codeOf(index)},0)+1`;
      return codeOf(statement.value) === counted ? index : undefined;
    }
    default:
      return undefined;
  }
}

/** `for status, group in groupby(tasks, key=…): … len(list(group))` */
function ofGroups(context: RuleContext, rows: FetchedRows): CountedGroups | undefined {
  const [parent, call] = [rows.around.at(-2), rows.around.at(-1)];
  if (!call || !isExpression(call) || call.kind !== "Call" || call.arguments[0] !== rows.whole)
    return undefined;
  const callee = context.project.program.resolveExpression(rows.module, call.function);
  if (callee.kind !== "external" || callee.name !== "itertools.groupby") return undefined;
  const column = keyColumn(context, rows, call, call.arguments[1]);
  const group = parent && groupOf(parent, call);
  if (!column || !group) return undefined;
  const { text } = rows.module.file;
  const code = text.slice(group.body.start, group.body.end);
  const uses = [...code.matchAll(new RegExp(`\\b${group.name}\\b`, "g"))].length;
  const counts = [...code.matchAll(new RegExp(`\\blen\\((?:list|tuple)\\(${group.name}\\)\\)`, "g"))].length;
  return uses > 0 && uses === counts ? { place: call, column } : undefined;
}

/** The name of the group, and the code that works on it. */
function groupOf(
  parent: Node,
  call: Expression,
): { readonly name: string; readonly body: TextRange } | undefined {
  if (!("kind" in parent)) return undefined;
  switch (parent.kind) {
    case "For":
      return parent.iterable === call ? named(parent, bodyOf(parent)) : undefined;
    case "Comprehension": {
      const [clause, ...others] = parent.clauses;
      if (clause?.iterable !== call || others.length > 0 || clause.conditions.length > 0) return undefined;
      return named(clause, { start: parent.start, end: clause.target.start });
    }
    default:
      return undefined;
  }
}

function bodyOf({ body }: For): TextRange {
  return { start: body[0]?.start ?? 0, end: body.at(-1)?.end ?? 0 };
}

function named({ target }: For | Comprehension["clauses"][number], body: TextRange) {
  if (target.kind !== "TupleLiteral") return undefined;
  const [, group] = target.elements;
  return target.elements.length === 2 && group?.kind === "Name" ? { name: group.name, body } : undefined;
}
