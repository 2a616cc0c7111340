/** What rules about caches ask of their calls. */
import type { TextEdit } from "../../edits/text-edit.ts";
import { type CacheCall, type CacheMethod, isConsumerKind } from "../../interpret/facts.ts";
import type { Evidence, Finding, Level } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** The calls of Django's caches, each place once. */
export function cacheCalls(context: RuleContext, ...methods: readonly CacheMethod[]): readonly CacheCall[] {
  const calls = factsOfKind(context.facts, "cacheCall").filter(
    (call) => (methods.length === 0 || methods.includes(call.method)) && isSaidByItself(call),
  );
  return [...new Map(calls.map((call) => [placeKey(call.location), call])).values()];
}

/** What a caller's loop does with it is said once more: with the caller's values. */
function isSaidByItself({ calls, loops }: CacheCall): boolean {
  return loops.length === 0 || calls.every(({ via }) => via === "callback" || isConsumerKind(via));
}

/** `cache.get` as the code writes it. */
export function writtenName(context: RuleContext, { location: { path }, node }: CacheCall): string {
  const { start, end } = node.function;
  return context.text(path).slice(start, end).replace(/\s+/g, " ");
}

/** The finding of a rule about one call, at the call. */
export function cacheFinding(
  context: RuleContext,
  rule: RuleMetadata,
  call: CacheCall,
  details: Pick<Finding, "message" | "help" | "confidence" | "fixes"> & {
    readonly step: string;
    readonly level?: Level;
    readonly evidence?: readonly Evidence[];
  },
): Finding {
  const { location, symbol } = call;
  const { step, evidence = [], level = rule.level, message, help, confidence, fixes } = details;
  return {
    ...findingBase(rule),
    remedy: "cache-call",
    level: levelInRoots(context, level, [call]),
    confidence,
    message,
    help,
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [{ message: step, location }, ...evidence],
    fixes,
  };
}

/** An edit that adds an argument to the call, behind the last one, on a line of its own where that has one. */
export function addedArgument(context: RuleContext, call: CacheCall, argument: string): TextEdit {
  const { node, location } = call;
  const last = [...node.arguments, ...node.keywords].sort((a, b) => a.end - b.end).at(-1);
  const start = node.argumentsRange.start + 1;
  if (!last) return { range: { start, end: start }, newText: argument };
  const before = context.text(location.path).slice(start, last.start);
  const separator = /\r?\n[ \t]*$/.exec(before)?.[0] ?? " ";
  return { range: { start: last.end, end: last.end }, newText: `,${separator}${argument}` };
}
