/** Transfer functions of expressions. */
import { unreachable } from "../../base/invariant.ts";
import {
  alternativesOf,
  asElement,
  join,
  joinAll,
  unknown,
  unknownVarying,
  variesOf,
} from "../../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../../queryset/loop-set.ts";
import type { Collection, PlainObject, Value } from "../../queryset/value.ts";
import type {
  Attribute,
  BooleanOperation,
  Call,
  Comparison,
  Comprehension,
  Conditional,
  DictLiteral,
  Expression,
  Subscript,
} from "../../syntax/ast.ts";
import { compareByKey } from "../conditions/identity-comparisons.ts";
import { narrow } from "../conditions/narrowing.ts";
import {
  changeable,
  changeableLiteral,
  compare,
  isShared,
  isTypeTest,
  truthOf,
} from "../conditions/truth.ts";
import { noteOutsideEffect } from "../effects/outside-effects.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { collectionOf, instanceOf, loopsBefore, sizeOfBound, withOtherRows } from "../make-values.ts";
import { combinedCondition, isCondition, negatedCondition } from "../querysets/q-objects.ts";
import { assignAttribute, forgetWhatIsMissing, markCached } from "../rows/assignments.ts";
import { guardBy } from "../rows/loaded-relations.ts";
import { isRequest, rowOfRequest } from "../rows/request-attributes.ts";
import { decision, isKeyName } from "../rows/stored-rows.ts";
import { noArguments, noKeywords } from "./arguments.ts";
import { compareWith } from "./builtins.ts";
import { bind, inBranch, joinBindings, lookup, noBindings } from "./environment.ts";
import { asynchronously } from "./event-loop.ts";
import { differenceOf } from "./key-sets.ts";
import { valueOfConstant, valueOfString } from "./literals.ts";
import { mergedMapping } from "./merged-mapping.ts";
import { sliceOf, subscriptOf } from "./subscripts.ts";
import { valueOfSymbol } from "./symbol-values.ts";
import { concatenated, percentFormatted, textOrUnknown } from "./text-formatting.ts";

export function evaluateExpression(interpreter: Interpreter, node: Expression): Value {
  const { state } = interpreter;
  switch (node.kind) {
    case "Name": {
      const local = lookup(state.frame.scope, node.name);
      if (local) return isShared(state.frame.scope, node.name) ? changeable(local) : local;
      return changeable(
        valueOfSymbol(interpreter, interpreter.program.resolveName(state.frame.module, node.name)),
      );
    }
    case "StringLiteral":
      return valueOfString(node, state.frame.module);
    case "NumberLiteral":
      return Number.isNaN(node.value) ? unknown : { kind: "literal", value: node.value };
    case "ConstantLiteral":
      return valueOfConstant(node);
    case "FormattedString": {
      const values = node.values.map((part) => {
        const value = interpreter.evaluate(part);
        if (part.kind !== "StringLiteral") interpreter.str(value, part);
        return value;
      });
      return textOrUnknown(concatenated(values), variesOfAll(values));
    }
    case "BinaryOperation":
      return evaluateBinary(interpreter, node.left, node.operator, node.right);
    case "BooleanOperation":
      return evaluateBoolean(interpreter, node);
    case "Comparison":
      return evaluateComparison(interpreter, node);
    case "UnaryOperation": {
      const value = interpreter.evaluate(node.operand);
      if (node.operator === "~" && isCondition(value)) return negatedCondition(value);
      if (node.operator !== "not") return unknownVarying(variesOf(value));
      interpreter.bool(value, node.operand);
      const truth = truthOf(interpreter, value);
      return truth === undefined ? unknownVarying(variesOf(value)) : decision(!truth, value);
    }
    case "Call":
      return evaluateCall(interpreter, node);
    case "Attribute":
      return evaluateAttribute(interpreter, node);
    case "Subscript":
      return changeable(evaluateSubscript(interpreter, node));
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return evaluateDisplay(interpreter, node.elements);
    case "DictLiteral":
      return evaluateDict(interpreter, node);
    case "Comprehension":
      return evaluateComprehension(interpreter, node);
    case "Lambda":
      return {
        kind: "function",
        node,
        module: state.frame.module,
        symbol: undefined,
        owner: state.frame.owner,
        receiver: undefined,
        closure: state.frame.scope,
        boundArguments: [],
      };
    case "Conditional":
      return evaluateConditional(interpreter, node);
    case "Await":
      return node.value.kind === "Call"
        ? evaluateAsynchronousCall(interpreter, node.value)
        : interpreter.evaluate(node.value);
    case "Yield":
      state.frame.yields.push(node.value ? interpreter.evaluate(node.value) : unknown);
      return unknown;
    case "YieldFrom":
      state.frame.yields.push(interpreter.iterate(interpreter.evaluate(node.value), node.value));
      return unknown;
    case "Starred":
      return interpreter.evaluate(node.value);
    case "NamedExpression": {
      const value = interpreter.evaluate(node.value);
      interpreter.assign(node.target, value);
      return value;
    }
    case "Slice":
      for (const part of [node.lower, node.upper, node.step]) if (part) interpreter.evaluate(part);
      return unknown;
    case "InvalidExpression":
      return unknown;
    default:
      return unreachable(node);
  }
}

