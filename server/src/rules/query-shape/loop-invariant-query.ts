import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { Loop, RowsUse } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isExpression, pathTo } from "../../syntax/walk.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepOfLoop } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import { grows, multiplicityOf, queryEstimate } from "../loop-weight.ts";
import { leavesAtHit } from "../n-plus-one/leaves-at-hit.ts";
import { isWrittenInLoop } from "../n-plus-one/loop-writes.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { helperQueryIn } from "./helper-query.ts";
import { hoistFix } from "./hoist-fix.ts";
import {
  codeOf,
  conditionsAround,
  isInRounds,
  isSameInAllRounds,
  type LoopCode,
  mayChangeRows,
  yieldsBetween,
} from "./loop-code.ts";

export const loopInvariantQuery: FactRule = {
  kind: "facts",
  code: "QS230",
  name: "loop-invariant-query",
  summary: "A query in a loop asks for the same in every round",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const varying = new Set(factsOfKind(context.facts, "query").map(({ location }) => placeKey(location)));
    const found = factsOfKind(context.facts, "rowsUse").flatMap((use) => {
      const isCandidate = use.around.length > 0 && !use.fromCache && !use.exceptional;
      return isCandidate && !varying.has(placeKey(use.location)) ? (invariantOf(context, use) ?? []) : [];
    });
    return [...groupBy(found, ({ place }) => placeKey(place)).values()].map(([first, ...others]) =>
      findingOf(context, others.find(({ score }) => score > first.score) ?? first),
    );
  },
};

interface Invariant {
  readonly use: RowsUse;
  /** The expression that makes the queryset anew, or asks it. */
  readonly node: Expression;
  readonly place: Location;
  /** Outermost first: the query can stand in front of the first one. */
  readonly loops: readonly [RepeatedLoop, ...RepeatedLoop[]];
  readonly score: number;
  /** The node is the call of a helper that asks. */
  readonly inHelper: boolean;
}

type RepeatedLoop = Loop & { readonly code: LoopCode };

/** What fetches rows keeps them: only a queryset that is made in the loop is asked again. */
const keepsRows: ReadonlySet<string> = new Set(["iterate", "list", "len", "bool", "contains"]);
const factors = { condition: 0.8, inHelper: 0.75, mayChangeRows: 0.6 };

function invariantOf(context: RuleContext, use: RowsUse): Invariant | undefined {
  const { queryset } = use;
  if (queryset.unknownOperations || queryset.locksRows || queryset.rows === "raw") return undefined;
  const around = use.around.flatMap((loop): readonly RepeatedLoop[] => {
    const code = codeOf(loop);
    return code ? [{ ...loop, code }] : [];
  });
  const innermost = around.findLastIndex((loop) => repeatedIn(context, use, loop) !== undefined);
  const loop = around[innermost];
  const repeated = loop && repeatedIn(context, use, loop);
  if (!loop || !repeated) return undefined;
  const { node, place } = repeated;
  const isSame = (each: RepeatedLoop): boolean =>
    each.depth === loop.depth &&
    each.location.path === place.path &&
    (repeated.inHelper
      ? helperQueryIn(context, use, each) !== undefined
      : isSameInAllRounds(context, each.code, node, place, queryset.origin));
  const candidates = around.slice(0, innermost + 1);
  const outer = candidates.findLastIndex((each) => !isSame(each)) + 1;
  const [first, ...rest] = candidates.slice(outer);
  if (!first) return undefined;
  const loops = [first, ...rest] as const;
  if (!loops.some(grows) || multiplicityOf(loops) === undefined) return undefined;
  const conditions = conditionsAround(context, place, first.code);
  const { label } = queryset.model;
  if (conditions === "rare" || leavesAtHit({ ...use, loops: [...loops] })) return undefined;
  if (
    loops.some(
      ({ code, statement }) => yieldsBetween(code) || isWrittenInLoop(context.facts, statement, label),
    )
  )
    return undefined;
  const mayChange = loops.some(({ code }) => mayChangeRows(code)) ? factors.mayChangeRows : 1;
  const score =
    scoreOfContext({ ...use, loops: [...loops] }) *
    scoreOfQueryset(queryset) *
    factors.condition ** conditions *
    (repeated.inHelper ? factors.inHelper : 1) *
    mayChange;
  return { use, node, place, loops, score, inHelper: repeated.inHelper };
}

/** The part of the loop's own code that starts a new query in each round. */
function repeatedIn(
  context: RuleContext,
  use: RowsUse,
  loop: RepeatedLoop,
): Pick<Invariant, "inHelper" | "node" | "place"> | undefined {
  const { calls, location, operation, queryset } = use;
  const {
    code,
    depth,
    location: { path },
  } = loop;
  const module = context.project.program.moduleOfFile(path);
  if (!keepsRows.has(operation) && calls.length === depth && location.path === path) {
    const node =
      module && isInRounds(code, location.range) && pathTo(module.file.tree, location.range).at(-1);
    if (node && isExpression(node)) return { node, place: location, inHelper: false };
  }
  const site = queryset.origin.sites.findLast(
    (each) => each.location.path === path && isInRounds(code, each.location.range),
  );
  if (site) return { node: site.node, place: site.location, inHelper: false };
  const helper = helperQueryIn(context, use, loop);
  return helper && { ...helper, inHelper: true };
}

function findingOf(context: RuleContext, { inHelper, loops, node, place, score, use }: Invariant): Finding {
  const [loop] = loops;
  const { calls, queryset } = use;
  const { model } = queryset;
  const text = context.text(place.path).slice(node.start, node.end).replace(/\s+/g, " ");
  const multiplicity = multiplicityOf(loops);
  return {
    ...findingBase(loopInvariantQuery),
    level: levelInLoops(context, loopInvariantQuery.level, [{ ...use, loops }]),
    remedy: "query-shape",
    confidence: atMostHigh(classOf(score)),
    message: `"${text}" asks for the same${inHelper ? ` rows of ${model.name}` : ""} in every round of "${loop.text}".`,
    help: inHelper
      ? `Ask for the rows of ${model.name} once before the loop, and hand the answer to the helper.`
      : "Ask once before the loop, and use the answer in it.",
    location: place,
    origin: place,
    symbol: use.symbol,
    model: model.label,
    evidence: [
      ...loops.map(stepOfLoop),
      ...calls
        .slice(loop.depth)
        .map((call) => ({ message: `Calls ${call.callee}`, location: call.location })),
      { message: `Queries ${model.name}: ${use.text}`, location: use.location },
    ],
    queries: multiplicity && queryEstimate({ base: 0, terms: [multiplicity] }, { base: 1 }),
    fixes: inHelper ? [] : hoistFix(context, loop.code, node, place, queryset),
  };
}
