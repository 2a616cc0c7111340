/** Calls of the project's own functions: interpreted with the values they are given. */
import { join, joinAll, unknown, unknownVarying, variesOf } from "../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../queryset/loop-set.ts";
import type { FunctionValue, Scope, Value } from "../queryset/value.ts";
import type { Expression, Parameter } from "../syntax/ast.ts";
import { valueOfAnnotation } from "./annotations.ts";
import { newScope } from "./environment.ts";
import type { CallFrame } from "./facts.ts";
import type { Arguments, Frame, Interpreter } from "./interpreter.ts";
import { collectionOf } from "./make-values.ts";
import { passedThrough } from "./origins.ts";
import { hasDecorator } from "./symbol-values.ts";

/** Calls deeper than this are not followed. */
const maximumDepth = 8;

export function callProjectFunction(
  interpreter: Interpreter,
  callee: FunctionValue,
  args: Arguments,
  node: Expression,
  via: CallFrame["via"],
): Value {
  const { state } = interpreter;
  const varies = variesOfArguments(args);
  const identity = callee.node;
  if (state.calls.length >= maximumDepth || state.budget <= 0) return unknownVarying(varies);
  if (interpreter.active.has(identity)) return unknownVarying(varies);

  const inert = isInert(callee, args);
  if (inert) {
    const known = interpreter.inertResults.get(identity);
    if (known) {
      for (const path of known.visited) interpreter.visited.add(path);
      return passOn(interpreter, known.value, callee, node, varies);
    }
  }

  const symbol = symbolOf(callee);
  const frame: Frame = {
    module: callee.module,
    scope: newScope(callee.closure),
    symbol,
    functionId: callee.symbol?.id,
    owner: callee.owner,
    receiver: callee.receiver,
    returns: [],
    yields: [],
    statement: undefined,
  };
  bindParameters(interpreter, frame.scope, callee, args, frame);

  const caller = state.frame;
  const factsBefore = interpreter.recordedFacts();
  interpreter.visited.add(callee.module.file.path);
  state.calls.push({
    location: interpreter.location(node),
    callee: symbol,
    calleeLocation: {
      path: callee.module.file.path,
      range: callee.node.kind === "FunctionDef" ? callee.node.name : callee.node,
    },
    via,
  });
  interpreter.active.add(identity);
  state.frame = frame;
  const result = runBody(interpreter, callee, frame);
  state.frame = caller;
  interpreter.active.delete(identity);
  state.calls.pop();

  // A function that sends no query on its own, called with nothing of interest, need not be looked at again.
  if (inert && interpreter.recordedFacts() === factsBefore && state.budget > 0) {
    interpreter.inertResults.set(identity, { value: result, visited: new Set(interpreter.visited) });
  }
  return passOn(interpreter, result, callee, node, varies);
}

function runBody(interpreter: Interpreter, callee: FunctionValue, frame: Frame): Value {
  if (callee.node.kind === "Lambda") return interpreter.evaluate(callee.node.body);
  interpreter.execute(callee.node.body);
  if (frame.yields.length > 0) {
    const manager = callee.symbol && hasDecorator(interpreter, callee.symbol, "contextmanager");
    const element = joinAll(frame.yields);
    return manager ? element : collectionOf(element, { kind: "unknown" });
  }
  return frame.returns.length > 0 ? joinAll(frame.returns) : { kind: "literal", value: null };
}

/** A returned queryset remembers the call that it came through. */
function passOn(
  interpreter: Interpreter,
  value: Value,
  callee: FunctionValue,
  node: Expression,
  varies: LoopSet,
): Value {
  switch (value.kind) {
    case "queryset": {
      const kind =
        callee.receiver?.kind === "manager" || callee.receiver?.kind === "queryset"
          ? "managerMethod"
          : "helper";
      const inner = value.origin.sites.at(-1)?.node;
      if (kind === "helper" && inner && node.kind === "Call") {
        interpreter.record({ kind: "helperReturn", inner, call: node });
      }
      return { ...value, origin: passedThrough(interpreter, value.origin, node, kind) };
    }
    case "union":
      return {
        kind: "union",
        alternatives: value.alternatives.map((item) => passOn(interpreter, item, callee, node, noLoops)),
      };
    case "unknown":
      return unknownVarying(unionLoops(value.varies, varies));
    default:
      return value;
  }
}