function evaluateBinary(
  interpreter: Interpreter,
  leftNode: Expression,
  operator: string,
  rightNode: Expression,
): Value {
  const left = interpreter.evaluate(leftNode);
  const right = interpreter.evaluate(rightNode);
  if (left.kind === "queryset" && (operator === "|" || operator === "&" || operator === "^")) {
    // The left operand's eager loading survives, the right one's is lost.
    return operator === "&" ? { ...left, combined: true, result: { evaluated: false } } : withOtherRows(left);
  }
  const varies = unionLoops(variesOf(left), variesOf(right));
  const condition = combinedCondition(operator, left, right);
  if (condition) return condition;
  if (operator === "+" && left.kind === "collection" && right.kind === "collection") {
    return concatenation(left, right);
  }
  if (operator === "+" && left.kind === "literal" && typeof left.value === "string") {
    return textOrUnknown(concatenated([left, right]), varies);
  }
  if (operator === "-" && left.kind === "collection" && right.kind === "collection") {
    return differenceOf(left, right) ?? unknownVarying(varies);
  }
  if (operator === "|" && (left.kind === "mapping" || right.kind === "mapping")) {
    return mergedMapping(left, right);
  }
  if (operator === "%" && left.kind === "literal" && typeof left.value === "string") {
    for (const part of rightNode.kind === "TupleLiteral" ? rightNode.elements : []) {
      interpreter.str(interpreter.evaluate(part), part);
    }
    if (rightNode.kind !== "TupleLiteral") interpreter.str(right, rightNode);
    return textOrUnknown(percentFormatted(left.value, right), varies);
  }
  return unknownVarying(varies);
}

function variesOfAll(values: readonly Value[]): LoopSet {
  return values.reduce<LoopSet>((loops, value) => unionLoops(loops, variesOf(value)), noLoops);
}

function concatenation(left: Collection, right: Collection): Value {
  const joined = join(left, right);
  if (!left.items || !right.items || joined.kind !== "collection") return joined;
  const items = [...left.items, ...right.items];
  return { ...joined, items, size: { kind: "constant", count: items.length } };
}

function evaluateComparison(interpreter: Interpreter, node: Comparison): Value {
  if (compareByKey(interpreter, node)) return unknown;
  const operands = [node.left, ...node.comparators];
  const values = operands.map((operand) => interpreter.evaluate(operand));
  for (const [index, operator] of node.operators.entries()) {
    const container = values[index + 1];
    const containerNode = operands[index + 1];
    if ((operator === "in" || operator === "not in") && container && containerNode) {
      if (container.kind === "queryset") interpreter.send(container, "contains", containerNode);
    }
  }
  const [left = unknown, right = unknown] = values;
  const [operator = ""] = node.operators;
  if (operator === "==" || operator === "!=") compareWith(interpreter, left, right, ["__eq__"], node);
  const decided = values.length === 2 ? compare(operator, left, right) : undefined;
  // What is loaded with a row is certain, whatever name it is asked for by.
  if (decided !== undefined) return decision(decided, isCacheOfRow(right) ? unknown : left);
  return unknownVarying(variesOfAll(values));
}

