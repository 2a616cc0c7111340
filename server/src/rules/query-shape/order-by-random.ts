import { groupBy } from "../../base/group-by.ts";
import { canonicalName } from "../../django/canonical-names.ts";
import type { QuerysetCall } from "../../interpret/facts.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { isInRequestOrAdmin } from "../functions-in-requests.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { mayGrow } from "./growing-tables.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";

export const orderByRandom: FactRule = {
  kind: "facts",
  code: "QS216",
  name: "order-by-random",
  summary: "Rows are sorted in a random order, all of them each time",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const calls = queryChains(context).flatMap((chain) => randomlyOrdered(context, chain) ?? []);
    return [...groupBy(calls, ({ location }) => placeKey(location)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

/** Methods for which Django leaves the order out. */
const withoutOrder: ReadonlySet<string> = new Set(["count", "exists", "aggregate", "update", "delete"]);

/** The call that decides about the order of the rows, where it is a random one. */
function randomlyOrdered(context: RuleContext, chain: QueryChain): QueryStep | undefined {
  const step = chain.findLast(({ method }) => method === "order_by");
  const isSorted = step?.root.context !== "test" && !chain.some(({ method }) => withoutOrder.has(method));
  return step && isSorted && !hasFewRows(step) && randomOrder(context, step.call, step.location.path)
    ? step
    : undefined;
}

/** One row, or those of keys that the code has at hand. */
function hasFewRows({ queryset: { bound, filters, model } }: QuerysetCall): boolean {
  const keys = new Set(["pk", "pk__in", model.primaryKey, `${model.primaryKey}__in`]);
  return bound.kind !== "none" || filters.some(({ lookup }) => lookup !== undefined && keys.has(lookup));
}

/** `"?"` or `Random()` among what the call sorts by. */
function randomOrder(context: RuleContext, call: Call, path: string): Expression | undefined {
  return call.arguments.find(
    (argument) =>
      (argument.kind === "StringLiteral" && argument.value === "?") ||
      (argument.kind === "Call" && isRandom(context, argument, path)),
  );
}

function isRandom({ project: { program } }: RuleContext, { function: callee }: Call, path: string): boolean {
  const module = program.moduleOfFile(path);
  const symbol = module && program.resolveExpression(module, callee);
  return symbol?.kind === "external" && canonicalName(symbol.name) === "django.db.models.functions.Random";
}

function findingOf(context: RuleContext, group: readonly [QuerysetCall, ...QuerysetCall[]]): Finding {
  const [each] = group;
  const { call, location, queryset, symbol } = each;
  const { model } = queryset;
  const order = randomOrder(context, call, location.path) ?? call;
  const place = { path: location.path, range: { start: order.start, end: order.end } };
  const isOfParent = queryset.related !== undefined;
  const inRequest = group.some(({ root }) => isInRequestOrAdmin(context, root));
  const isSerious = inRequest && !isOfParent && mayGrow(context, model);
  const level = isSerious ? orderByRandom.level : "info";
  return {
    ...findingBase(orderByRandom),
    level: levelInRoots(context, level, group),
    remedy: "query-shape",
    confidence: scoreOfQueryset(queryset) < 1 ? "medium" : "high",
    message: `Every ${model.name} ${isOfParent ? "of the object " : ""}that matches is given a random number and sorted by it, each time.`,
    help: "Pick random primary keys and fetch their rows, or keep a choice of keys in the cache for a while.",
    location: place,
    origin: place,
    symbol,
    model: model.label,
    evidence: [...stepToQueryset(queryset), { message: "Sorts in a random order", location: place }],
  };
}
