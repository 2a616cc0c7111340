/** What the parameters of a function are bound to. */
import { remembered } from "../../base/remembered.ts";
import { join, joinAll, unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { FunctionValue, Scope, Value } from "../../queryset/value.ts";
import type { Parameter } from "../../syntax/ast.ts";
import { inFrame } from "../frames.ts";
import type { Arguments, Frame, Interpreter } from "../interpreter.ts";
import { collectionOf } from "../make-values.ts";
import { valueOfAnnotation } from "./annotations.ts";
import { bind } from "./environment.ts";

export function bindParameters(
  interpreter: Interpreter,
  scope: Scope,
  callee: FunctionValue,
  args: Arguments,
  frame: Frame,
): void {
  const parameters = callee.node.parameters;
  const positional = positionalValues(callee, args);
  const open = !frame.showsArguments;
  let next = 0;
  for (const parameter of parameters) {
    switch (parameter.form) {
      case "starred": {
        const rest = positional.slice(next);
        const collection = collectionOf(joinAll(rest), { kind: "unknown" });
        bind(scope, parameter.name, args.open ? collection : { ...collection, items: rest });
        next = positional.length;
        break;
      }
      case "doubleStarred":
        break;
      case "positionalOnly":
      case "positionalOrKeyword": {
        const value = next < positional.length ? positional[next++] : args.keywords.get(parameter.name);
        bind(scope, parameter.name, value ?? defaultOf(interpreter, parameter, frame, open));
        break;
      }
      case "keywordOnly":
        bind(
          scope,
          parameter.name,
          args.keywords.get(parameter.name) ?? defaultOf(interpreter, parameter, frame, open),
        );
        break;
    }
  }
  const rest = parameters.find(takesOtherKeywords);
  if (rest) {
    const used = new Set(parameters.filter(isNamed).map(({ name }) => name));
    const entries = new Map([...args.keywords].filter(([name]) => !used.has(name)));
    const values = [...entries.values()];
    const element = values.length > 0 ? values.reduce(join) : unknown;
    bind(
      scope,
      rest.name,
      mappingOf(
        entries,
        args.open ? { element, size: { kind: "unknown" } } : { element, passed: open ? undefined : true },
      ),
    );
  }
}

function positionalValues(
  { boundArguments, receiver }: FunctionValue,
  { positional }: Arguments,
): readonly Value[] {
  if (!receiver && boundArguments.length === 0) return positional;
  return receiver ? [receiver, ...boundArguments, ...positional] : [...boundArguments, ...positional];
}

function takesOtherKeywords({ form }: Parameter): boolean {
  return form === "doubleStarred";
}

function isNamed({ form }: Parameter): boolean {
  return form !== "starred" && form !== "doubleStarred";
}

function defaultOf(interpreter: Interpreter, parameter: Parameter, frame: Frame, open: boolean): Value {
  if (open || !parameter.default) return unknown;
  const { default: node } = parameter;
  return inFrame(interpreter, frame, () => interpreter.evaluate(node));
}

/** The function may get more than what is written in the call. */
export function hasOpenArguments(interpreter: Interpreter, callee: FunctionValue, args: Arguments): boolean {
  return args.open || hidesArguments(interpreter, callee);
}

/** A decorator of the project may pass arguments that the call does not show. */
function hidesArguments(interpreter: Interpreter, callee: FunctionValue): boolean {
  const { node, module, owner } = callee;
  if (node.kind !== "FunctionDef" || node.decorators.length === 0) return false;
  return remembered(interpreter.hiddenArguments, node, () =>
    node.decorators.some((decorator) => {
      const target = decorator.kind === "Call" ? decorator.function : decorator;
      const { kind } = interpreter.program.resolveExpression(module, target, owner);
      return kind !== "external" && kind !== "unknown";
    }),
  );
}

/** The parameters of a function that nobody has called yet, from their annotations and from what frameworks pass. */
export function bindAnnotatedParameters(interpreter: Interpreter, scope: Scope, callee: FunctionValue): void {
  const { receiver, symbol } = callee;
  const [first] = callee.node.parameters;
  const passed =
    receiver?.kind === "object" && symbol
      ? interpreter.consumers.passedTo(interpreter, receiver, symbol)
      : [];
  for (const [index, parameter] of callee.node.parameters.entries()) {
    if (parameter === first && callee.receiver) {
      bind(scope, parameter.name, callee.receiver);
      continue;
    }
    const value = parameter.annotation
      ? valueOfAnnotation(interpreter, callee.module, parameter.annotation)
      : (passed[index - 1] ?? unknown);
    bind(
      scope,
      parameter.name,
      parameter.form === "starred"
        ? collectionOf(value, { kind: "unknown" })
        : parameter.form === "doubleStarred"
          ? unknown
          : value,
    );
  }
}