function isCacheOfRow(value: Value): boolean {
  return alternativesOf(value).every((item) => item.kind === "mapping" && item.cacheOf !== undefined);
}

/** `task.project.id`: a read of the related row for the key that the row holds. Undefined where it is none. */
export function keyOfRelated(
  interpreter: Interpreter,
  holder: Value,
  relationName: string,
  name: string,
  node: Attribute,
): Value | undefined {
  if (holder.kind !== "instance") return undefined;
  const relation = holder.model.relations.get(relationName);
  const target = relation?.target === undefined ? undefined : interpreter.models.model(relation.target);
  const forward = relation?.kind === "foreignKey" || relation?.kind === "oneToOne";
  const keyIsInRow = forward && relation?.field.toField === undefined;
  if (!relation || !keyIsInRow || !target || !isKeyName(interpreter.models, target, name)) return undefined;
  interpreter.readRelation(holder, relation.accessor, node, "key");
  return unknownVarying(holder.varies);
}

function evaluateAttribute(interpreter: Interpreter, node: Attribute): Value {
  const name = node.attribute.name;
  // `task.project.id` reads only what `task.project_id` holds already.
  if (node.value.kind === "Attribute") {
    const outer = interpreter.evaluate(node.value.value);
    const key = keyOfRelated(interpreter, outer, node.value.attribute.name, name, node);
    if (key) return key;
    const holder = interpreter.attribute(outer, node.value.attribute.name, node.value);
    const known = rowOnRequest(interpreter, node.value, holder);
    return rowOnRequest(interpreter, node, attributeOfHolder(interpreter, known, node));
  }
  return rowOnRequest(
    interpreter,
    node,
    attributeOfHolder(interpreter, interpreter.evaluate(node.value), node),
  );
}

/** What a model says about its relations lasts. Other attributes may be assigned anywhere. */
function attributeOfHolder(interpreter: Interpreter, holder: Value, node: Attribute): Value {
  const value = interpreter.attribute(holder, node.attribute.name, node);
  if (holder.kind === "instance") return changeableLiteral(value);
  return isOwnConstructor(interpreter, holder) ? value : changeable(value);
}

/** What a constructor has assigned to its own object is still there. */
function isOwnConstructor({ state }: Interpreter, holder: Value): boolean {
  return (
    holder.kind === "object" && holder === state.frame.receiver && state.frame.symbol.endsWith(".__init__")
  );
}

/** `request.user`, which Django's authentication sets, and rows that the project itself sets on requests. */
export function rowOnRequest(interpreter: Interpreter, node: Attribute, value: Value): Value {
  const isOpen = value.kind === "unknown" || (value.kind === "method" && value.receiver.kind === "unknown");
  if (!isOpen || !isRequest(node.value)) return value;
  const { name } = node.attribute;
  if (name !== "user") return rowOfRequest(interpreter, name) ?? value;
  const model = interpreter.models.userModel;
  if (!model) return value;
  // Loaded for this request alone: nobody has prefetched anything for it.
  return instanceOf(model, { queryset: interpreter.nowhere(model), path: [], single: true });
}

