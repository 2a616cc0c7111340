import type { CacheCall } from "../../interpret/facts.ts";
import type { TextPattern } from "../../queryset/value.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { cacheCalls, writtenName } from "./cache-calls.ts";
import { keyPattern, keyPatterns, mayBeSame, shownPattern } from "./key-pattern.ts";

export const versionBumpedOnRead: FactRule = {
  kind: "facts",
  code: "QS706",
  name: "version-bumped-on-read",
  summary: "A counter in the cache is incremented to build the key that is read, or is never put there",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const counters = cacheCalls(context, "incr", "decr");
    if (counters.length === 0) return [];
    const bumped = bumpedOnRead(context, counters);
    const missing = counters.filter((call) => !bumped.has(call) && isNeverSet(context, call));
    return [
      ...[...bumped].map(([call, read]) => bumpFinding(context, call, read, counters)),
      ...missing.map((call) => missingFinding(context, call)),
    ];
  },
};

/** The counters whose new value is part of a key that the same function reads, with that reading. */
function bumpedOnRead(
  context: RuleContext,
  counters: readonly CacheCall[],
): ReadonlyMap<CacheCall, CacheCall> {
  const byPlace = new Map(counters.map((call) => [placeKey(call.location), call]));
  const found = new Map<CacheCall, CacheCall>();
  for (const read of cacheCalls(context, "get", "get_many", "get_or_set", "has_key")) {
    const { path } = read.location;
    const module = context.project.program.moduleOfFile(path);
    const scope = module && functionAround(module.file.tree, read.node);
    if (!scope || !read.key) continue;
    // A version is part of the key, too: `cache.get(key, version=version)`.
    const parts = [read.key.node, ...(read.version ? [read.version.node] : [])];
    for (const expression of parts.flatMap((part) => flowingInto(flowsOf(scope), part))) {
      walkExpressions(expression, (node) => {
        const call = node.kind === "Call" && byPlace.get(placeKey({ path, range: node }));
        if (call && call !== read && !found.has(call)) found.set(call, read);
        return undefined;
      });
    }
  }
  return found;
}

/** No code puts the key there, so that the call raises. */
function isNeverSet(context: RuleContext, { alias, key, location, node }: CacheCall): boolean {
  const pattern = keyPattern(key);
  const module = context.project.program.moduleOfFile(location.path);
  if (!pattern || !module || !isText(pattern)) return false;
  const isHandled = pathTo(module.file.tree, node).some((each) => "kind" in each && each.kind === "Try");
  if (isHandled) return false;
  return cacheCalls(context, "add", "set", "get_or_set", "set_many").every((store) => {
    if (store.alias !== undefined && alias !== undefined && store.alias !== alias) return true;
    // What is stored under a key that is not known may be this one.
    return !store.open && keyPatterns(store.key).every((other) => other && !mayBeSame(pattern, other));
  });
}

function isText(pattern: TextPattern): boolean {
  return pattern.some((part) => part !== null && part.length > 1);
}

function bumpFinding(
  context: RuleContext,
  call: CacheCall,
  read: CacheCall,
  counters: readonly CacheCall[],
): Finding {
  const { location, symbol } = call;
  const written = writtenName(context, call);
  return {
    ...findingBase(versionBumpedOnRead),
    level: levelInRoots(context, versionBumpedOnRead.level, [call]),
    remedy: "cache-key",
    confidence: "high",
    message: `${written}() changes the version while the value is read: no key is asked for twice, so that the cache never has an answer.`,
    help: "Read the version with get_or_set(), and increment it only where the data changes.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      { message: "Increments the version", location },
      { message: "Its new value is part of the key that is read", location: read.location },
    ],
    fixes: fixOf(call, counters),
  };
}

function missingFinding(context: RuleContext, call: CacheCall): Finding {
  const { location, symbol } = call;
  const written = writtenName(context, call);
  const pattern = keyPattern(call.key) ?? [];
  return {
    ...findingBase(versionBumpedOnRead),
    level: levelInRoots(context, versionBumpedOnRead.level, [call]),
    remedy: "cache-key",
    confidence: "medium",
    message: `${written}() raises ValueError where the key is missing, and nothing puts "${shownPattern(pattern)}" into the cache.`,
    help: "Put it there before: cache.add(key, 0, timeout=None) does so only where it is missing.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [{ message: "Increments a key that nothing sets", location }],
    fixes: [],
  };
}

/** Reading the version instead. None where more than a key is passed. */
function fixOf(call: CacheCall, counters: readonly CacheCall[]): readonly Fix[] {
  const { node, key, location } = call;
  const callee = node.function;
  if (callee.kind !== "Attribute" || !key || node.arguments.length !== 1 || node.keywords.length > 0)
    return [];
  const { path } = location;
  const { attribute } = callee;
  const isAsynchronous = attribute.name.startsWith("a");
  const pattern = keyPattern(key);
  const others = counters.filter((other) => {
    const otherPattern = keyPattern(other.key);
    return other !== call && (!pattern || !otherPattern || mayBeSame(pattern, otherPattern));
  });
  const restriction = others.length > 0 ? "" : " (nothing else increments it where the data changes)";
  const afterKey = key.node.end;
  return [
    {
      title: `Read the version with get_or_set()${restriction}`,
      safety: "unsafe",
      preferred: true,
      edits: [
        {
          path,
          range: { start: attribute.start, end: attribute.end },
          newText: isAsynchronous ? "aget_or_set" : "get_or_set",
        },
        { path, range: { start: afterKey, end: afterKey }, newText: ", 1, None" },
      ],
    },
  ];
}