export function variesOfArguments(args: Arguments): LoopSet {
  let loops: LoopSet = noLoops;
  for (const value of args.positional) loops = unionLoops(loops, variesOf(value));
  for (const value of args.keywords.values()) loops = unionLoops(loops, variesOf(value));
  return loops;
}

function isInert(callee: FunctionValue, args: Arguments): boolean {
  if (callee.closure || callee.receiver || callee.boundArguments.length > 0) return false;
  return args.positional.every(isInertValue) && [...args.keywords.values()].every(isInertValue);
}

function isInertValue(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
    case "literal":
    case "module":
    case "external":
      return true;
    case "collection":
      return isInertValue(value.element);
    default:
      return false;
  }
}

function symbolOf(callee: FunctionValue): string {
  if (callee.symbol) return `${callee.module.name}.${callee.symbol.qualifiedName}`;
  return callee.node.kind === "FunctionDef"
    ? `${callee.module.name}.${callee.node.name.name}`
    : `${callee.module.name}.<lambda>`;
}

function bindParameters(
  interpreter: Interpreter,
  scope: Scope,
  callee: FunctionValue,
  args: Arguments,
  frame: Frame,
): void {
  const parameters = callee.node.parameters;
  const positional = [
    ...(callee.receiver ? [callee.receiver] : []),
    ...callee.boundArguments,
    ...args.positional,
  ];
  const used = new Set<string>();
  let next = 0;
  for (const parameter of parameters) {
    switch (parameter.form) {
      case "starred":
        scope.names.set(parameter.name, collectionOf(joinAll(positional.slice(next)), { kind: "unknown" }));
        next = positional.length;
        break;
      case "doubleStarred":
        break;
      case "positionalOnly":
      case "positionalOrKeyword": {
        const value = next < positional.length ? positional[next++] : args.keywords.get(parameter.name);
        used.add(parameter.name);
        scope.names.set(parameter.name, value ?? defaultOf(interpreter, parameter, frame, args.open));
        break;
      }
      case "keywordOnly":
        used.add(parameter.name);
        scope.names.set(
          parameter.name,
          args.keywords.get(parameter.name) ?? defaultOf(interpreter, parameter, frame, args.open),
        );
        break;
    }
  }
  const rest = parameters.find((parameter) => parameter.form === "doubleStarred");
  if (rest) {
    const entries = new Map([...args.keywords].filter(([name]) => !used.has(name)));
    const values = [...entries.values()];
    scope.names.set(rest.name, {
      kind: "mapping",
      entries,
      key: unknown,
      element: values.length > 0 ? values.reduce(join) : unknown,
      size: args.open ? { kind: "unknown" } : { kind: "constant", count: entries.size },
      varies: noLoops,
    });
  }
}

function defaultOf(interpreter: Interpreter, parameter: Parameter, frame: Frame, open: boolean): Value {
  if (open || !parameter.default) return unknown;
  const { state } = interpreter;
  const caller = state.frame;
  state.frame = frame;
  const value = interpreter.evaluate(parameter.default);
  state.frame = caller;
  return value.kind === "literal" && value.value === null ? unknown : value;
}

/** The parameters of a function that nobody has called yet, from their annotations. */
export function bindAnnotatedParameters(interpreter: Interpreter, scope: Scope, callee: FunctionValue): void {
  const [first] = callee.node.parameters;
  for (const parameter of callee.node.parameters) {
    if (parameter === first && callee.receiver) {
      scope.names.set(parameter.name, callee.receiver);
      continue;
    }
    const value = parameter.annotation
      ? valueOfAnnotation(interpreter, callee.module, parameter.annotation)
      : unknown;
    scope.names.set(
      parameter.name,
      parameter.form === "starred"
        ? collectionOf(value, { kind: "unknown" })
        : parameter.form === "doubleStarred"
          ? unknown
          : value,
    );
  }
}
