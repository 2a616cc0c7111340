/** What the findings about writes in loops have in common. */

import { atMostHigh, classOf, scoreOfRoots } from "../confidence.ts";
import type { Evidence, Finding, Level, QueryEstimate } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { isMethodOfNobody } from "../functions-in-requests.ts";
import { isSmall, levelInRoots } from "../levels.ts";
import { type Multiplicity, queryEstimate } from "../loop-weight.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { doubtful } from "./bulk-fix.ts";
import { sideEffectsOf } from "./side-effects.ts";
import type { WriteLoop } from "./write-loop.ts";

/** How often it runs, and for how many rows, only its callers tell. */
const calledByNobody = 0.75;

/** @param benefit see `Remedy.benefit` */
export function writeFinding(
  context: RuleContext,
  rule: RuleMetadata,
  writeLoop: WriteLoop,
  estimate: QueryEstimate,
  benefit: number,
): Omit<Finding, "message" | "help" | "fixes" | "origin" | "location"> {
  const { all, write, score } = writeLoop;
  const reached = isMethodOfNobody(context, all) ? calledByNobody : 1;
  const worth = Math.min(reached, benefit, scoreOfRoots(context, all));
  return {
    ...findingBase(rule),
    remedy: "write-loop",
    level: levelOf(context, rule.level, writeLoop),
    confidence: atMostHigh(classOf(score * worth)),
    symbol: write.symbol,
    model: write.model.label,
    accesses: [{ location: write.location, relationPath: "", code: rule.code }],
    evidence: evidenceOf(context, writeLoop),
    queries: estimate,
  };
}

/** What to do, and why the finding does not come with an edit that does it. */
export function helpOf(advice: string, obstacle: string | undefined): string {
  return obstacle === undefined
    ? advice
    : `${advice.slice(0, -1)}; not offered as a fix, because ${obstacle}.`;
}

/** The code may count on what each save does beside writing, which bulk operations skip. */
export function benefitWithoutSaves(context: RuleContext, { all }: WriteLoop, benefit: number): number {
  const isSkipping = all.some(({ model }) => sideEffectsOf(context, model).skipped.length > 0);
  return isSkipping ? Math.min(benefit, doubtful) : benefit;
}

function levelOf(context: RuleContext, level: Level, { all, multiplicity }: WriteLoop): Level {
  if (isSmall(context, multiplicity)) return "hint";
  return levelInRoots(context, level, all);
}

function evidenceOf(context: RuleContext, { write }: WriteLoop): readonly Evidence[] {
  const { location } = write;
  const text = sourceOf(context, write.location.path, write.node);
  return [...stepsTo(write), { message: `Writes ${write.model.name}: ${text}`, location }];
}

const longestText = 100;

/** The expression as it is written, on one line. */
export function sourceOf(
  context: RuleContext,
  path: string,
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const text = context.text(path).slice(start, end).replace(/\s+/g, " ");
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** Queries that fetch the rows of the outermost loop. */
function queriesOfRows({ write: { loops } }: WriteLoop): number {
  const kind = loops[0]?.weight.kind;
  return kind === "rows" || kind === "limited" ? 1 : 0;
}

/**
 * @param perRound queries that one write sends
 * @param outside multiplicity of the loops around the place to which the writes move
 * @param together queries that take the place of all writes
 */
export function estimateOf(
  writeLoop: WriteLoop,
  perRound: number,
  outside: Multiplicity,
  rowsAreLoaded = true,
  together = 1,
): QueryEstimate {
  const base = queriesOfRows(writeLoop);
  const times = (multiplicity: Multiplicity, queries: number): Multiplicity => ({
    ...multiplicity,
    constant: multiplicity.constant * queries,
  });
  // A loop that stands in no other takes the query for its rows along.
  const after = rowsAreLoaded || outside.unbounded > 0 || outside.constant > 1 ? base : 0;
  return queryEstimate(
    { base, terms: [times(writeLoop.multiplicity, perRound)] },
    { base: after, terms: [times(outside, together)] },
  );
}
