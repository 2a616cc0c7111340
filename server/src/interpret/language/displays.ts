/** Python's displays: `[a, b]`, `{"name": a}`, and comprehensions. */

import { asElement, joinAll, unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import type { Comprehension, DictLiteral, Expression } from "../../syntax/ast.ts";
import { narrow } from "../conditions/narrowing.ts";
import { changeableLiteral, isWrittenOut, truthOf } from "../conditions/truth.ts";
import type { Interpreter } from "../interpreter.ts";
import { collectionOf, loopsBefore, sizeOfBound } from "../make-values.ts";
import { guardBy } from "../rows/loaded-relations.ts";
import { inBranch } from "./environment.ts";

export function evaluateDisplay(interpreter: Interpreter, elements: readonly Expression[]): Value {
  const items: Value[] = [];
  let exact = true;
  for (const element of elements) {
    if (element.kind === "Starred") {
      const spread = interpreter.evaluate(element.value);
      if (spread.kind === "collection" && spread.items) {
        items.push(...spread.items);
        continue;
      }
      exact = false;
      items.push(asElement(interpreter.iterate(spread, element.value)));
    } else items.push(asElement(interpreter.evaluate(element)));
  }
  return {
    kind: "collection",
    element: items.length === 0 ? unknown : elementOf(elements, items),
    items: exact ? items : undefined,
    size: exact ? { kind: "constant", count: items.length } : { kind: "unknown" },
    varies: noLoops,
    present: exact && items.length > 0 ? true : undefined,
    ...loopsBefore(interpreter),
  };
}

/** The rows of a table, written as tuples: what stands where is kept, `[(tasks, True), (project, False)]`. */
function elementOf(elements: readonly Expression[], items: readonly Value[]): Value {
  const rows = elements.every(({ kind }) => kind === "TupleLiteral") ? items.flatMap(itemsOf) : [];
  const [first, ...others] = rows;
  const isTable =
    first !== undefined &&
    others.length === items.length - 1 &&
    others.every(({ length }) => length === first.length);
  if (!isTable) return joinAll(items);
  const columns = first.map((_, index) => joinColumn(rows.map((row) => row[index] ?? unknown)));
  return {
    kind: "collection",
    element: joinAll(columns),
    items: columns,
    size: { kind: "constant", count: columns.length },
    varies: noLoops,
  };
}

/** What is one of so many models is none of them for certain. */
const mostModels = 4;

function joinColumn(values: readonly Value[]): Value {
  const models = new Set(
    values.map((value) => ("model" in value && value.kind !== "class" ? value.model : undefined)),
  );
  models.delete(undefined);
  return models.size > mostModels ? unknown : joinAll(values);
}

function itemsOf(value: Value): readonly (readonly Value[])[] {
  return value.kind === "collection" && value.items ? [value.items] : [];
}

export function evaluateDict(interpreter: Interpreter, node: DictLiteral): Value {
  const entries = new Map<string, Value>();
  const values: Value[] = [];
  let exact = true;
  for (const entry of node.entries) {
    const value = asElement(interpreter.evaluate(entry.value));
    if (!entry.key) {
      exact &&= value.kind === "mapping" && isWrittenOut(value);
      if (value.kind === "mapping") for (const [key, item] of value.entries) entries.set(key, item);
      // It may have other values for what stands before it.
      else for (const [key, item] of entries) entries.set(key, changeableLiteral(item));
      continue;
    }
    const key = interpreter.evaluate(entry.key);
    if (key.kind === "literal" && typeof key.value === "string") entries.set(key.value, value);
    else exact = false;
    values.push(value);
  }
  return mappingOf(entries, {
    element: values.length === 0 ? unknown : joinAll(values),
    size: exact ? { kind: "constant", count: entries.size } : { kind: "unknown" },
  });
}

export function evaluateComprehension(interpreter: Interpreter, node: Comprehension): Value {
  let result: Value = unknown;
  let key: Value = unknown;
  let source: Value = unknown;

  const runClause = (index: number): void => {
    const clause = node.clauses[index];
    if (!clause) {
      if (node.key) key = asElement(interpreter.evaluate(node.key));
      result = asElement(interpreter.evaluate(node.element));
      return;
    }
    const iterable = interpreter.evaluate(clause.iterable);
    if (index === 0) source = iterable;
    const header = { start: clause.target.start, end: clause.iterable.end };
    interpreter.inLoop(iterable, node, header, (element) => {
      interpreter.assign(clause.target, element);
      const { guards } = interpreter.state;
      const outside = guards.length;
      for (const condition of clause.conditions) {
        const test = interpreter.evaluate(condition);
        interpreter.bool(test, condition);
        const decided = truthOf(interpreter, test);
        if (decided === false) {
          guards.length = outside;
          return;
        }
        if (decided === undefined) guards.push(guardBy(interpreter, condition, true));
        narrow(interpreter, condition, true);
      }
      runClause(index + 1);
      guards.length = outside;
    });
  };
  inBranch(interpreter.state.frame.scope, () => runClause(0));

  const size = sizeLike(source);
  return node.form === "dict"
    ? mappingOf(new Map(), { key, element: result, size })
    : collectionOf(result, size);
}

function sizeLike(source: Value): ReturnType<typeof collectionOf>["size"] {
  switch (source.kind) {
    case "queryset":
      return sizeOfBound(source.bound);
    case "manager":
      return { kind: "rows" };
    case "page":
      return { kind: "rows", pageSize: source.size };
    case "collection":
    case "mapping":
      return source.size;
    default:
      return { kind: "unknown" };
  }
}
