/** Statements of which one of several ways is taken: `if`, `try`, `match`. */

import { asksForDebugging } from "../../django/debugging.ts";
import { unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { commonOrigin } from "../../queryset/origin.ts";
import type { Expression, If, Match, Statement, Try } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { narrow } from "../conditions/narrowing.ts";
import { truthOf } from "../conditions/truth.ts";
import type { Completion, Interpreter } from "../interpreter.ts";
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

/** Leaves a guard for the rest of the block around it where one branch goes no further. */
export function executeIf(interpreter: Interpreter, statement: If): Completion {
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
  const isUnlikely =
    asksForMissingRow(interpreter, statement.test) || isFilledInBefore(interpreter, statement);
  state.guards.push(guardBy(interpreter, statement.test, true, isUnlikely));
  if (forDebugging) state.exceptional++;
  const whenTrue = inBranch(scope, () => {
    narrow(interpreter, statement.test, true);
    return interpreter.execute(statement.body);
  });
  if (forDebugging) state.exceptional--;
  state.guards.pop();
  const failed = guardBy(interpreter, statement.test, false);
  state.guards.push(failed);
  const otherwise = inBranch(scope, () => {
    narrow(interpreter, statement.test, false);
    return interpreter.execute(statement.orElse);
  });
  state.guards.pop();

  const ends = [whenTrue.result, otherwise.result] as const;
  if (ends[0] === "normal" && ends[1] !== "normal") applyBindings(scope, whenTrue.bindings);
  else if (ends[0] !== "normal" && ends[1] === "normal") applyBindings(scope, otherwise.bindings);
  else joinBindings(scope, whenTrue.bindings, otherwise.bindings);
  // What follows `if done: return` runs only under a condition, too; `if wrong: raise` leaves the normal way.
  if (leavesBlock(statement.body)) state.guards.push({ ...failed, leaves: true });
  return leastFinal(...ends);
}

/** One branch runs in this call; in others, a queryset may skip what it does: it is no place for a fix. */
function executeDecided(interpreter: Interpreter, statement: If, decided: boolean): Completion {
  const { scope } = interpreter.state.frame;
  const { result, bindings } = inBranch(scope, () => {
    narrow(interpreter, statement.test, decided);
    return interpreter.execute(decided ? statement.body : statement.orElse);
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
      const isNone = isNoneLiteral(other);
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

function leavesBlock(body: readonly Statement[]): boolean {
  const last = body.at(-1)?.kind;
  return last === "Return" || last === "Continue" || last === "Break";
}

export function executeTry(interpreter: Interpreter, statement: Try): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const isFound = findsRelation(interpreter, statement);
  if (isFound !== undefined) state.frame.isDecided = true;
  const body = inBranch(scope, () => {
    if (isFound === false) return "raise";
    const isHandled = statement.handlers.some(({ type }) => takesMissingRows(type));
    if (isHandled) state.handling.push(state.loops.length);
    const completion = interpreter.execute(statement.body);
    if (isHandled) state.handling.pop();
    return completion === "normal" ? interpreter.execute(statement.orElse) : completion;
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
        const completion = interpreter.execute(handler.body);
        state.exceptional -= exceptional;
        return completion;
      }),
    );
  }
  const result = joinWays(interpreter, ways);
  const final = interpreter.execute(statement.finalBody);
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

export function executeMatch(interpreter: Interpreter, statement: Match): Completion {
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
        const completion = interpreter.execute(branch.body);
        state.guards.pop();
        return completion;
      }),
    );
  }
  return joinWays(interpreter, ways);
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

/** Of two ways out of a block, the one that leaves more of the surrounding code reachable. */
function leastFinal(first: Completion, second: Completion): Completion {
  const order: readonly Completion[] = ["normal", "continue", "break", "return", "raise"];
  return order.indexOf(first) < order.indexOf(second) ? first : second;
}
