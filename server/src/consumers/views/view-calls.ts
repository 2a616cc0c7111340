/**
 * Calls between a project's view class and Django's: both directions keep to the method resolution order, whatever
 * mixins stand in it.
 */

import { AnswersOf } from "../../base/answers-of.ts";
import { callAt } from "../../interpret/declarations.ts";
import { declarationFrame, inFrame } from "../../interpret/frames.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { frameworkAttribute, frameworkClassNamed, linearization } from "./framework-classes.ts";

/** One of Django's methods. */
export type FrameworkMethod = (call: ViewCall) => Value;

/** By class and name. */
export type FrameworkMethods = Readonly<Record<string, Readonly<Record<string, FrameworkMethod>>>>;

export interface ViewCall {
  readonly interpreter: Interpreter;
  readonly view: PlainObject;
  readonly args: Arguments;
  /** The call in the project's code that leads here, or the place that stands for Django's own. */
  readonly node: Call;
  /** `self.name(…)`; unknown where no class has the method. */
  self(name: string, args?: Arguments): Value;
  /** `super()` with the same method; unknown where no class behind has it. */
  next(args?: Arguments): Value;
  /** `self.name`; undefined where it is `None` or nobody sets it. */
  attribute(name: string): Value | undefined;
}

/** Calls a method of the view, whoever has it. Undefined where no class that is known does. */
export function callView(
  interpreter: Interpreter,
  methods: FrameworkMethods,
  view: PlainObject,
  name: string,
  args: Arguments,
  node: Call,
  start = 0,
): Value | undefined {
  const order = resolutionOrder(interpreter.program, view.symbol);
  for (let index = start; index < order.length; index++) {
    const entry = order[index];
    if (entry === undefined) continue;
    if (typeof entry !== "string") {
      const member = interpreter.program.members(entry).get(name);
      if (member?.kind === "function") return callProject(interpreter, view, member, args);
      continue;
    }
    const method = ownMethod(methods, entry, name);
    if (!method) continue;
    const call: ViewCall = {
      interpreter,
      view,
      args,
      node,
      self: (other, given = noArguments) =>
        callView(interpreter, methods, view, other, given, node) ?? unknown,
      next: (given = noArguments) =>
        callView(interpreter, methods, view, name, given, node, index + 1) ?? unknown,
      attribute: (attribute) => attributeOfView(interpreter, view, attribute, node),
    };
    return method(call);
  }
  return undefined;
}

export function hasMethod(
  { program }: Interpreter,
  methods: FrameworkMethods,
  symbol: ClassSymbol,
  name: string,
): boolean {
  return resolutionOrder(program, symbol).some((entry) =>
    typeof entry === "string"
      ? ownMethod(methods, entry, name) !== undefined
      : program.members(entry).get(name)?.kind === "function",
  );
}

/** Where the search goes on behind a class of the project. */
export function placeBehind(program: PythonProgram, view: ClassSymbol, after: ClassSymbol): number {
  return (
    resolutionOrder(program, view).findIndex((entry) => typeof entry !== "string" && entry.id === after.id) +
    1
  );
}

export function ownMethod(
  methods: FrameworkMethods,
  className: string,
  name: string,
): FrameworkMethod | undefined {
  const own = Object.hasOwn(methods, className) ? methods[className] : undefined;
  return own && Object.hasOwn(own, name) ? own[name] : undefined;
}

/** What Django's classes give for an attribute that the project's do not set. */
export function inheritedAttribute(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  name: string,
): Value | undefined {
  for (const entry of resolutionOrder(interpreter.program, symbol)) {
    if (typeof entry !== "string") continue;
    const value = frameworkAttribute(entry, name);
    if (value !== undefined) return { kind: "literal", value };
  }
  return undefined;
}

function attributeOfView(
  interpreter: Interpreter,
  view: PlainObject,
  name: string,
  node: Call,
): Value | undefined {
  const value = interpreter.attribute(view, name, node);
  const isMissing = value.kind === "method" && value.name === name;
  return isMissing || (value.kind === "literal" && value.value === null) ? undefined : value;
}

/** Django calls a method of the project: the call stands in no code that a fix could change. */
function callProject(
  interpreter: Interpreter,
  view: PlainObject,
  method: FunctionSymbol,
  args: Arguments,
): Value {
  const { symbol } = view;
  const { module, qualifiedName, node } = symbol;
  const frame = declarationFrame(module, `${module.name}.${qualifiedName}`, undefined);
  const callee = interpreter.functionValue(method, view);
  return inFrame(interpreter, frame, () =>
    interpreter.callFunction(callee, args, callAt(node.name, method.name), "framework"),
  );
}

/** Classes of the project, and Django's by name. Other libraries' classes have no say. */
type ResolutionOrder = readonly (ClassSymbol | string)[];

const orders = new AnswersOf<PythonProgram, Map<string, ResolutionOrder>>();

function resolutionOrder(program: PythonProgram, symbol: ClassSymbol): ResolutionOrder {
  let known = orders.get(program);
  if (!known) {
    known = new Map();
    orders.set(program, known);
  }
  let order = known.get(symbol.id);
  if (!order) {
    order = expandedOrder(program, symbol);
    known.set(symbol.id, order);
  }
  return order;
}

/** A base stands behind the last class that derives from it. */
function expandedOrder(program: PythonProgram, symbol: ClassSymbol): ResolutionOrder {
  const expanded = program.mro(symbol).flatMap((entry): ResolutionOrder => {
    if (entry.kind === "class") return [entry];
    const name = entry.kind === "external" ? frameworkClassNamed(entry.name) : undefined;
    return name === undefined ? [] : linearization(name);
  });
  return expanded.filter((entry, index) => expanded.lastIndexOf(entry) === index);
}
