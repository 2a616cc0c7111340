/** Conditions that the code itself decides: constants, what a call passes or leaves at its default, comparisons of them. */

import { copyOfLiteral } from "../../queryset/copies.ts";
import { alternativesOf, unknown, unknownVarying } from "../../queryset/join.ts";
import type { Literal, Mapping, Scope, Value } from "../../queryset/value.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { type Node, walk } from "../../syntax/walk.ts";
import type { Interpreter } from "../interpreter.ts";
import { bind } from "../language/environment.ts";
import { isTrueRow, maybeAbsent } from "./presence.ts";

/** Whether the value is true wherever this code runs; undefined where that is not certain. */
export function truthOf(interpreter: Interpreter, value: Value): boolean | undefined {
  switch (value.kind) {
    case "instance":
      return isTrueRow(interpreter, value) || undefined;
    case "collection":
      return value.present && value.items && value.items.length > 0 ? true : undefined;
    case "literal":
      // Python and JavaScript agree about the truth of strings, numbers and None.
      return value.changeable ? undefined : Boolean(value.value);
    case "unknown":
      return value.given;
    case "union":
      return agreed(value.alternatives.map((item) => truthOf(interpreter, item)));
    default:
      return undefined;
  }
}

/** The answer that all give; undefined where they differ. */
export function agreed(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const [first, ...rest] = answers;
  return rest.every((answer) => answer === first) ? first : undefined;
}

/** The value as read from a place that other code may write to: it decides nothing. */
export function changeable(value: Value): Value {
  return changeableLiteral(maybeAbsent(value));
}

/** The value as the project's code gives it: rows are there, but a constant may be another one elsewhere. */
export function changeableLiteral(value: Value): Value {
  switch (value.kind) {
    case "literal":
      return value.changeable || value.lasting ? value : changeableCopy(value);
    case "union":
      return value.alternatives.some(({ kind }) => kind === "literal")
        ? { kind: "union", alternatives: value.alternatives.map(changeableLiteral) }
        : value;
    default:
      return value;
  }
}

function changeableCopy(value: Literal): Literal {
  const copy = copyOfLiteral(value);
  copy.changeable = true;
  return copy;
}

/** What a comparison of two values gives; undefined where they do not decide it. */
export function compare(operator: string, left: Value, right: Value): boolean | undefined {
  if ((operator === "is" || operator === "is not") && isNone(right) && isPresent(left)) {
    return operator === "is not";
  }
  if ((operator === "==" || operator === "!=") && isNone(right) && isGiven(left)) return operator === "!=";
  if (left.kind !== "literal" || left.changeable) return undefined;
  switch (operator) {
    case "==":
    case "is":
      return isFixed(right) ? areEqual(left, right) : undefined;
    case "!=":
    case "is not":
      return isFixed(right) ? negated(areEqual(left, right)) : undefined;
    case "in":
      return isIn(left, right);
    case "not in":
      return negated(isIn(left, right));
    default:
      return undefined;
  }
}

function isNone(value: Value): boolean {
  return value.kind === "literal" && value.value === null;
}

function isPresent(value: Value): boolean {
  return alternativesOf(value).every(
    (item) => isGiven(item) || ((item.kind === "instance" || item.kind === "collection") && item.present),
  );
}

function isGiven(value: Value): boolean {
  return value.kind === "unknown" && value.given === true;
}

function isFixed(value: Value): value is Literal {
  return value.kind === "literal" && !value.changeable;
}

function areEqual(left: Literal, right: Literal): boolean | undefined {
  if (left.value === right.value) return true;
  // `True == 1`
  const numbers = new Set(["number", "boolean"]);
  return numbers.has(typeof left.value) &&
    numbers.has(typeof right.value) &&
    typeof left.value !== typeof right.value
    ? undefined
    : false;
}

function isIn(left: Literal, right: Value): boolean | undefined {
  if (right.kind === "union") return agreed(right.alternatives.map((item) => isIn(left, item)));
  if (right.kind === "mapping") return isKey(left, right);
  if (right.kind !== "collection" || !right.items) return undefined;
  const results = right.items.map((item) => (isFixed(item) ? areEqual(left, item) : undefined));
  if (results.includes(true)) return true;
  return results.includes(undefined) ? undefined : false;
}

/** Whether the dictionary has the key; undefined where that is not certain. */
export function isKey({ value }: Literal, mapping: Mapping): boolean | undefined {
  if (typeof value !== "string") return undefined;
  if (mapping.entries.has(value)) return true;
  return isWrittenOut(mapping) && !mapping.cacheOf?.maybe.has(value) ? false : undefined;
}

/** Each of its entries is known by its key. */
export function isWrittenOut({ key, size, entries, lasting }: Mapping): boolean {
  return lasting ?? (key === unknown && size.kind === "constant" && size.count === entries.size);
}

/** It has no other entries than those that are known, although some of these may be missing. */
export function isClosed(value: Value): boolean {
  return alternativesOf(value).every(
    (item) => item.kind === "mapping" && !item.open && item.size.kind === "constant",
  );
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

/** What a loop assigns to names is there in its next rounds: what they held before does not last. */
export function forgetWhatChanges(scope: Scope, loop: Node): void {
  for (const [name, value] of scope.names) {
    const forgotten = forgetConstant(value);
    if (forgotten !== value && isBoundIn(loop, name)) bind(scope, name, forgotten);
  }
}

const boundNames = new WeakMap<Node, Map<string, boolean>>();

/** Loops are run once per call of their function: each is searched for a name once. */
function isBoundIn(loop: Node, name: string): boolean {
  const known = boundNames.get(loop) ?? new Map<string, boolean>();
  boundNames.set(loop, known);
  const isBound = known.get(name) ?? bindingsOf(loop, name).length > 0;
  known.set(name, isBound);
  return isBound;
}

function forgetConstant(value: Value): Value {
  switch (value.kind) {
    case "literal":
      return unknown;
    case "unknown":
      return value.condition ? unknownVarying(value.varies) : value;
    default:
      return maybeAbsent(value);
  }
}

/** Names of the function that functions in it assign to. */
export function nonlocalNames(node: Node): readonly string[] {
  const names: string[] = [];
  walk(node, (child) => {
    if ("kind" in child && child.kind === "Nonlocal") names.push(...child.names);
    return undefined;
  });
  return names;
}

/** Other code assigns to the name, too. */
export function isShared(scope: Scope, name: string): boolean {
  // Nearly always there are no such names.
  if (scope.shared.size === 0 && scope.parent === undefined) return false;
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    if (current.names.has(name)) return current.shared.has(name);
  }
  return false;
}

const typeTests: ReadonlySet<string> = new Set([
  "builtins.isinstance",
  "builtins.issubclass",
  "builtins.hasattr",
]);

export function isTypeTest(callee: Value): boolean {
  return callee.kind === "external" && typeTests.has(callee.name);
}
