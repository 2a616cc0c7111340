/** What a project does with the key of a cache elsewhere. */
import type { CacheCall, CacheMethod } from "../../interpret/facts.ts";
import { placeKey } from "../finding-parts.ts";
import type { RuleContext } from "../rule-context.ts";
import { cacheCalls } from "./cache-calls.ts";
import { keyPatterns, mayBeSame } from "./key-pattern.ts";

/** What ends an entry, or puts another in its place. */
export const keyTreatments: readonly CacheMethod[] = [
  "delete",
  "delete_many",
  "delete_pattern",
  "clear",
  "set",
  "set_many",
  "touch",
];

/**
 * Whether other calls of these methods are about the same key. `maybe`: there is one whose key is not known, or the key
 * itself is not.
 */
export function treatsKey(
  context: RuleContext,
  call: CacheCall,
  methods: readonly CacheMethod[],
): "yes" | "maybe" | "no" {
  const own = keyPatterns(call.key);
  const isOpen = own.length === 0 || own.includes(undefined);
  let isPossible = false;
  for (const other of cacheCalls(context, ...methods)) {
    if (placeKey(other.location) === placeKey(call.location)) continue;
    if (other.alias !== undefined && call.alias !== undefined && other.alias !== call.alias) continue;
    if (other.method === "clear") return "yes";
    for (const pattern of keyPatterns(other.key)) {
      if (pattern === undefined || isOpen) isPossible = true;
      else if (own.some((each) => each && mayBeSame(each, pattern))) return "yes";
    }
  }
  return isPossible ? "maybe" : "no";
}
