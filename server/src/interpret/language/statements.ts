/** Transfer functions of statements. */
import { unreachable } from "../../base/invariant.ts";
import { asksForDebugging } from "../../django/debugging.ts";
import { join, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { commonOrigin } from "../../queryset/origin.ts";
import type { Value } from "../../queryset/value.ts";
import type {
  ClassDef,
  Expression,
  For,
  FunctionDef,
  If,
  Match,
  Statement,
  Subscript,
  Try,
  While,
  With,
} from "../../syntax/ast.ts";
import { narrow } from "../conditions/narrowing.ts";
import { forgetWhatChanges, nonlocalNames, truthOf } from "../conditions/truth.ts";
import type { Completion, Interpreter } from "../interpreter.ts";
import { withOtherRows } from "../make-values.ts";
import { combinedCondition } from "../querysets/q-objects.ts";
import { guardBy } from "../rows/loaded-relations.ts";
import { findsRelation } from "../rows/relation-caches.ts";
import { isFilledInBefore } from "../rows/stored-rows.ts";
import {
  applyBindings,
  type Branch,
  bind,
  inBranch,
  joinBindings,
  lookup,
  noBindings,
  unbind,
} from "./environment.ts";
import { removeEntries } from "./key-sets.ts";
import { mergedMapping } from "./merged-mapping.ts";
import { valueOfSymbol } from "./symbol-values.ts";

export function executeBlock(interpreter: Interpreter, statements: readonly Statement[]): Completion {
  const { state } = interpreter;
  const { frame } = state;
  const guards = state.guards.length;
  let completion: Completion = "normal";
  for (const statement of statements) {
    frame.statement = statement;
    completion = executeStatement(interpreter, statement);
    if (completion !== "normal") break;
  }
  state.guards.length = guards;
  return completion;
}

function leavesBlock(body: readonly Statement[]): boolean {
  const last = body.at(-1)?.kind;
  return last === "Return" || last === "Continue" || last === "Break";
}

function executeStatement(interpreter: Interpreter, statement: Statement): Completion {
  const { frame } = interpreter.state;
  switch (statement.kind) {
    case "ExpressionStatement":
      interpreter.evaluate(statement.value);
      return "normal";
    case "Assign": {
      const value = interpreter.evaluate(statement.value);
      for (const target of statement.targets) interpreter.assign(target, value);
      return "normal";
    }
    case "AnnAssign":
      if (statement.value) interpreter.assign(statement.target, interpreter.evaluate(statement.value));
      return "normal";
    case "AugAssign":
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

/** Leaves a guard for the rest of the block around it where one branch goes no further. */
function executeIf(interpreter: Interpreter, statement: If): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const test = interpreter.evaluate(statement.test);
  interpreter.bool(test, statement.test);
  const decided = truthOf(interpreter, test);
  if (decided !== undefined) {
    if (test.kind === "literal" && test.lasting) state.frame.isDecided = true;
    return executeDecided(interpreter, statement, decided);
  }
  const forDebugging = asksForDebugging(statement.test);
  state.guards.push({
    ...guardBy(interpreter, statement.test, true),
    unlikely: asksForMissingRow(interpreter, statement.test) || isFilledInBefore(interpreter, statement),
  });
  if (forDebugging) state.exceptional++;
  const whenTrue = inBranch(scope, () => {
    narrow(interpreter, statement.test, true);
    return executeBlock(interpreter, statement.body);
  });
  if (forDebugging) state.exceptional--;
  state.guards.pop();
  const failed = guardBy(interpreter, statement.test, false);
  state.guards.push(failed);
  const otherwise = inBranch(scope, () => {
    narrow(interpreter, statement.test, false);
    return executeBlock(interpreter, statement.orElse);
  });
  state.guards.pop();

  const ends = [whenTrue.result, otherwise.result] as const;
  if (ends[0] === "normal" && ends[1] !== "normal") applyBindings(scope, whenTrue.bindings);
  else if (ends[0] !== "normal" && ends[1] === "normal") applyBindings(scope, otherwise.bindings);
  else joinBindings(scope, whenTrue.bindings, otherwise.bindings);
  // What follows `if done: return` runs only under a condition, too; `if wrong: raise` leaves the normal way.
  if (leavesBlock(statement.body)) state.guards.push(failed);
  return leastFinal(...ends);
}

/** One branch runs in this call; in others, a queryset may skip what it does: it is no place for a fix. */
function executeDecided(interpreter: Interpreter, statement: If, decided: boolean): Completion {
  const { scope } = interpreter.state.frame;
  const { result, bindings } = inBranch(scope, () => {
    narrow(interpreter, statement.test, decided);
    return executeBlock(interpreter, decided ? statement.body : statement.orElse);
  });
  for (const [name, value] of bindings) {
    const before = scope.names.get(name);
    if (value === undefined) unbind(scope, name);
    else if (value.kind !== "queryset" || before?.kind !== "queryset") bind(scope, name, value);
    else bind(scope, name, { ...value, origin: commonOrigin(before.origin, value.origin) ?? value.origin });
  }
  return result;
}

/** `not order.event`, `order.event is None`: relations of rows are there as a rule. */
function asksForMissingRow(interpreter: Interpreter, test: Expression): boolean {
  switch (test.kind) {
    case "UnaryOperation":
      return test.operator === "not" && isRelation(interpreter, test.operand);
    case "Comparison": {
      const [other] = test.comparators;
      const isNone = other?.kind === "ConstantLiteral" && other.value === "None";
      return test.operators[0] === "is" && isNone && isRelation(interpreter, test.left);
    }
    case "BooleanOperation":
      return test.operator === "and" && test.values.some((value) => asksForMissingRow(interpreter, value));
    default:
      return false;
  }
}

function isRelation(interpreter: Interpreter, node: Expression): boolean {
  if (node.kind !== "Attribute" || node.value.kind !== "Name") return false;
  const holder = lookup(interpreter.state.frame.scope, node.value.name);
  return holder?.kind === "instance" && holder.model.relations.has(node.attribute.name);
}

/** Of two ways out of a block, the one that leaves more of the surrounding code reachable. */
function leastFinal(first: Completion, second: Completion): Completion {
  const order: readonly Completion[] = ["normal", "continue", "break", "return", "raise"];
  return order.indexOf(first) < order.indexOf(second) ? first : second;
}

function executeFor(interpreter: Interpreter, statement: For): Completion {
  const { scope } = interpreter.state.frame;
  const iterable = interpreter.evaluate(statement.iterable);
  if (removeEntries(interpreter, statement, iterable)) return executeBlock(interpreter, statement.orElse);
  const header = { start: statement.target.start, end: statement.iterable.end };
  const once = leavesAfterFirst(statement.body);
  const { bindings } = inBranch(scope, () =>
    interpreter.inLoop(
      iterable,
      statement,
      header,
      (element) => {
        forgetWhatChanges(scope, statement);
        interpreter.assign(statement.target, element);
        executeBlock(interpreter, statement.body);
      },
      { once },
    ),
  );
  joinBindings(scope, noBindings, bindings);
  return executeBlock(interpreter, statement.orElse);
}

/** The loop ends in its first round, whatever happens. */
function leavesAfterFirst(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  return (
    (last?.kind === "Break" || last?.kind === "Return" || last?.kind === "Raise") && !containsContinue(body)
  );
}

function containsContinue(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case "Continue":
        return true;
      case "If":
        return containsContinue(statement.body) || containsContinue(statement.orElse);
      case "With":
        return containsContinue(statement.body);
      case "Try":
        return (
          containsContinue(statement.body) ||
          statement.handlers.some((handler) => containsContinue(handler.body)) ||
          containsContinue(statement.orElse)
        );
      default:
        return false;
    }
  });
}

