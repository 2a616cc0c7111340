/** Calls of the project that make somebody wait: one entry per place, with every way that leads there. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import type { BlockingCall, BlockingOperation, CallFrame, Fact } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import { placeKey } from "../finding-parts.ts";
import { isForTests } from "../for-tests.ts";
import { ofOutermostRoots } from "../functions-in-requests.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isOfLocalUrl } from "./local-urls.ts";
import { isRefused } from "./refused-calls.ts";

export interface BlockingPlace {
  /** The call in the project's own code: that which waits, or that of a library which does. */
  readonly location: Location;
  /** Dotted name of the function around it. */
  readonly symbol: string;
  /** One for each view or other entry point, those with the shortest way first. */
  readonly requests: readonly BlockingCall[];
  /** Every way on which the analysis came here, those outside of requests included. */
  readonly all: readonly [BlockingCall, ...BlockingCall[]];
  /** The waiting call itself stands in the project's code. */
  readonly isOwn: boolean;
}

export interface RequestPlace extends BlockingPlace {
  readonly requests: readonly [BlockingCall, ...BlockingCall[]];
}

const known = new AnswersOf<readonly Fact[], readonly BlockingPlace[]>();

export function blockingPlaces(
  context: RuleContext,
  ...operations: readonly BlockingOperation[]
): readonly BlockingPlace[] {
  const places = remembered(known, context.facts, () => findPlaces(context));
  return places.filter(({ all: [first] }) => operations.includes(first.operation));
}

/**
 * Places for which a response waits. Rules of their own speak of coroutines, where all requests wait, and of tasks that
 * a request runs itself.
 */
export function placesInRequests(
  context: RuleContext,
  ...operations: readonly BlockingOperation[]
): readonly RequestPlace[] {
  const tasks = tasksRunAtOnce(context);
  const isOfTask = ({ calls }: BlockingCall) => calls.some(({ callee }) => tasks.has(callee));
  return blockingPlaces(context, ...operations).flatMap((place) => {
    const [first, ...others] = place.requests.filter((fact) => !fact.inCoroutine && !isOfTask(fact));
    return first ? [{ ...place, requests: [first, ...others] }] : [];
  });
}

/** Dotted names of the tasks that some code runs without the queue. */
function tasksRunAtOnce(context: RuleContext): ReadonlySet<string> {
  return new Set(blockingPlaces(context, "task").flatMap(({ all }) => all.map(({ library }) => library)));
}

function findPlaces(context: RuleContext): readonly BlockingPlace[] {
  const { program } = context.project;
  const placed = factsOfKind(context.facts, "blocking").flatMap((fact) => {
    const place = ownPlace(program, fact);
    return place ? [{ fact, ...place }] : [];
  });
  const byPlace = groupBy(placed, ({ location, fact }) => `${fact.operation} ${placeKey(location)}`);
  return [...byPlace.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (!first || isForTests(context, first.location)) return [];
    if (isOfLocalUrl(context, first.fact) || isRefused(first.fact)) return [];
    const { location, symbol, isOwn } = first;
    const all = [first.fact, ...others.map(({ fact }) => fact)] as const;
    return [{ location, symbol, isOwn, requests: entryPoints(all.filter(isInRequest)), all }];
  });
}

function isInRequest({ root }: BlockingCall): boolean {
  return root.context === "request" || root.context === "admin";
}

/** One fact per root. */
function entryPoints(facts: readonly BlockingCall[]): readonly BlockingCall[] {
  const byRoot = groupBy(ofOutermostRoots(facts), ({ root }) => root.symbol);
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
