/** Transfer functions of statements. */
import { unreachable } from "../../base/invariant.ts";
import { join, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { ClassDef, Expression, FunctionDef, Statement, Subscript, With } from "../../syntax/ast.ts";
import { nonlocalNames } from "../conditions/truth.ts";
import type { Loop } from "../facts.ts";
import type { Completion, Interpreter } from "../interpreter.ts";
import { withOtherRows } from "../make-values.ts";
import { combinedCondition } from "../querysets/q-objects.ts";
import { recordIncrement } from "../rows/increments.ts";
import { executeIf, executeMatch, executeTry } from "./branches.ts";
import { bind, unbind } from "./environment.ts";
import { leaveLoops } from "./last-rounds.ts";
import { executeFor, executeWhile } from "./loop-statements.ts";
import { mergedMapping } from "./merged-mapping.ts";
import { valueOfSymbol } from "./symbol-values.ts";

export function executeBlock(interpreter: Interpreter, statements: readonly Statement[]): Completion {
  const { state } = interpreter;
  const { frame } = state;
  const guards = state.guards.length;
  const left: Loop[] = [];
  let completion: Completion = "normal";
  for (const statement of statements) {
    frame.statement = statement;
    left.unshift(...leaveLoops(interpreter, statement));
    completion = executeStatement(interpreter, statement);
    if (completion !== "normal") break;
  }
  state.loops.push(...left);
  state.guards.length = guards;
  return completion;
}

function executeStatement(interpreter: Interpreter, statement: Statement): Completion {
  const { frame } = interpreter.state;
  switch (statement.kind) {
    case "ExpressionStatement":
      interpreter.evaluate(statement.value);
      return "normal";
    case "Assign": {
      const value = interpreter.evaluate(statement.value);
      if (statement.value.kind === "BinaryOperation") recordIncrement(interpreter, statement);
      for (const target of statement.targets) interpreter.assign(target, value);
      return "normal";
    }
    case "AnnAssign":
      if (statement.value) interpreter.assign(statement.target, interpreter.evaluate(statement.value));
      return "normal";
    case "AugAssign":
      recordIncrement(interpreter, statement);
      executeAugmentedAssignment(interpreter, statement.target, statement.operator, statement.value);
      return "normal";
    case "Return": {
      const value: Value = statement.value
        ? interpreter.evaluate(statement.value)
        : { kind: "literal", value: null };
      const lasts = frame.isDecided && value.kind === "literal" && !value.changeable;
      frame.returns.push(lasts ? { ...value, lasting: true } : value);
      return "return";
    }
    case "Raise":
      interpreter.state.exceptional++;
      if (statement.exception) interpreter.evaluate(statement.exception);
      interpreter.state.exceptional--;
      return "raise";
    case "If":
      return executeIf(interpreter, statement);
    case "For":
      return executeFor(interpreter, statement);
    case "While":
      return executeWhile(interpreter, statement);
    case "With":
      return executeWith(interpreter, statement);
    case "Try":
      return executeTry(interpreter, statement);
    case "Match":
      return executeMatch(interpreter, statement);
    case "Assert":
      interpreter.bool(interpreter.evaluate(statement.test), statement.test);
      return "normal";
    case "Delete":
      for (const target of statement.targets) {
        if (target.kind === "Name") unbind(frame.scope, target.name);
        else if (target.kind === "Subscript") deleteEntry(interpreter, target);
      }
      return "normal";
    case "Import":
    case "ImportFrom":
      for (const [name, symbol] of interpreter.program.resolveImport(frame.module, statement)) {
        bind(frame.scope, name, valueOfSymbol(interpreter, symbol));
      }
      return "normal";
    case "FunctionDef":
      defineFunction(interpreter, statement);
      return "normal";
    case "ClassDef":
      defineClass(interpreter, statement);
      return "normal";
    case "Break":
      return "break";
    case "Continue":
      return "continue";
    case "Global":
    case "Nonlocal":
      for (const name of statement.names) frame.scope.shared.add(name);
      return "normal";
    case "Pass":
    case "TypeAlias":
    case "InvalidStatement":
      return "normal";
    default:
      return unreachable(statement);
  }
}

function deleteEntry(interpreter: Interpreter, { value, index }: Subscript): void {
  const holder = interpreter.evaluate(value);
  const key = interpreter.evaluate(index);
  if (holder.kind === "mapping" && key.kind === "literal") holder.entries.delete(String(key.value));
  if (holder.kind === "collection") holder.items = undefined;
}

function executeAugmentedAssignment(
  interpreter: Interpreter,
  target: Expression,
  operator: string,
  valueNode: Expression,
): void {
  const value = interpreter.evaluate(valueNode);
  // `instance.counter += 1` reads and writes one column: an assignment, not a relation read.
  const current = target.kind === "Name" ? interpreter.evaluate(target) : unknown;
  if (current.kind === "collection" && operator === "+") {
    const addition = value.kind === "collection" ? value.element : interpreter.iterate(value, valueNode);
    const element = current.items?.length === 0 ? addition : join(current.element, addition);
    interpreter.assign(target, { ...current, element, items: undefined, size: { kind: "unknown" } });
    return;
  }
  if (operator === "|" && (current.kind === "mapping" || value.kind === "mapping")) {
    interpreter.assign(target, mergedMapping(current, value));
    return;
  }
  if (current.kind === "queryset") {
    interpreter.assign(
      target,
      operator === "&"
        ? { ...current, combined: true, result: { evaluated: false } }
        : withOtherRows(current),
    );
    return;
  }
  const condition = combinedCondition(operator, current, value);
  interpreter.assign(target, condition ?? unknownVarying(variesOf(value)));
}

function executeWith(interpreter: Interpreter, statement: With): Completion {
  for (const item of statement.items) {
    const value = interpreter.evaluate(item.context);
    if (item.target) interpreter.assign(item.target, value);
  }
  return executeBlock(interpreter, statement.body);
}

function defineFunction(interpreter: Interpreter, node: FunctionDef): void {
  const { frame } = interpreter.state;
  for (const decorator of node.decorators) interpreter.evaluate(decorator);
  for (const name of nonlocalNames(node)) frame.scope.shared.add(name);
  bind(frame.scope, node.name.name, {
    kind: "function",
    node,
    module: frame.module,
    symbol: undefined,
    owner: undefined,
    receiver: undefined,
    closure: frame.scope,
    boundArguments: [],
  });
}

/** A class inside a function: found again through the module's list of classes. */
function defineClass(interpreter: Interpreter, node: ClassDef): void {
  const { frame } = interpreter.state;
  const symbol = interpreter.program.classes(frame.module).find((candidate) => candidate.node === node);
  bind(frame.scope, node.name.name, symbol ? interpreter.valueOfClass(symbol) : unknown);
}
