/**
 * Related rows that the code asks for row by row, as a list that a `Prefetch` with a queryset of its own puts on every
 * row: `Prefetch("tasks", queryset=Task.objects.filter(done=True), to_attr="done_tasks")`.
 */
import { importName } from "../../edits/imports.ts";
import { replacePrefetchLookup } from "../../edits/prefetch-lookups.ts";
import { extendQuerysetChain, quoteOf, type TextReplacement } from "../../edits/queryset-chain.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, Slice } from "../../syntax/ast.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { isAvailableAt } from "./code-around.ts";
import { isUsedAsList } from "./consumer.ts";
import { type MethodCall, methodName } from "./query-expression.ts";
import type { RowAccess } from "./row-access.ts";
import { freeAttribute, pluralOf, qualifierOf } from "./row-attribute.ts";

export interface ListPrefetch {
  /** `Prefetch("tasks", …, to_attr="done_tasks")` */
  readonly code: string;
  readonly attribute: string;
  /** The code without its queryset, for titles. */
  readonly summary: string;
  readonly imports: readonly TextReplacement[];
  /** The read of the list in the place of the query. */
  readonly read: TextReplacement;
}

/** @param queried the queryset that is evaluated per row */
export function listPrefetch(
  context: RuleContext,
  access: RowAccess,
  queried: Queryset,
): ListPrefetch | undefined {
  const { code, query, rows, site, relation } = access;
  const target = queried.model;
  const plan = planSteps(context, access, queried);
  if (!plan || !relation.accessor) return undefined;
  const quote = quoteOf(code.module.file.text, site.node);
  const wanted = plan.qualifier + pluralOf(relation, target);
  const attribute = freeAttribute(context, rows, wanted === relation.accessor ? `all_${wanted}` : wanted);
  const model = modelName(context.project.program, code.module, target, code.scope);
  const prefetch = importName(code.module.file, "django.db.models", "Prefetch");
  const manager = access.condition ? query.root.attribute.name : target.defaultManager;
  if (attribute === undefined || !model || !prefetch || !manager) return undefined;
  const chain = `${model.expression}.${manager}${plan.code}`;
  const quoted = (name: string): string => quote + name + quote;
  const list = `${access.row}.${attribute}`;
  return {
    code: `${prefetch.expression}(${quoted(relation.accessor)}, queryset=${chain}, to_attr=${quoted(attribute)})`,
    attribute,
    summary: `Prefetch("${relation.accessor}", …, to_attr="${attribute}")`,
    imports: [...prefetch.edits, ...model.edits],
    read: {
      range: { start: query.node.start, end: query.node.end },
      newText: plan.first ? `next(iter(${list}), None)` : list,
    },
  };
}

/** All edits for one list. @param replaces the plain lookup, which nothing else needs, gives way to it */
export function listPrefetchEdits(
  { code, rows, site, relation }: RowAccess,
  list: ListPrefetch,
  replaces: boolean,
): readonly TextReplacement[] | undefined {
  const replaced = replaces ? replacePrefetchLookup(site.node, relation.accessor, list.code) : undefined;
  const extended = replaced
    ? [replaced]
    : extendQuerysetChain(code.module.file.text, site, {
        additions: [],
        code: [{ method: "prefetch_related", arguments: [list.code] }],
        columnsForOnly: [],
        managerName: site.kind === "model" ? rows.model.defaultManager : undefined,
        chunkedIterator: rows.streamed,
      });
  return extended && [...list.imports, ...extended, list.read];
}

interface PlannedSteps {
  /** `.filter(done=True)[:3]` */
  readonly code: string;
  readonly qualifier: string;
  /** The query fetches only the first row. */
  readonly first: boolean;
}

function planSteps(context: RuleContext, access: RowAccess, queried: Queryset): PlannedSteps | undefined {
  const { query, code, relation } = access;
  const { text } = code.module.file;
  const last = query.steps.at(-1);
  const first = last !== undefined && methodName(last) === "first" && !query.subscript;
  const steps = first ? query.steps.slice(0, -1) : query.steps;
  if (first && last.arguments.length + last.keywords.length > 0) return undefined;
  if (!first && !isUsedAsList(code, query.node)) return undefined;
  const parts: string[] = [];
  for (const step of steps) {
    const part = stepCode(context, access, queried, step);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const slice = first ? "[:1]" : query.subscript ? sliceCode(context, access, query.subscript.index) : "";
  if (slice === undefined) return undefined;
  // Django cannot slice what a generic relation prefetches.
  if (slice && relation.kind === "genericRelation") return undefined;
  const conditions = qualifierOf(steps, (name) => name === access.condition?.name?.name);
  const order = orderOf(queried, steps, text);
  if (first && order === undefined) parts.push(`.order_by("pk")`);
  const qualifier = slice
    ? order?.startsWith("-")
      ? "latest_"
      : "first_"
    : conditions || (order ? "sorted_" : "");
  return { code: (parts.join("") || ".all()") + slice, qualifier, first };
}

/** The call as it is to be on the model's manager; empty where it adds nothing. */
function stepCode(
  context: RuleContext,
  { code, site, condition, query }: RowAccess,
  queried: Queryset,
  step: MethodCall,
): string | undefined {
  const { text } = code.module.file;
  const name = methodName(step);
  const kind = querysetOperation(name)?.kind;
  const isOwn = kind === undefined && !queried.unknownOperations && queried.rows === "instances";
  const refines =
    (kind === "refine" && !notForPrefetch.has(name)) || kind === "select" || kind === "prefetch";
  if (name === "all" || (name === "iterator" && step === query.steps.at(-1))) return "";
  if (!refines && !isOwn && kind !== "annotate") return undefined;
  const kept = step.keywords.filter((keyword) => keyword !== condition);
  const values = [...step.arguments, ...kept.map(({ value }) => value)];
  if (!values.every((value) => isAvailableAt(context, code, value, site.node))) return undefined;
  const dot = text.slice(step.function.value.end, step.function.attribute.end);
  if (kept.length === step.keywords.length) return text.slice(step.function.value.end, step.end);
  if (values.length === 0) return "";
  const codes = [...step.arguments, ...kept].map((part) => text.slice(part.start, part.end));
  return `${dot}(${codes.join(", ")})`;
}

const notForPrefetch: ReadonlySet<string> = new Set([
  "using",
  "extra",
  "select_for_update",
  "get_queryset",
  "db_manager",
  "distinct",
]);

function sliceCode(context: RuleContext, { code, site }: RowAccess, index: Expression): string | undefined {
  if (index.kind !== "Slice" || index.step || !index.upper) return undefined;
  const bounds = [index.lower, index.upper].filter((bound) => bound !== undefined);
  if (!bounds.every((bound) => isAvailableAt(context, code, bound, site.node))) return undefined;
  return `[${textOf(code.module.file.text, index)}]`;
}

function textOf(text: string, { start, end }: Slice): string {
  return text.slice(start, end);
}

/** The first column of the order; undefined where there is none. */
function orderOf(queried: Queryset, steps: readonly MethodCall[], text: string): string | undefined {
  const step = steps.findLast((candidate) => methodName(candidate) === "order_by");
  const [column] = step?.arguments ?? [];
  if (column) return column.kind === "StringLiteral" ? column.value : text.slice(column.start, column.end);
  return queried.model.meta.ordering[0];
}