function evaluateCall(interpreter: Interpreter, node: Call): Value {
  // What `sync_to_async(list)(rows)` calls runs in a thread, awaited at once or later.
  if (node.function.kind === "Call") return evaluateAsynchronousCall(interpreter, node);
  const callee = interpreter.evaluate(node.function);
  const [first] = node.arguments;
  if (first?.kind === "Comprehension" && callee.kind === "external" && searching.has(callee.name)) {
    interpreter.searches.add(first);
  }
  noteOutsideEffect(interpreter, callee, node);
  const result = interpreter.call(callee, evaluateArguments(interpreter, node), node);
  // A method may be overridden, a function patched or changed: only what Python itself tells is certain.
  return isTypeTest(callee) ? result : changeableLiteral(result);
}

/** They ask their argument for no more elements than they need. */
const searching: ReadonlySet<string> = new Set(["builtins.any", "builtins.all", "builtins.next"]);

function evaluateAsynchronousCall(interpreter: Interpreter, node: Call): Value {
  const callee = interpreter.evaluate(node.function);
  const args = evaluateArguments(interpreter, node);
  noteOutsideEffect(interpreter, callee, node);
  return asynchronously(interpreter.state, () => interpreter.call(callee, args, node));
}

function evaluateArguments(interpreter: Interpreter, node: Call): Arguments {
  if (node.arguments.length === 0 && node.keywords.length === 0) return noArguments;
  const positional: Value[] = [];
  let open = false;
  for (const argument of node.arguments) {
    if (argument.kind !== "Starred") {
      positional.push(interpreter.evaluate(argument));
      continue;
    }
    const value = interpreter.evaluate(argument.value);
    if (value.kind === "collection" && value.items) positional.push(...value.items);
    else {
      open = true;
      interpreter.iterate(value, argument.value);
    }
  }
  if (node.keywords.length === 0) return { positional, keywords: noKeywords, open };
  const keywords = new Map<string, Value>();
  for (const keyword of node.keywords) {
    const value = interpreter.evaluate(keyword.value);
    if (keyword.name) keywords.set(keyword.name.name, value);
    else if (value.kind === "mapping") {
      for (const [key, entry] of value.entries) keywords.set(key, entry);
      open ||= value.key !== unknown || value.size.kind !== "constant";
    } else open = true;
  }
  return { positional, keywords, open };
}

function evaluateSubscript(interpreter: Interpreter, node: Subscript): Value {
  const value = interpreter.evaluate(node.value);
  if (node.index.kind === "Slice") return sliceOf(interpreter, value, node, node.index);
  return subscriptOf(interpreter, value, interpreter.evaluate(node.index), node);
}

function evaluateDisplay(interpreter: Interpreter, elements: readonly Expression[]): Value {
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
    element: items.length === 0 ? unknown : joinAll(items),
    items: exact ? items : undefined,
    size: exact ? { kind: "constant", count: items.length } : { kind: "unknown" },
    varies: noLoops,
    ...loopsBefore(interpreter),
  };
}

function evaluateDict(interpreter: Interpreter, node: DictLiteral): Value {
  const entries = new Map<string, Value>();
  const values: Value[] = [];
  let exact = true;
  for (const entry of node.entries) {
    const value = asElement(interpreter.evaluate(entry.value));
    if (!entry.key) {
      exact = false;
      if (value.kind === "mapping") for (const [key, item] of value.entries) entries.set(key, item);
      continue;
    }
    const key = interpreter.evaluate(entry.key);
    if (key.kind === "literal" && typeof key.value === "string") entries.set(key.value, value);
    else exact = false;
    values.push(value);
  }
  return {
    kind: "mapping",
    entries,
    key: unknown,
    element: values.length === 0 ? unknown : joinAll(values),
    size: exact ? { kind: "constant", count: values.length } : { kind: "unknown" },
    varies: noLoops,
  };
}

