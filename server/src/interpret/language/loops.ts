/** Entering loops: what they run over, how often, and what their variable holds. */
import type { TextRange } from "../../base/text-range.ts";
import { isDeferred } from "../../queryset/coverage.ts";
import { inIteration, join, joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { unionLoops } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { callAt } from "../declarations.ts";
import type { Loop, LoopWeight } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { pageOf, sizeOfBound } from "../make-values.ts";
import { markUnknownAssignments } from "../rows/assignments.ts";
import { noArguments } from "./arguments.ts";
import { asynchronously } from "./event-loop.ts";

export function runInLoop(
  interpreter: Interpreter,
  value: Value,
  node: Statement | Expression,
  header: TextRange,
  body: (element: Value) => void,
  options: { readonly once?: boolean } = {},
): void {
  const { state } = interpreter;
  const iterableNode = iterableOf(node, header);
  const iterable = elementsOfLibrary(interpreter, value, iterableNode) ?? value;
  const element = isAsynchronous(node, iterableNode)
    ? asynchronously(state, () => interpreter.iterate(iterable, iterableNode))
    : interpreter.iterate(iterable, iterableNode);
  const weight = isPartOfWhole(element) ? ({ kind: "batches" } as const) : weightOf(iterable);
  if (options.once || isOnce(weight)) {
    body(element);
    return;
  }
  const touched = new Set(iterable.kind === "collection" ? iterable.readBetween : undefined);
  const loop: Loop = {
    id: interpreter.nextLoop(),
    location: interpreter.location(header),
    text: interpreter.text(header),
    weight,
    statement: node,
    search: node.kind === "Comprehension" && interpreter.searches.has(node),
    depth: state.calls.length,
    rows: iterable.kind === "queryset" ? iterable : undefined,
    source: sourceOf(iterable, element),
    touched,
  };
  for (const rows of iterable.kind === "union" ? iterable.alternatives : [iterable]) {
    if (rows.kind === "queryset") interpreter.record({ kind: "rowsIterated", queryset: rows });
  }
  const { touched: outside } = interpreter;
  interpreter.touched = touched;
  state.loops.push(loop);
  recordDeferredParent(interpreter, iterable, iterableNode, loop.id);
  body(elementInLoop(iterable, element, loop.id));
  state.loops.pop();
  interpreter.touched = outside;
  for (const label of touched) outside.add(label);
}

function sourceOf(iterable: Value, element: Value): Queryset | undefined {
  if (iterable.kind === "queryset") return iterable;
  const source = element.kind === "instance" ? element.source : undefined;
  // What was collected in loops are the rows of more than one.
  return source?.path.length === 0 && source.queryset.varies.length === 0 ? source.queryset : undefined;
}

function isOnce(weight: LoopWeight): boolean {
  switch (weight.kind) {
    case "constant":
    case "limited":
      return weight.count === 1;
    case "rows":
      return weight.pageSize === 1;
    case "batches":
    case "unknown":
      return false;
  }
}

/** `project.tasks.only("title")`: Django sets the parent of each row by its key, and loads that where it is left out. */
function recordDeferredParent(
  interpreter: Interpreter,
  iterable: Value,
  node: Expression,
  loop: number,
): void {
  if (iterable.kind !== "queryset" || iterable.rows !== "instances" || iterable.fetchMode !== "one") return;
  const relation = iterable.related?.relation;
  if (relation?.kind !== "reverseForeignKey") return;
  const { field } = relation;
  if (!isDeferred(iterable, [], [field.name, field.attributeName])) return;
  interpreter.record({
    kind: "deferredRead",
    queryset: iterable,
    path: [],
    field,
    text: field.attributeName,
    reason: "read",
    rounds: [],
    ...interpreter.context(interpreter.location(node), [loop]),
  });
}

/** What was put into a list once is no other object in another round. */
function elementInLoop(iterable: Value, element: Value, loop: number): Value {
  const filled = iterable.kind === "collection" ? iterable.filled : undefined;
  if (!filled?.once) return inIteration(element, loop);
  return filled.inLoops ? join(inIteration(filled.inLoops, loop), filled.once) : filled.once;
}

/** `for batch in batches(queryset)`: each round gets a slice, from one moving offset to the next. */
function isPartOfWhole(element: Value): boolean {
  return element.kind === "queryset" && element.bound.kind === "slice" && element.bound.limit === undefined;
}

function iterableOf(node: Statement | Expression, header: TextRange): Expression {
  if (node.kind === "For") return node.iterable;
  if (node.kind === "Comprehension") {
    const clause = node.clauses.find((candidate) => candidate.iterable.end === header.end);
    if (clause) return clause.iterable;
  }
  return isExpression(node) ? node : { kind: "InvalidExpression", start: header.start, end: header.end };
}

function isAsynchronous(node: Statement | Expression, iterable: Expression): boolean {
  if (node.kind === "For") return node.async;
  return (
    node.kind === "Comprehension" &&
    node.clauses.some((clause) => clause.async && clause.iterable === iterable)
  );
}

function isExpression(node: Statement | Expression): node is Expression {
  return node.kind === "Call" || node.kind === "Name" || node.kind === "Attribute" || node.kind === "Lambda";
}

export function weightOf(iterable: Value): LoopWeight {
  switch (iterable.kind) {
    case "queryset":
      return sizeOfBound(iterable.bound);
    case "manager":
      return { kind: "rows" };
    case "page":
      if (iterable.paginator) return { kind: "batches" };
      return { kind: "rows", pageSize: iterable.size };
    case "collection":
    case "mapping":
      return iterable.size;
    case "literal":
      return { kind: "constant", count: 0 };
    case "class":
      return { kind: "constant", count: 0 };
    case "external":
      // Choices and settings: as many as the code lists. An object that a library made may hold any number.
      return iterable.name.includes("()") ? { kind: "unknown" } : { kind: "constant", count: 0 };
    case "union": {
      const weights = iterable.alternatives.map(weightOf);
      return (
        weights.find((weight) => weight.kind === "rows") ??
        weights.find((weight) => weight.kind === "unknown") ??
        weights.find((weight) => weight.kind === "batches") ??
        weights[0] ?? { kind: "unknown" }
      );
    }
    default:
      return { kind: "unknown" };
  }
}

/** The element that an iteration over the value gives; the query that it takes is sent. */
export function iterateValue(interpreter: Interpreter, value: Value, node: Expression): Value {
  switch (value.kind) {
    case "queryset": {
      if (value.bound.kind === "empty") return unknown;
      const { evaluated } = value.result;
      interpreter.send(value, "iterate", node);
      const row = interpreter.rowOf(value, false);
      // The same objects as before, with what was assigned to them since.
      if (evaluated) markUnknownAssignments(row);
      return row;
    }
    case "collection":
      return value.element;
    case "mapping":
      return value.key;
    case "page":
      if (value.paginator) return pageOf(value);
      return interpreter.iterate(value.rows, node);
    case "union":
      return joinAll(value.alternatives.map((alternative) => interpreter.iterate(alternative, node)));
    case "object":
      return iterateObject(interpreter, value, node);
    case "literal":
      return unknown;
    default:
      return unknownVarying(unionLoops(variesOf(value), []));
  }
}

/** What the class of a library iterates over, unless the project's class has an `__iter__` of its own: a form's fields. */
function elementsOfLibrary(interpreter: Interpreter, value: Value, node: Expression): Value | undefined {
  if (value.kind !== "object") return undefined;
  if (interpreter.program.lookupMember(value.symbol, "__iter__").kind === "found") return undefined;
  return interpreter.consumers.callMethod(interpreter, value, "__iter__", noArguments, callAt(node, "iter"));
}

/** A class of the project with `__iter__`. */
function iterateObject(
  interpreter: Interpreter,
  value: Extract<Value, { kind: "object" }>,
  node: Expression,
): Value {
  const member = interpreter.program.lookupMember(value.symbol, "__iter__");
  if (member.kind !== "found" || member.symbol.kind !== "function") {
    const elements = elementsOfLibrary(interpreter, value, node);
    return elements ? interpreter.iterate(elements, node) : unknownVarying(value.varies);
  }
  const result = interpreter.callFunction(
    interpreter.functionValue(member.symbol, value),
    noArguments,
    node,
    "method",
  );
  return result.kind === "object" ? unknown : interpreter.iterate(result, node);
}
