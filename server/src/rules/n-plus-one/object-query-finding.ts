/** Findings about a method of Django's own that queries about each row of a loop. */
import type { ObjectQuery } from "../../interpret/facts.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { type findingBase, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import { multiplicityOf, queryEstimate } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";

interface Description extends ReturnType<typeof findingBase> {
  /** Without the estimate. */
  readonly message: string;
  readonly help: string;
  readonly queriesPerRow: number;
  readonly queriesAfter: number;
}

export function objectQueryFinding(
  context: RuleContext,
  query: ObjectQuery,
  description: Description,
): Finding {
  const { queriesAfter, queriesPerRow, ...base } = description;
  const multiplicity = multiplicityOf(query.loops);
  const terms = multiplicity ? Array.from({ length: queriesPerRow }, () => multiplicity) : [];
  const queries = queryEstimate({ base: 1, terms }, { base: queriesAfter });
  return {
    ...base,
    level: levelInLoops(context, base.level, [query]),
    remedy: "per-row-query",
    confidence: atMostHigh(classOf(scoreOfContext(query) * scoreOfQueryset(query.queryset))),
    message: `${base.message}: ${queries.before} queries.`,
    location: query.location,
    symbol: query.symbol,
    model: query.model.label,
    origin: query.location,
    evidence: [
      ...stepToQueryset(query.queryset),
      ...stepsTo(query),
      { message: `Asks the database: ${query.text}`, location: query.location },
    ],
    queries,
  };
}
