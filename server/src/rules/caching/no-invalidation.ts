import type { CacheCall } from "../../interpret/facts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { stableModels } from "../stable-models.ts";
import { cacheCalls, cacheFinding } from "./cache-calls.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";
import { treatsKey } from "./key-writers.ts";
import { durationText, timeoutOf } from "./timeouts.ts";
import { isVersioned } from "./versioned-key.ts";

export const noInvalidation: FactRule = {
  kind: "facts",
  code: "QS711",
  name: "no-invalidation",
  summary: "Rows are kept in the cache for long, and nothing deletes the entry when they change",
  level: "info",
  fix: "none",
  stage: 3,
  run: (context) =>
    cacheCalls(context, "set", "get_or_set").flatMap((call) => {
      const timeout = timeoutOf(context, call);
      const pattern = keyPattern(call.key);
      // An entry without an end is what QS703 is about.
      if (!pattern || call.stored?.kind === "literal" || typeof timeout !== "number" || timeout <= shortest)
        return [];
      const models = modelsOf(context, call);
      const [model] = models;
      if (model === undefined || isVersioned(context, call) || treatsKey(context, call, changing) !== "no")
        return [];
      const name = model.slice(model.lastIndexOf(".") + 1);
      return [
        {
          ...cacheFinding(context, noInvalidation, call, {
            step: "Stores what was read of the rows",
            level: timeout > anHour ? noInvalidation.level : "hint",
            confidence: call.method === "get_or_set" ? "high" : "medium",
            message: `"${shownPattern(pattern)}" keeps data of ${name} for ${durationText(timeout)}, and nothing deletes it when a ${name} changes.`,
            help: "Delete the key in a receiver of post_save and post_delete, with on_commit(), or make a version part of it.",
            fixes: [],
          }),
          model,
        },
      ];
    }),
};

/** Nobody minds a quarter of an hour. */
const shortest = 15 * 60;
const anHour = 3600;

const changing = ["delete", "delete_many", "delete_pattern", "clear", "incr", "set", "set_many"] as const;

/** Models whose rows were read for the entry: since the same function looked it up, where it does. */
function modelsOf(context: RuleContext, call: CacheCall): readonly string[] {
  const reads = cacheCalls(context, "get").filter(
    (read) =>
      read.symbol === call.symbol &&
      read.location.path === call.location.path &&
      read.node.start < call.node.start,
  );
  const before = reads.at(-1)?.touched ?? new Set<string>();
  return [...call.touched].filter(
    (label) => /^\w+\.\w+$/.test(label) && !before.has(label) && !stableModels.has(label),
  );
}