function evaluateComprehension(interpreter: Interpreter, node: Comprehension): Value {
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
    ? { kind: "mapping", entries: new Map(), key, element: result, size, varies: noLoops }
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

function evaluateBoolean(interpreter: Interpreter, node: BooleanOperation): Value {
  const { state } = interpreter;
  const { scope } = state.frame;
  const values: Value[] = [];
  const guards = state.guards.length;
  const { bindings } = inBranch(scope, () => {
    for (const [index, part] of node.values.entries()) {
      const value = interpreter.evaluate(part);
      if (index === node.values.length - 1) {
        values.push(value);
        break;
      }
      interpreter.bool(value, part);
      const decided = truthOf(interpreter, value);
      if (decided === (node.operator === "and")) continue;
      values.push(value);
      if (decided !== undefined) break;
      // What follows runs only when this part allowed it.
      state.guards.push(guardBy(interpreter, part, node.operator === "and"));
      narrow(interpreter, part, node.operator === "and");
    }
  });
  state.guards.length = guards;
  joinBindings(scope, noBindings, bindings);
  return joinAll(values);
}

function evaluateConditional(interpreter: Interpreter, node: Conditional): Value {
  const { state } = interpreter;
  const { scope } = state.frame;
  const test = interpreter.evaluate(node.test);
  interpreter.bool(test, node.test);
  const decided = truthOf(interpreter, test);
  if (decided !== undefined) return interpreter.evaluate(decided ? node.body : node.orElse);
  state.guards.push(guardBy(interpreter, node.test, true));
  const first = inBranch(scope, () => {
    narrow(interpreter, node.test, true);
    return interpreter.evaluate(node.body);
  });
  state.guards.pop();
  state.guards.push(guardBy(interpreter, node.test, false));
  const second = inBranch(scope, () => {
    narrow(interpreter, node.test, false);
    return interpreter.evaluate(node.orElse);
  });
  state.guards.pop();
  return join(first.result, second.result);
}

export function assignTo(interpreter: Interpreter, target: Expression, value: Value): void {
  const { frame } = interpreter.state;
  switch (target.kind) {
    case "Name":
      bind(frame.scope, target.name, value);
      return;
    case "TupleLiteral":
    case "ListLiteral":
      assignUnpacked(interpreter, target.elements, value, target);
      return;
    case "Starred":
      interpreter.assign(target.value, collectionOf(value, { kind: "unknown" }));
      return;
    case "Attribute": {
      const holder = interpreter.evaluate(target.value);
      for (const item of alternativesOf(holder)) {
        if (item.kind === "object") assignToObject(interpreter, item, target.attribute.name, value);
        if (item.kind === "external") item.made?.attributes?.set(target.attribute.name, value);
        if (item.kind === "instance") assignAttribute(interpreter, item, target.attribute.name, value);
      }
      return;
    }
    case "Subscript": {
      const holder = interpreter.evaluate(target.value);
      const index = interpreter.evaluate(target.index);
      if (holder.kind === "mapping") {
        const added = asElement(value);
        if (index.kind === "literal" && typeof index.value === "string") {
          holder.entries.set(index.value, added);
          markCached(holder, index.value);
        } else {
          forgetWhatIsMissing(holder);
          holder.key = join(holder.key, asElement(index));
        }
        holder.element = holder.element === unknown ? added : join(holder.element, added);
      }
      return;
    }
    default:
      return;
  }
}

/** A list that only one branch puts in the place of another may be either. */
function assignToObject(
  interpreter: Interpreter,
  { attributes }: PlainObject,
  name: string,
  value: Value,
): void {
  const before = attributes.get(name);
  const isOneOfTwo =
    interpreter.state.guards.length > 0 && before?.kind === "collection" && value.kind === "collection";
  attributes.set(name, isOneOfTwo ? join(before, value) : value);
}

function assignUnpacked(
  interpreter: Interpreter,
  targets: readonly Expression[],
  value: Value,
  node: Expression,
): void {
  if (value.kind === "collection" && value.items && value.items.length === targets.length) {
    for (const [index, target] of targets.entries())
      interpreter.assign(target, value.items[index] ?? unknown);
    return;
  }
  const element =
    value.kind === "collection" || value.kind === "queryset" || value.kind === "mapping"
      ? interpreter.iterate(value, node)
      : unknownVarying(variesOf(value));
  for (const target of targets) interpreter.assign(target, element);
}
