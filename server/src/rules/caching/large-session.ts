import { uploadedFile } from "../../interpret/libraries/file-values.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";

export const largeSession: FactRule = {
  kind: "facts",
  code: "QS723",
  name: "large-session",
  summary: "Rows or files are kept in the session, which is read and written as a whole",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const stores = new Map(
      factsOfKind(context.facts, "sessionStore").map((fact) => [placeKey(fact.location), fact]),
    );
    return [...stores.values()].flatMap((store) => {
      const { location, symbol, value } = store;
      const kept = keptIn(value);
      if (!kept) return [];
      return [
        {
          ...findingBase(largeSession),
          level: levelInRoots(context, largeSession.level, [store]),
          remedy: "session" as const,
          confidence: "high" as const,
          message: `${kept.text} in the session: ${kept.why}.`,
          help: kept.help,
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

interface Kept {
  readonly text: string;
  readonly model: string | undefined;
  readonly why: string;
  readonly help: string;
}

const ofRows = {
  why: "Django's JSON serializer refuses objects of models, and pickled ones are large and soon out of date",
  help: "Keep the keys, and load the rows where they are needed.",
};

function keptIn(value: Value): Kept | undefined {
  for (const each of alternativesOf(value)) {
    switch (each.kind) {
      case "queryset":
        return { text: `Rows of ${each.model.name} are kept`, model: each.model.label, ...ofRows };
      case "instance":
        return { text: `An object of ${each.model.name} is kept`, model: each.model.label, ...ofRows };
      case "collection": {
        const row = alternativesOf(each.element).find(({ kind }) => kind === "instance");
        if (row?.kind === "instance") {
          return { text: `Rows of ${row.model.name} are kept`, model: row.model.label, ...ofRows };
        }
        break;
      }
      case "external":
        // Its name and size are texts and numbers.
        if (each.name === uploadedFile.name) {
          return {
            text: "An uploaded file is kept",
            model: undefined,
            why: "Django's JSON serializer refuses it, and pickled it is read and written with each request",
            help: "Store the file, and keep what finds it.",
          };
        }
        break;
      default:
        break;
    }
  }
  return undefined;
}
