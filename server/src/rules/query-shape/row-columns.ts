/** What code reads of a row, as lookups of its queryset. */
import type { Field } from "../../django/model-graph.ts";
import { plainColumns } from "../../django/plain-columns.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";

export interface Column {
  /** `title`, `project_id`, `pk` */
  readonly lookup: string;
  /** Undefined for what `annotate()` adds. */
  readonly field: Field | undefined;
}

/** The column that `row.name` reads; undefined where the attribute is anything but the column's value. */
export function columnOfRow(
  context: RuleContext,
  queryset: Queryset,
  row: string,
  node: Expression,
): Column | undefined {
  if (node.kind !== "Attribute" || node.value.kind !== "Name" || node.value.name !== row) return undefined;
  if (queryset.rows !== "instances" || changesLoadedRows(context, queryset)) return undefined;
  return columnNamed(queryset, node.attribute.name);
}

/** The row behind a foreign key, as code compares it: `task.project`. Undefined where its class says what is equal or true. */
export function relationOfRow(
  { project }: RuleContext,
  { model, rows }: Queryset,
  row: string,
  node: Expression,
): Column | undefined {
  if (node.kind !== "Attribute" || node.value.kind !== "Name" || node.value.name !== row) return undefined;
  const field = rows === "instances" ? model.fields.get(node.attribute.name) : undefined;
  if (!field || !isKey(field) || field.target === undefined) return undefined;
  const { symbol } = project.models.model(field.target) ?? {};
  if (!symbol) return undefined;
  const isPlain = ["__bool__", "__len__", "__eq__"].every((name) => {
    const member = project.program.lookupMember(symbol, name);
    return member.kind !== "found" || !member.owner.module.firstParty;
  });
  return isPlain ? { lookup: field.name, field } : undefined;
}

/** The one column of `values_list("title", flat=True)`. */
export function onlyColumn(queryset: Queryset): Column | undefined {
  const [name, ...others] = queryset.columns;
  return queryset.rows === "values" && name !== undefined && others.length === 0
    ? columnNamed(queryset, name)
    : undefined;
}

function columnNamed({ annotations, model }: Queryset, name: string): Column | undefined {
  if (name === "pk") return { lookup: name, field: model.fields.get(model.primaryKey) };
  const field = [...model.fields.values()].find((each) => each.attributeName === name);
  if (!field) return annotations.has(name) ? { lookup: name, field: undefined } : undefined;
  const isPlain = field.kind === "column" ? plainColumns.has(field.className) : isKey(field);
  return isPlain ? { lookup: name, field } : undefined;
}

/** The key that a foreign key holds: `task.project_id`. */
function isKey({ className }: Field): boolean {
  return className === "ForeignKey" || className === "OneToOneField";
}

/** The project changes what comes from the database: a row is more than its columns. */
function changesLoadedRows({ project }: RuleContext, { model: { symbol } }: Queryset): boolean {
  if (!symbol) return false;
  return ["from_db", "__init__", "__getattribute__"].some((name) => {
    const member = project.program.lookupMember(symbol, name);
    return member.kind === "found" && member.owner.module.firstParty;
  });
}
