/** The finding about a query that asks about rows which another one fetches behind it. */
import type { Location } from "../../base/text-range.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase, stepsTo, stepToQueryset } from "../finding-parts.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { confidenceOfUses, type UsesAtPlace } from "./uses-of-rows.ts";

export interface QuestionFinding {
  readonly level: Level;
  readonly message: string;
  readonly help: string;
  /** What the query does, as the evidence says it, and its code. */
  readonly asks: { readonly verb: "Asks" | "Counts"; readonly text: string };
  readonly fetches: { readonly text: string; readonly location: Location };
  readonly fixes: readonly Fix[];
}

export function questionFinding(
  context: RuleContext,
  rule: RuleMetadata,
  question: UsesAtPlace,
  { asks, fetches, fixes, help, level, message }: QuestionFinding,
): Finding {
  const [use] = question;
  const { location, queryset, symbol } = use;
  return {
    ...findingBase(rule),
    level,
    remedy: "query-shape",
    confidence: confidenceOfUses(context, question),
    message,
    help,
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(use),
      { message: `${asks.verb}: ${asks.text}`, location },
      { message: `Fetches: ${fetches.text}`, location: fetches.location },
    ],
    fixes,
  };
}
