import type { CacheCall } from "../../interpret/facts.ts";
import type { Fix, Level } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { cacheCalls, cacheFinding, writtenName } from "./cache-calls.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";
import { keyTreatments, treatsKey } from "./key-writers.ts";

export const cacheForever: FactRule = {
  kind: "facts",
  code: "QS703",
  name: "cache-forever",
  summary: "An entry of the cache never expires, and nothing deletes it",
  level: "info",
  fix: "suggestion",
  stage: 2,
  run: (context) =>
    cacheCalls(context, "set", "add", "get_or_set", "set_many", "touch")
      .filter(isForever)
      .flatMap((call) => {
        // A counter or a version has to stay.
        if (isNumber(call) || treatsKey(context, call, ["incr", "decr"]) === "yes") return [];
        const pattern = keyPattern(call.key);
        const isTreated = call.version !== undefined || treatsKey(context, call, keyTreatments) !== "no";
        const key = pattern ? `"${shownPattern(pattern)}"` : "the key";
        return [
          cacheFinding(context, cacheForever, call, {
            step: "Stores an entry for good",
            level: levelHere(isTreated || !pattern),
            confidence: isTreated || !pattern ? "medium" : "high",
            message: isTreated
              ? `${writtenName(context, call)}() keeps the entry forever: it stays as it is where deleting it is forgotten once.`
              : `${writtenName(context, call)}() keeps the entry forever, and nothing deletes ${key}.`,
            help: "Give it an end, a day for instance, so that what is stale or no longer asked for goes by itself.",
            fixes: fixOf(call),
          }),
        ];
      }),
};

function levelHere(isTreated: boolean): Level {
  return isTreated ? "hint" : cacheForever.level;
}

function isForever({ timeout }: CacheCall): boolean {
  return timeout?.value.kind === "literal" && timeout.value.value === null;
}

function isNumber({ stored }: CacheCall): boolean {
  return stored?.kind === "literal" && typeof stored.value === "number";
}

function fixOf({ timeout, location: { path } }: CacheCall): readonly Fix[] {
  if (timeout?.node.kind !== "ConstantLiteral") return [];
  const { start, end } = timeout.node;
  return [
    {
      title: "Keep it for a day: timeout=86400",
      safety: "suggestion",
      preferred: false,
      edits: [{ path, range: { start, end }, newText: "86400" }],
    },
  ];
}