function executeWhile(interpreter: Interpreter, statement: While): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const iterator = nextCall(statement.test);
  if (!iterator) {
    const test = interpreter.evaluate(statement.test);
    interpreter.bool(test, statement.test);
    if (truthOf(interpreter, test) === false) return executeBlock(interpreter, statement.orElse);
  }
  const { result, bindings } = inBranch(scope, (): Completion => {
    forgetWhatChanges(scope, statement);
    // How often a `while` runs is not known, and nothing tells that its values are rows: queries in it belong to
    // batches, attempts and walks along a tree far more often than to an iteration over rows.
    if (!iterator) {
      state.whiles.push(interpreter.nextLoop());
      const completion = executeBlock(interpreter, statement.body);
      state.whiles.pop();
      return completion;
    }
    // `while (task := next(tasks, None)) is not None` runs over rows like a `for`.
    interpreter.inLoop(interpreter.evaluate(iterator.source), statement, statement.test, (element) => {
      if (iterator.target) interpreter.assign(iterator.target, element);
      executeBlock(interpreter, statement.body);
    });
    return "normal";
  });
  joinBindings(scope, noBindings, bindings);
  if (result === "return" && isAlwaysTrue(statement.test)) return "return";
  return executeBlock(interpreter, statement.orElse);
}

