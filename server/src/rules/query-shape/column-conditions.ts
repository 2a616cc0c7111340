/** The columns that code compares in `filter()` and its like, each with its place. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { Field } from "../../django/model-graph.ts";
import type { LookupCondition, LookupUse, RootContext } from "../../interpret/facts.ts";
import { functionsInRequests, isInRequest } from "../functions-in-requests.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type ResolvedLookup, resolvedLookup } from "./resolved-lookup.ts";

export interface ColumnCondition extends ResolvedLookup {
  readonly field: Field;
  readonly use: LookupUse & { readonly condition: LookupCondition };
  readonly inRequest: boolean;
}

const ignoredContexts: ReadonlySet<RootContext> = new Set(["migration", "test"]);
const known = new AnswersOf<RuleContext["facts"], readonly ColumnCondition[]>();

export function columnConditions(context: RuleContext): readonly ColumnCondition[] {
  return remembered(known, context.facts, () => {
    const reachable = functionsInRequests(context);
    return factsOfKind(context.facts, "lookup").flatMap((use): readonly ColumnCondition[] => {
      const { condition } = use;
      if (!condition || ignoredContexts.has(use.root.context)) return [];
      const resolved = resolvedLookup(context, use);
      if (!resolved?.field) return [];
      const { field } = resolved;
      const inRequest = isInRequest(use.root, reachable);
      return [{ ...resolved, field, use: { ...use, condition }, inRequest }];
    });
  });
}
