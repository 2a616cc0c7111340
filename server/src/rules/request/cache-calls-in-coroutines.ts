/** Calls of Django's caches in code that an event loop runs, which wait for another server. */
import { atLeast } from "../../django/version.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import { cacheCalls } from "../caching/cache-calls.ts";
import { configuredCaches } from "../caching/cache-settings.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";

export function cacheCallsInCoroutines(context: RuleContext): readonly CacheCall[] {
  const calls = cacheCalls(context).filter(({ inCoroutine, node: { function: callee }, method }) => {
    // `aget()` is awaited, and waits without blocking.
    return inCoroutine && callee.kind === "Attribute" && callee.attribute.name === method;
  });
  const caches = calls.length > 0 ? configuredCaches(context) : undefined;
  return calls.filter(({ alias }) => {
    const cache = alias === undefined ? undefined : caches?.get(alias);
    return cache !== undefined && cache.length > 0 && cache.every(({ inProcess }) => !inProcess);
  });
}

/** `value = await cache.aget(key)`, where the call is all that the statement evaluates. */
export function awaitedCacheCall(
  { django }: RuleContext,
  { location: { path }, node, statement }: CacheCall,
): readonly Fix[] {
  const isWhole =
    (statement?.kind === "ExpressionStatement" || statement?.kind === "Assign") && statement.value === node;
  if (!isWhole || node.function.kind !== "Attribute" || !atLeast(django, 4, 0)) return [];
  const { attribute } = node.function;
  const name = `a${attribute.name}`;
  return [
    {
      title: `Wait without blocking: await ${name}()`,
      safety: "unsafe",
      preferred: true,
      edits: [
        { path, range: { start: node.start, end: node.start }, newText: "await " },
        { path, range: { start: attribute.start, end: attribute.end }, newText: name },
      ],
    },
  ];
}
