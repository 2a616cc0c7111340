/** Calls of the project's own functions: interpreted with the values they are given. */
import { remembered } from "../../base/remembered.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import { copyOfEntries, copyOfQueryset } from "../../queryset/copies.ts";
import type { Instance } from "../../queryset/instance.ts";
import { alternativesOf, joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../../queryset/loop-set.ts";
import type { OriginSiteKind, QuerysetOrigin } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { FunctionValue, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import type { CallKey, CallResult } from "../call-results.ts";
import { maybeAbsent, presentRow } from "../conditions/presence.ts";
import { touchModel } from "../effects/writes.ts";
import {
  anyModel,
  type BlockingCall,
  type CallFrame,
  isConsumerKind,
  type Loop,
  type RowsUse,
} from "../facts.ts";
import type { Arguments, Frame, Interpreter } from "../interpreter.ts";
import { blockingHere } from "../libraries/blocking-calls.ts";
import { collectionOf } from "../make-values.ts";
import { givesAnswer } from "../querysets/answers.ts";
import { passedThrough } from "../querysets/origins.ts";
import { isSameEachTime, repeatUses } from "../querysets/repeated-uses.ts";
import { markHandedOver, markUnknownAssignments } from "../rows/assignments.ts";
import { newScope } from "./environment.ts";
import { isInCoroutine } from "./event-loop.ts";
import { bindParameters, hasOpenArguments } from "./parameters.ts";
import { hasDecorator } from "./symbol-values.ts";

/** Calls deeper than this are not followed: what is so far from a loop hardly ever runs for each of its rows. */
const maximumDepth = 5;

/** What one call may use of the work that is left, so that the first one does not leave the rest of its root unseen. */
const largestShare = 0.5;

export function callProjectFunction(
  interpreter: Interpreter,
  called: FunctionValue,
  args: Arguments,
  node: Expression,
  via: CallFrame["via"],
): Value {
  const { state } = interpreter;
  const callee = withPresentReceiver(called);
  if (state.calls.length === 0) {
    // Each function is a root of its own: what it calls is recorded there.
    interpreter.record({ kind: "functionCall", root: state.root, callee: symbolOf(callee) });
  }
  const varies = variesOfArguments(args);
  const identity = callee.node;
  const depthOfCall = depthOf(state.calls);
  if (depthOfCall >= maximumDepth) interpreter.callsCutByDepth += 1;
  if (depthOfCall >= maximumDepth || state.budget <= 0 || interpreter.active.has(identity)) {
    assumeAnything(interpreter, callee, args);
    return unknownVarying(varies);
  }

  const still = withoutLoops(args);
  if (still) {
    // What changes with a loop are values of which nothing is known. They matter only where a query is sent.
    const { effects } = interpreter;
    const counted = interpreter.queryCounts?.mark();
    const result = callProjectFunction(interpreter, callee, still, node, via);
    if (interpreter.effects === effects || state.budget <= 0) return withLoops(result, varies);
    if (counted) interpreter.queryCounts?.forgetSince(counted);
  }

  const { callResults } = interpreter;
  const key = callResults.keyOf(callee, args, loadedByGuards(interpreter));
  const known = callResults.get(key, depthOfCall);
  if (known) repeatCall(interpreter, known, key, callee, args, node, via);
  const value = known?.value ?? interpretCall(interpreter, key, callee, args, node, via, depthOfCall);
  return passOn(interpreter, value, callee, node, varies);
}

/** What the call does beside its value, as far as that is known from the first time. */
function repeatCall(
  interpreter: Interpreter,
  known: CallResult,
  key: CallKey,
  callee: FunctionValue,
  args: Arguments,
  node: Expression,
  via: CallFrame["via"],
): void {
  const { state } = interpreter;
  for (const path of known.visited) interpreter.visited.add(path);
  for (const label of known.touched) interpreter.touched.add(label);
  if (known.assigned.length > 0) {
    for (const [index, { assigned }] of instancesAmong(callee, args).entries()) {
      for (const [name, loops] of known.assigned[index] ?? []) assigned.set(name, loops);
    }
  }
  interpreter.effects += known.effects;
  if (known.cutAtDepth > 0) interpreter.callsCutByDepth += 1;
  if (interpreter.queryCounts && known.queries) {
    const calls = state.calls.concat(ownCallsOf(interpreter, callee, node, via));
    interpreter.queryCounts.repeat(known.queries, calls, state.loops, {
      inRoot: key.scope === "root",
      keptAs: keepsResult(interpreter, callee) ? key.text : undefined,
    });
  }
  if (known.effects > 0) interpreter.writes += 1;
  if (key.scope === "root") return;
  if (known.blocking.length > 0)
    replayBlockingCalls(interpreter, known.blocking, ownCallsOf(interpreter, callee, node, via));
  // A request waits for what a task has done before in the analysis.
  const { context } = state.root;
  if (known.uses.length > 0 && (state.loops.length > 0 || !known.usedIn.has(context))) {
    repeatUses(interpreter, known.uses, ownCallsOf(interpreter, callee, node, via));
    known.usedIn.add(context);
  }
  if (callee.receiver?.kind === "object" && known.attributes) {
    for (const [name, value] of known.attributes) callee.receiver.attributes.set(name, value);
  }
}

/** What a framework asks for on its own account is no call in the project's code. */
function ownCallsOf(
  interpreter: Interpreter,
  callee: FunctionValue,
  node: Expression,
  via: CallFrame["via"],
): readonly CallFrame[] {
  if (via === "framework" && interpreter.state.calls.length === 0) return [];
  return [
    {
      location: interpreter.location(node),
      callee: symbolOf(callee),
      calleeLocation: {
        path: callee.module.file.path,
        range: callee.node.kind === "FunctionDef" ? callee.node.name : callee.node,
      },
      via: callee.node.kind === "Lambda" ? "callback" : via,
    },
  ];
}

/** Interprets the body, and remembers what came of it. */
function interpretCall(
  interpreter: Interpreter,
  key: CallKey,
  callee: FunctionValue,
  args: Arguments,
  node: Expression,
  via: CallFrame["via"],
  depthOfCall: number,
): Value {
  const { callResults, state } = interpreter;
  const identity = callee.node;
  const ownCalls = ownCallsOf(interpreter, callee, node, via);
  const instances = instancesAmong(callee, args);
  const frame: Frame = {
    module: callee.module,
    scope: newScope(callee.closure),
    symbol: symbolOf(callee),
    functionId: callee.symbol?.id,
    owner: callee.owner,
    receiver: callee.receiver,
    returns: [],
    isDecided: undefined,
    yields: [],
    coroutine: isInCoroutine(callee, state.frame, via),
    showsArguments: !hasOpenArguments(interpreter, callee, args),
    statement: undefined,
    isDeclaration: false,
    readsKeysAsAttributes: undefined,
  };
  bindParameters(interpreter, frame.scope, callee, args, frame);

  const { frame: caller, asynchronous } = state;
  const { visited: outerVisited, touched: outerTouched } = interpreter;
  interpreter.visited = new Set([callee.module.file.path]);
  interpreter.touched = new Set();
  const factsBefore = interpreter.recordedFacts().length;
  const effectsBefore = interpreter.effects;
  const { unfinishedCalls, callsCutByDepth } = interpreter;
  const { queryCounts } = interpreter;
  const counted = queryCounts?.startCall(keepsResult(interpreter, callee) ? key.text : undefined);
  if (callee.owner && isRunByFramework(state.calls, via)) interpreter.entered.add(identity);
  const callsAround = state.calls.length;
  state.calls.push(...ownCalls);
  interpreter.active.add(identity);
  state.frame = frame;
  state.asynchronous = false;
  const body = (): Value => runBody(interpreter, callee, frame);
  const result = runWithShare(interpreter, callee, args, () =>
    callee.run ? callee.run(frame.scope, body) : body(),
  );
  state.frame = caller;
  state.asynchronous = asynchronous;
  interpreter.active.delete(identity);
  state.calls.length = callsAround;
  const { visited, touched } = interpreter;
  for (const path of visited) outerVisited.add(path);
  for (const label of touched) outerTouched.add(label);
  interpreter.visited = outerVisited;
  interpreter.touched = outerTouched;

  const depth = callsAround + ownCalls.length;
  const queries = counted && queryCounts?.endCall(counted, depth, state.loops);
  if (state.budget > 0) {
    const blocking: BlockingCall[] = [];
    const uses: RowsUse[] = [];
    const inCall = (loops: readonly Loop[]): readonly Loop[] =>
      loops.slice(state.loops.length).map((loop) => ({ ...loop, depth: loop.depth - depth }));
    const facts = interpreter.recordedFacts();
    for (let index = factsBefore; index < facts.length; index++) {
      const fact = facts[index];
      if (fact?.kind === "blocking") {
        blocking.push({
          ...fact,
          calls: fact.calls.slice(depth),
          loops: inCall(fact.loops),
          exceptional: fact.exceptional && state.exceptional === 0,
        });
      } else if (fact?.kind === "rowsUse" && key.scope === "everywhere" && isSameEachTime(fact, uses)) {
        uses.push({
          ...fact,
          calls: fact.calls.slice(depth),
          around: inCall(fact.around),
          exceptional: fact.exceptional && state.exceptional === 0,
        });
      }
    }
    const attributes = callee.receiver?.kind === "object" ? callee.receiver.attributes : undefined;
    callResults.set(key, {
      value: result,
      visited,
      touched,
      assigned: instances.map(({ assigned }) => copyOfEntries(assigned)),
      blocking,
      uses,
      usedIn: new Set([state.root.context]),
      attributes,
      effects: interpreter.effects - effectsBefore,
      queries,
      finished: interpreter.unfinishedCalls === unfinishedCalls,
      cutAtDepth: interpreter.callsCutByDepth === callsCutByDepth ? 0 : depthOfCall,
    });
  }
  return result;
}

/** What is not followed may do anything with what it is given. */
function assumeAnything(interpreter: Interpreter, callee: FunctionValue, args: Arguments): void {
  touchModel(interpreter, anyModel);
  interpreter.writes += 1;
  markHandedOver(args);
  if (callee.receiver) markUnknownAssignments(callee.receiver);
}

/** Runs the body with its share of the work that is left to the root. */
function runWithShare(
  interpreter: Interpreter,
  callee: FunctionValue,
  args: Arguments,
  run: () => Value,
): Value {
  const { state } = interpreter;
  const left = state.budget;
  const share = Math.ceil(left * largestShare);
  state.budget = share;
  const result = run();
  const isFinished = state.budget > 0;
  state.budget = left - share + Math.max(state.budget, 0);
  if (isFinished) return result;
  interpreter.unfinishedCalls += 1;
  assumeAnything(interpreter, callee, args);
  return result;
}

/** Conditions around a call can tell which relations are loaded in it. */
function loadedByGuards({ state }: Interpreter): string {
  let accessors = "";
  for (const { loaded } of state.guards) {
    if (loaded) for (const { accessor } of loaded) accessors += `${accessor} `;
  }
  return accessors;
}

/** None has no methods of the project. */
function withPresentReceiver(callee: FunctionValue): FunctionValue {
  const { receiver } = callee;
  return receiver?.kind === "instance" && !receiver.present
    ? { ...callee, receiver: presentRow(receiver) }
    : callee;
}

/** The call comes from a framework that nothing but the outside world has started. */
function isRunByFramework(calls: readonly CallFrame[], via: CallFrame["via"]): boolean {
  return (via === "framework" || isConsumerKind(via)) && calls.every((call) => isConsumerKind(call.via));
}

/** Asked again, it gives what it gave before. */
function keepsResult(interpreter: Interpreter, { symbol }: FunctionValue): boolean {
  return (
    interpreter.queryCounts !== undefined &&
    symbol !== undefined &&
    ["cached_property", "lru_cache", "cache"].some((name) => hasDecorator(interpreter, symbol, name))
  );
}

/** What frameworks do on the way does not make code harder to follow. */
function depthOf(calls: readonly CallFrame[]): number {
  let depth = 0;
  for (const { via } of calls) if (via !== "framework" && !isConsumerKind(via)) depth += 1;
  return depth;
}

/**
 * The arguments as if no loop ran, where unknown values are all that changes with one. Undefined where nothing changes,
 * or where rows, querysets or objects are passed.
 */
function withoutLoops(args: Arguments): Arguments | undefined {
  if (!hasChangingUnknown(args)) return undefined;
  const still = (value: Value): Value | undefined => {
    switch (value.kind) {
      case "unknown":
        return unknown;
      case "literal":
      case "external":
      case "module":
      case "class":
        return value;
      default:
        return undefined;
    }
  };
  const positional: Value[] = [];
  for (const value of args.positional) {
    const plain = still(value);
    if (!plain) return undefined;
    positional.push(plain);
  }
  const keywords = new Map<string, Value>();
  for (const [name, value] of args.keywords) {
    const plain = still(value);
    if (!plain) return undefined;
    keywords.set(name, plain);
  }
  return { positional, keywords, open: args.open };
}

function isChanging(value: Value): boolean {
  return value.kind === "unknown" && value.varies.length > 0;
}

function hasChangingUnknown({ positional, keywords }: Arguments): boolean {
  if (positional.some(isChanging)) return true;
  if (keywords.size > 0) for (const value of keywords.values()) if (isChanging(value)) return true;
  return false;
}

function withLoops(value: Value, varies: LoopSet): Value {
  return value.kind === "unknown" || value.kind === "literal"
    ? unknownVarying(unionLoops(variesOf(value), varies))
    : value;
}

function instancesAmong(callee: FunctionValue, args: Arguments): readonly Instance[] {
  const instances: Instance[] = [];
  if (callee.receiver?.kind === "instance") instances.push(callee.receiver);
  for (const value of args.positional) if (value.kind === "instance") instances.push(value);
  if (args.keywords.size > 0)
    for (const value of args.keywords.values()) if (value.kind === "instance") instances.push(value);
  return instances;
}

/** A function that was interpreted for another root blocks this one as well. */
function replayBlockingCalls(
  interpreter: Interpreter,
  blocking: readonly BlockingCall[],
  ownCalls: readonly CallFrame[],
): void {
  for (const fact of blocking) interpreter.record(blockingHere(interpreter, fact, ownCalls));
}

function runBody(interpreter: Interpreter, callee: FunctionValue, frame: Frame): Value {
  if (callee.node.kind === "Lambda") return interpreter.evaluate(callee.node.body);
  const completion = interpreter.execute(callee.node.body);
  if (frame.yields.length > 0) {
    const manager = callee.symbol && hasDecorator(interpreter, callee.symbol, "contextmanager");
    const element = joinAll(frame.yields);
    if (manager) return element;
    const queriesAgain = someBlockStatement(callee.node.body, ({ kind }) => kind === "While");
    const collection = collectionOf(element, { kind: "unknown" });
    return queriesAgain ? { ...collection, readBetween: interpreter.touched } : collection;
  }
  if (frame.returns.length === 0) return { kind: "literal", value: null };
  const result = joinAll(frame.returns);
  // Behind its last statement a function gives None.
  return completion === "normal" ? maybeAbsent(result) : result;
}

/** A returned queryset remembers the call that it came through. */
function passOn(
  interpreter: Interpreter,
  value: Value,
  callee: FunctionValue,
  node: Expression,
  varies: LoopSet,
  alternatives: readonly Value[] = [],
): Value {
  switch (value.kind) {
    case "queryset": {
      // A framework's call is no expression of the project.
      if (interpreter.state.frame.isDeclaration) return value;
      if (alternatives.some((other) => holdsRowsOf(value, other))) return value;
      const mayBeOther =
        alternatives.some(hasNoQuerysetMethods) || (alternatives.some(isUnknown) && givesAnswer(callee));
      const kind = mayBeOther ? "ended" : kindOfCall(value, callee);
      const inner = value.origin.sites.at(-1)?.node;
      if (kind !== "managerMethod" && inner && node.kind === "Call") {
        interpreter.record({ kind: "helperReturn", inner, call: node, queryset: value });
      }
      const origin = heldByMethod(interpreter, value.origin, callee);
      const copy = copyOfQueryset(value);
      copy.origin = passedThrough(interpreter, origin, node, kind);
      return copy;
    }
    case "union":
      return {
        kind: "union",
        alternatives: value.alternatives.map((item) =>
          passOn(interpreter, item, callee, node, noLoops, value.alternatives),
        ),
      };
    case "unknown": {
      const result = unknownVarying(unionLoops(value.varies, varies));
      return value.text ? { text: value.text, ...result } : result;
    }
    default:
      return value;
  }
}

/** `return sorted(tasks)` on another way: what the rows need is asked of the queryset behind both. */
function holdsRowsOf({ model }: Queryset, other: Value): boolean {
  return (
    other.kind === "collection" &&
    alternativesOf(other.element).some((element) => element.kind === "instance" && element.model === model)
  );
}

/** `return []`, `return None` on another way. */
function hasNoQuerysetMethods({ kind }: Value): boolean {
  return kind === "collection" || kind === "mapping" || kind === "literal";
}

function isUnknown({ kind }: Value): boolean {
  return kind === "unknown";
}

function kindOfCall({ streamed, united }: Queryset, { receiver }: FunctionValue): OriginSiteKind {
  if (streamed || united) return "ended";
  return receiver?.kind === "manager" || receiver?.kind === "queryset" ? "managerMethod" : "helper";
}

/** A method that a derived class has of its own gives a queryset that is the derived class's. */
function heldByMethod(
  { program }: Interpreter,
  origin: QuerysetOrigin,
  { owner, receiver }: FunctionValue,
): QuerysetOrigin {
  if (!owner || receiver?.kind !== "object") return origin;
  const { holder } = origin;
  const isMoreDerived =
    holder === undefined || program.mro(owner).some((base) => base.kind === "class" && base.id === holder.id);
  return isMoreDerived ? { ...origin, holder: owner } : origin;
}

export function variesOfArguments(args: Arguments): LoopSet {
  let loops: LoopSet = noLoops;
  for (const value of args.positional) loops = unionLoops(loops, variesOf(value));
  if (args.keywords.size > 0)
    for (const value of args.keywords.values()) loops = unionLoops(loops, variesOf(value));
  return loops;
}

/** Nearly every fact names the calls that lead to it: one string for each function. */
const symbols = new WeakMap<FunctionSymbol, string>();

function symbolOf(callee: FunctionValue): string {
  const { symbol } = callee;
  if (symbol) return remembered(symbols, symbol, () => `${symbol.module.name}.${symbol.qualifiedName}`);
  return callee.node.kind === "FunctionDef"
    ? `${callee.module.name}.${callee.node.name.name}`
    : `${callee.module.name}.<lambda>`;
}
