/** What the findings about queries per row have in common. */
import type { QueryExecution } from "../../interpret/facts.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { Evidence, Finding, Level } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import { type Multiplicity, multiplicityOf, queryEstimate } from "../loop-weight.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { ruleForConsumer } from "./consumer-rules.ts";
import type { PerRowQuery } from "./per-row-queries.ts";

/** Queries apart from those per row, as the code is and as it should be. */
export interface FixedQueries {
  readonly before: number;
  readonly after: number;
}

type WithoutWords = Omit<Finding, "remedy" | "message" | "help"> & {
  readonly queries: NonNullable<Finding["queries"]>;
};

/** The parts of a finding that stands on the expression that queries. */
export function perRowFinding(
  context: RuleContext,
  rule: RuleMetadata,
  query: PerRowQuery,
  fixed: FixedQueries,
): WithoutWords {
  return mergedFinding(context, rule, [query], query.cause, fixed);
}

/** The parts of a finding about queries that one edit, of the expression at `place`, makes superfluous. */
export function mergedFinding(
  context: RuleContext,
  own: RuleMetadata,
  queries: readonly PerRowQuery[],
  place: PerRowQuery["cause"],
  fixed: FixedQueries,
): WithoutWords {
  const executions = queries.flatMap((query) => query.executions);
  const terms = executions.map(multiplicity);
  const rule = ruleForConsumer(own, executions);
  return {
    ...findingBase(rule),
    level: levelOf(context, rule.level, executions),
    confidence: atMostHigh(classOf(Math.max(...queries.map(({ score }) => score)))),
    location: place.location,
    symbol: place.symbol,
    model: executions[0]?.queryset.model.label,
    relationPaths: [...new Set(executions.map(relationPathOf))].filter((path) => path !== ""),
    origin: place.location,
    accesses: executions.map((execution) => ({
      location: execution.location,
      relationPath: relationPathOf(execution),
      code: rule.code,
    })),
    evidence: evidenceOf(executions),
    queries: queryEstimate({ base: fixed.before, terms }, { base: fixed.after }),
  };
}

function multiplicity({ loops }: QueryExecution): Multiplicity {
  return multiplicityOf(loops) ?? { constant: 1, unbounded: 0 };
}

const longestText = 120;

/** The expression as it stands in the source, on one line. */
export function textOfCause(context: RuleContext, { cause }: PerRowQuery): string {
  const { path, range } = cause.location;
  const text = context.text(path).slice(range.start, range.end).replace(/\s+/g, " ");
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** The relation of the loop's rows that is asked; empty where the query takes another way. */
export function relationPathOf({ queryset }: QueryExecution): string {
  const { related } = queryset;
  return related ? [...(related.instance.source?.path ?? []), related.relation.accessor].join("__") : "";
}

/** Queries that fetch the rows of the outermost loop. */
export function queriesOfRows({ loops }: QueryExecution): number {
  const kind = loops[0]?.weight.kind;
  return kind === "rows" || kind === "limited" ? 1 : 0;
}

/** A query that is remembered for each key costs as much as a short loop. */
function levelOf(context: RuleContext, level: Level, executions: readonly QueryExecution[]): Level {
  const repeated = executions.filter(({ memoised }) => !memoised);
  return repeated.length > 0 ? levelInLoops(context, level, repeated) : "hint";
}

function evidenceOf(executions: readonly QueryExecution[]): readonly Evidence[] {
  const steps = executions.flatMap((execution): readonly Evidence[] => {
    const { queryset, location, text } = execution;
    const rows = queryset.related?.instance.source?.queryset;
    return [
      ...stepToQueryset(rows),
      ...stepsTo(execution),
      { message: `Queries ${queryset.model.name}: ${text}`, location },
    ];
  });
  return [...new Map(steps.map((step) => [`${placeKey(step.location)}:${step.message}`, step])).values()];
}