/** `next(rows)` in a condition, and the name that takes its result. */
function nextCall(
  test: Expression,
): { readonly source: Expression; readonly target: Expression | undefined } | undefined {
  switch (test.kind) {
    case "Call": {
      const [source] = test.arguments;
      return test.function.kind === "Name" && test.function.name === "next" && source
        ? { source, target: undefined }
        : undefined;
    }
    case "NamedExpression": {
      const call = nextCall(test.value);
      return call && { ...call, target: test.target };
    }
    case "Comparison":
      return nextCall(test.left);
    default:
      return undefined;
  }
}

function isAlwaysTrue(test: Expression): boolean {
  return (
    (test.kind === "ConstantLiteral" && test.value === "True") ||
    (test.kind === "NumberLiteral" && test.value !== 0)
  );
}

function executeWith(interpreter: Interpreter, statement: With): Completion {
  for (const item of statement.items) {
    const value = interpreter.evaluate(item.context);
    if (item.target) interpreter.assign(item.target, value);
  }
  return executeBlock(interpreter, statement.body);
}

function executeTry(interpreter: Interpreter, statement: Try): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const isFound = findsRelation(interpreter, statement);
  if (isFound !== undefined) state.frame.isDecided = true;
  const body = inBranch(scope, () => {
    if (isFound === false) return "raise";
    const isHandled = statement.handlers.some(({ type }) => takesMissingRows(type));
    if (isHandled) state.handling.push(state.loops.length);
    const completion = executeBlock(interpreter, statement.body);
    if (isHandled) state.handling.pop();
    return completion === "normal" ? executeBlock(interpreter, statement.orElse) : completion;
  });
  const ways: Branch<Completion>[] = [body];
  const exceptional = isFound === false ? 0 : 1;
  for (const handler of isFound ? [] : statement.handlers) {
    ways.push(
      inBranch(scope, () => {
        // The body may have stopped anywhere.
        joinBindings(scope, noBindings, body.bindings);
        if (handler.name) bind(scope, handler.name.name, unknown);
        state.exceptional += exceptional;
        const completion = executeBlock(interpreter, handler.body);
        state.exceptional -= exceptional;
        return completion;
      }),
    );
  }
  const result = joinWays(interpreter, ways);
  const final = executeBlock(interpreter, statement.finalBody);
  return final === "normal" ? result : final;
}

const missingRow: ReadonlySet<string> = new Set([
  "AttributeError",
  "BaseException",
  "DoesNotExist",
  "Exception",
  "ObjectDoesNotExist",
]);

function takesMissingRows(type: Expression | undefined): boolean {
  switch (type?.kind) {
    case undefined:
      return true;
    case "Name":
      return missingRow.has(type.name);
    case "Attribute":
      return missingRow.has(type.attribute.name);
    case "TupleLiteral":
      return type.elements.some(takesMissingRows);
    default:
      return false;
  }
}

/** Goes on behind branches of which one has run: those that go on at all, if there are any. */
function joinWays(interpreter: Interpreter, ways: readonly Branch<Completion>[]): Completion {
  const { scope } = interpreter.state.frame;
  const goingOn = ways.filter(({ result }) => result === "normal");
  const [first, ...rest] = goingOn.length > 0 ? goingOn : ways;
  if (!first) return "normal";
  const joined = rest.reduce(
    (before, way) =>
      inBranch(scope, () => {
        joinBindings(scope, before, way.bindings);
      }).bindings,
    first.bindings,
  );
  applyBindings(scope, joined);
  return ways.map(({ result }) => result).reduce(leastFinal);
}

function executeMatch(interpreter: Interpreter, statement: Match): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const subject = interpreter.evaluate(statement.subject);
  const ways: Branch<Completion>[] = [{ result: "normal", bindings: noBindings }];
  for (const branch of statement.cases) {
    ways.push(
      inBranch(scope, () => {
        for (const binding of branch.bindings) bind(scope, binding.name, unknownVarying(variesOf(subject)));
        state.guards.push({ test: statement.subject, loops: state.loops.length });
        if (branch.guard) interpreter.evaluate(branch.guard);
        const completion = executeBlock(interpreter, branch.body);
        state.guards.pop();
        return completion;
      }),
    );
  }
  return joinWays(interpreter, ways);
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
