/** The column by which `key=` sorts or compares rows. */
import type { Call, Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Column, columnOfRow } from "./row-columns.ts";
import type { FetchedRows } from "./rows-in-python.ts";

/** Of `key=lambda task: task.position` and `key=attrgetter("position")`; `positional`: where the key may stand instead. */
export function keyColumn(
  context: RuleContext,
  { module, queryset }: FetchedRows,
  call: Call,
  positional?: Expression,
): Column | undefined {
  const key = call.keywords.find(({ name }) => name?.name === "key")?.value ?? positional;
  if (key?.kind === "Lambda") {
    const [parameter, ...others] = key.parameters;
    if (!parameter || others.length > 0) return undefined;
    return columnOfRow(context, queryset, parameter.name, key.body);
  }
  if (key?.kind !== "Call" || key.arguments.length !== 1) return undefined;
  const callee = context.project.program.resolveExpression(module, key.function);
  const [attribute] = key.arguments;
  if (callee.kind !== "external" || callee.name !== "operator.attrgetter") return undefined;
  if (attribute?.kind !== "StringLiteral" || attribute.value.includes(".")) return undefined;
  const { end, start } = attribute;
  const row = { kind: "Name", name: "row", start, end } as const;
  const read = {
    kind: "Attribute",
    value: row,
    attribute: { name: attribute.value, start, end },
    start,
    end,
  } as const;
  return columnOfRow(context, queryset, "row", read);
}

const sortable = /^(?:.*Integer|Decimal|Float|Date|DateTime|Time|Duration|.*Auto|Boolean)Field$/;

/** Python sorts its values as every database does: no texts, and none that are missing. */
export function isSortable({ field }: Column): boolean {
  return field !== undefined && !field.null && field.kind === "column" && sortable.test(field.className);
}
