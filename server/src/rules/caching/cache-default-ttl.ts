import type { CacheCall } from "../../interpret/facts.ts";
import type { Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { addedArgument, cacheCalls, cacheFinding, writtenName } from "./cache-calls.ts";
import { defaultTimeout, durationText, type Timeout } from "./timeouts.ts";

export const cacheDefaultTtl: FactRule = {
  kind: "facts",
  code: "QS702",
  name: "cache-default-ttl",
  summary: "An entry of the cache lives as long as the backend's default says",
  level: "hint",
  fix: "safe",
  stage: 2,
  run: (context) =>
    cacheCalls(context, "set", "add", "get_or_set", "set_many")
      .filter(({ timeout, open, key }) => !timeout && !open && key !== undefined)
      .map((call) => {
        const timeout = defaultTimeout(context, call);
        return cacheFinding(context, cacheDefaultTtl, call, {
          step: "Stores an entry",
          confidence: "high",
          message: `${writtenName(context, call)}() names no timeout: ${consequence(timeout)}.`,
          help: "Say how long the value may be stale: minutes for what changes often, hours for configuration.",
          fixes: fixOf(context, call, timeout),
        });
      }),
};

function consequence(timeout: Timeout): string {
  if (timeout === "forever") return "the settings let the entry live forever";
  return timeout === "unknown"
    ? "the entry lives as long as TIMEOUT of the cache says, 5 minutes by default"
    : `the entry lives for ${durationText(timeout)}, the default of the cache`;
}

/** Writes down what holds already; only where the settings are known, nothing changes. */
function fixOf(context: RuleContext, call: CacheCall, timeout: Timeout): readonly Fix[] {
  const { path } = call.location;
  const value = timeout === "unknown" ? 300 : timeout === "forever" ? "None" : timeout;
  const isKnown = timeout !== "unknown";
  return [
    {
      title: isKnown ? `Write down timeout=${value}` : `Add timeout=${value} (TIMEOUT may say otherwise)`,
      safety: isKnown ? "safe" : "unsafe",
      preferred: true,
      edits: [{ path, ...addedArgument(context, call, `timeout=${value}`) }],
    },
  ];
}
