import type { TextRange } from "../../base/text-range.ts";
import { uniqueColumnSets } from "../../django/indexes.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesPostgresql } from "./column-searches.ts";
import { type Column, columnOfRow } from "./row-columns.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, loopOver } from "./rows-in-python.ts";

export const latestPerGroupInPython: FactRule = {
  kind: "facts",
  code: "QS232",
  name: "latest-per-group-in-python",
  summary: "All rows are loaded, and one of each group is kept in Python",
  level: "info",
  fix: "suggestion",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

interface Choice {
  readonly place: TextRange;
  readonly key: Expression;
  /** The row or one of its columns, which is kept. */
  readonly value: Expression;
  readonly row: string;
  /** `first` and `last` in the queryset's order; `compared`: the code compares the row with that which is kept. */
  readonly keeps: "first" | "last" | "compared";
}

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const { queryset } = rows;
  const choice = choiceIn(rows);
  const column = choice && columnOfRow(context, queryset, choice.row, choice.key);
  if (!choice || !column?.field || !isGroup(queryset, column)) return undefined;
  // In no order, whichever row comes first is as good as any other: somebody knows that there is one.
  if (choice.keeps !== "compared" && queryset.order !== "ordered") return undefined;
  const isRow = choice.value.kind === "Name" && choice.value.name === choice.row;
  if (!isRow && !columnOfRow(context, queryset, choice.row, choice.value)) return undefined;
  const { field } = column;
  const which = choice.keeps === "compared" ? "one row" : `the ${choice.keeps} row`;
  const finding = rowsFinding(context, latestPerGroupInPython, rows, {
    level: latestPerGroupInPython.level,
    place: choice.place,
    message: `"${shownCode(rows, choice.place)}" loads every ${queryset.model.name} that matches, and keeps ${which} of each "${field.name}"`,
    help: `Let the database choose: "distinct("${column.lookup}")" on PostgreSQL, a Subquery() with OuterRef("pk") on the "${field.name}" rows, or a Prefetch() of a slice.`,
    fixes: distinctFix(context, rows, choice, column.lookup),
  });
  // What is overwritten without a look may be known to come once.
  return choice.keeps === "last" && finding.confidence === "high"
    ? { ...finding, confidence: "medium" }
    : finding;
}

/** Several rows have the same key, as far as the tables say. */
function isGroup({ distinct, fixedFields, model }: Queryset, { field }: Column): boolean {
  if (field?.className !== "ForeignKey" || field.unique || distinct || fixedFields.has(field.name))
    return false;
  return !uniqueColumnSets(model).some((columns) =>
    columns.every((name) => name === field.name || fixedFields.has(name)),
  );
}

function choiceIn(rows: FetchedRows): Choice | undefined {
  const loop = loopOver(rows);
  if (loop) {
    const [statement, ...others] = loop.node.body;
    if (!statement || others.length > 0 || loop.node.orElse.length > 0) return undefined;
    const kept = keptBy(statement);
    return kept && { ...kept, place: loop.node, row: loop.row.name };
  }
  const comprehension = comprehensionOver(rows);
  const { conditions = [], node, row } = comprehension ?? {};
  if (!node || !row || node.form !== "dict" || !node.key || conditions.length > 0) return undefined;
  return { place: node, key: node.key, value: node.element, row: row.name, keeps: "last" };
}

type Kept = Pick<Choice, "key" | "value" | "keeps">;

function keptBy(statement: Statement): Kept | undefined {
  switch (statement.kind) {
    case "ExpressionStatement":
      return setDefault(statement.value);
    case "Assign": {
      const entry = entryOf(statement);
      return entry && { key: entry.key, value: entry.value, keeps: "last" };
    }
    case "If": {
      const [only, ...others] = statement.body;
      const entry = only && entryOf(only);
      if (!entry || others.length > 0 || statement.orElse.length > 0) return undefined;
      const keeps = kindOfTest(statement.test, entry);
      return keeps && { key: entry.key, value: entry.value, keeps };
    }
    default:
      return undefined;
  }
}

/** `newest.setdefault(task.project_id, task)` */
function setDefault(call: Expression): Kept | undefined {
  if (call.kind !== "Call" || call.function.kind !== "Attribute") return undefined;
  const [key, value, ...others] = call.arguments;
  if (call.function.attribute.name !== "setdefault" || call.keywords.length + others.length > 0)
    return undefined;
  return key && value && { key, value, keeps: "first" };
}

interface Entry {
  readonly mapping: Expression;
  readonly key: Expression;
  readonly value: Expression;
}

/** `newest[task.project_id] = task` */
function entryOf(statement: Statement): Entry | undefined {
  if (statement.kind !== "Assign") return undefined;
  const [target, ...others] = statement.targets;
  if (target?.kind !== "Subscript" || others.length > 0) return undefined;
  return { mapping: target.value, key: target.index, value: statement.value };
}

/** `key not in newest`, and with `or`, a comparison of the row with that which is kept. */
function kindOfTest(test: Expression, entry: Entry): Kept["keeps"] | undefined {
  if (isMissing(test, entry)) return "first";
  if (test.kind !== "BooleanOperation" || test.operator !== "or") return undefined;
  const [missing, compared, ...others] = test.values;
  const isCompared =
    missing !== undefined &&
    isMissing(missing, entry) &&
    compared?.kind === "Comparison" &&
    compared.operators.length === 1 &&
    /^[<>]=?$/.test(compared.operators[0] ?? "");
  return isCompared && others.length === 0 ? "compared" : undefined;
}

function isMissing(test: Expression, { key, mapping }: Entry): boolean {
  if (test.kind !== "Comparison") return false;
  const [operator, ...others] = test.operators;
  const [right] = test.comparators;
  return (
    operator === "not in" &&
    others.length === 0 &&
    right !== undefined &&
    isSame(test.left, key) &&
    isSame(right, mapping)
  );
}

function isSame(first: Expression, second: Expression): boolean {
  if (first.kind === "Name") return second.kind === "Name" && first.name === second.name;
  return (
    first.kind === "Attribute" &&
    second.kind === "Attribute" &&
    first.attribute.name === second.attribute.name &&
    isSame(first.value, second.value)
  );
}

/**
 * `tasks.order_by("-due")` → `tasks.order_by("project_id", "-due").distinct("project_id")`: by the key itself, since
 * `"project"` may mean the order of the projects.
 */
function distinctFix(
  context: RuleContext,
  rows: FetchedRows,
  { keeps }: Choice,
  name: string,
): readonly Fix[] {
  const { module, node, queryset } = rows;
  if (keeps !== "first" || !usesPostgresql(context) || queryset.united || queryset.unknownOperations)
    return [];
  if (node.kind !== "Call" || node.function.kind !== "Attribute") return [];
  const [first] = node.arguments;
  if (node.function.attribute.name !== "order_by" || !first) return [];
  const { path } = module.file;
  const written = `${quoteOf(module.file.text, node)}${name}${quoteOf(module.file.text, node)}`;
  return [
    {
      title: `Use distinct("${name}") (the groups come in another order)`,
      safety: "suggestion",
      preferred: true,
      edits: [
        { path, range: { start: first.start, end: first.start }, newText: `${written}, ` },
        { path, range: { start: node.end, end: node.end }, newText: `.distinct(${written})` },
      ],
    },
  ];
}
