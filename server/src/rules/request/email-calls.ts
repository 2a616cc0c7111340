/** E-mail that is sent while somebody waits for a response: one entry per call, with every request that leads there. */
import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { BlockingCall, CallFrame } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import { placeKey } from "../finding-parts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface EmailCall {
  /** The call in the project's own code: that which sends, or that of a library which does. */
  readonly location: Location;
  /** Dotted name of the function around it. */
  readonly symbol: string;
  /** One for each view or other entry point, those with the shortest way first. */
  readonly requests: readonly [BlockingCall, ...BlockingCall[]];
  /** Every way on which the analysis came here, those outside of requests included. */
  readonly all: readonly BlockingCall[];
  /** The sending call itself stands in the project's code. */
  readonly isOwn: boolean;
}

export function emailCallsInRequests(context: RuleContext): readonly EmailCall[] {
  const { program } = context.project;
  const placed = factsOfKind(context.facts, "blocking").flatMap((fact) => {
    if (fact.operation !== "email") return [];
    const place = ownPlace(program, fact);
    return place ? [{ fact, ...place }] : [];
  });
  return [...groupBy(placed, ({ location }) => placeKey(location)).values()].flatMap((group) => {
    const [first] = group;
    const all = group.map(({ fact }) => fact);
    const [shortest, ...others] = entryPoints(all.filter(isInRequest));
    if (!first || !shortest) return [];
    const { location, symbol, isOwn } = first;
    return [{ location, symbol, isOwn, requests: [shortest, ...others], all }];
  });
}

function isInRequest({ root }: BlockingCall): boolean {
  return root.context === "request" || root.context === "admin";
}

/** One fact per root. A function that other roots call on the way is part of their requests, not one of its own. */
function entryPoints(facts: readonly BlockingCall[]): readonly BlockingCall[] {
  const called = new Set(facts.flatMap(({ calls }) => calls.map(({ callee }) => callee)));
  const outermost = facts.filter(({ root }) => !called.has(root.symbol));
  const byRoot = groupBy(outermost.length > 0 ? outermost : facts, ({ root }) => root.symbol);
  return [...byRoot.values()]
    .flatMap((group) => group.reduce((best, fact) => (fact.calls.length < best.calls.length ? fact : best)))
    .sort((first, second) => first.calls.length - second.calls.length);
}

/** The innermost call on the way that the project itself makes. */
function ownPlace(
  program: PythonProgram,
  { location, symbol, calls, root }: BlockingCall,
): { readonly location: Location; readonly symbol: string; readonly isOwn: boolean } | undefined {
  const isOwn = ({ path }: Location) => program.moduleOfFile(path)?.firstParty === true;
  if (isOwn(location)) return { location, symbol, isOwn: true };
  const index = calls.findLastIndex((call: CallFrame) => isOwn(call.location));
  const call = calls[index];
  return call && { location: call.location, symbol: calls[index - 1]?.callee ?? root.symbol, isOwn: false };
}
