import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";

export const largeSession: FactRule = {
  kind: "facts",
  code: "QS723",
  name: "large-session",
  summary: "Rows are kept in the session, which is read and written as a whole",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const stores = new Map(
      factsOfKind(context.facts, "sessionStore").map((fact) => [placeKey(fact.location), fact]),
    );
    return [...stores.values()].flatMap(({ location, symbol, value }) => {
      const kept = keptIn(value);
      if (!kept) return [];
      return [
        {
          ...findingBase(largeSession),
          remedy: "session" as const,
          confidence: "high" as const,
          message: `${kept.text} in the session: Django's JSON serializer refuses objects of models, and pickled ones are large and soon out of date.`,
          help: "Keep the keys, and load the rows where they are needed.",
          location,
          symbol,
          model: kept.model,
          origin: location,
          evidence: [{ message: "Is kept in the session here", location }],
        },
      ];
    });
  },
};

function keptIn(value: Value) {
  for (const each of alternativesOf(value)) {
    switch (each.kind) {
      case "queryset":
        return { text: `Rows of ${each.model.name} are kept`, model: each.model.label };
      case "instance":
        return { text: `An object of ${each.model.name} is kept`, model: each.model.label };
      case "collection": {
        const row = alternativesOf(each.element).find(({ kind }) => kind === "instance");
        if (row?.kind === "instance") {
          return { text: `Rows of ${row.model.name} are kept`, model: row.model.label };
        }
        break;
      }
      default:
        break;
    }
  }
  return undefined;
}
