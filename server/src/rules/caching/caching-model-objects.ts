import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { FactRule } from "../rule.ts";
import { stableModels } from "../stable-models.ts";
import { cacheCalls, cacheFinding, writtenName } from "./cache-calls.ts";

export const cachingModelObjects: FactRule = {
  kind: "facts",
  code: "QS714",
  name: "caching-model-objects",
  summary: "Objects of models are kept in the cache as Python pickles them",
  level: "info",
  fix: "none",
  stage: 2,
  run: (context) =>
    cacheCalls(context, "set", "add", "get_or_set").flatMap((call) => {
      const found = call.stored && objectsIn(call.stored);
      if (!found || stableModels.has(found.model.label)) return [];
      const { model, many } = found;
      return [
        {
          ...cacheFinding(context, cachingModelObjects, call, {
            step: "Stores the objects",
            confidence: "high",
            message: `${writtenName(context, call)}() pickles ${many ? `all rows of ${model.name} with all their columns` : `an object of ${model.name}`}: ${consequence}.`,
            help: many
              ? "Store the columns that are needed, as list(rows.values(…)), or the keys alone."
              : "Store the columns that are needed in a dictionary, or the key alone.",
            fixes: [],
          }),
          model: model.label,
        },
      ];
    }),
};

const consequence =
  "it is large, keeps relations as they were, and may not load after the next change of the model";

function objectsIn(value: Value) {
  for (const each of alternativesOf(value)) {
    if (each.kind === "queryset" && each.rows === "instances") return { model: each.model, many: true };
    if (each.kind === "instance") return { model: each.model, many: false };
    if (each.kind !== "collection") continue;
    const row = alternativesOf(each.element).find(({ kind }) => kind === "instance");
    if (row?.kind === "instance") return { model: row.model, many: true };
  }
  return undefined;
}
