/** Conditions that ask whether a relation of a row is loaded already: where they hold, reading it sends no query. */

import type { Instance } from "../../queryset/instance.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Attribute, Call, Comparison, Expression, Parameter, Statement } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { isDormantWhere } from "../conditions/dormant-code.ts";
import type { Interpreter } from "../interpreter.ts";
import { lookup } from "../language/environment.ts";
import type { Guard } from "../state.ts";

export interface LoadedRelation {
  /** Those of the row, which all names of it share. */
  readonly attributes: Instance["attributes"];
  readonly accessor: string;
}

/** What surrounds code that runs only where the test holds, or only where it does not. */
export function guardBy(
  interpreter: Interpreter,
  test: Expression,
  holds: boolean,
  unlikely?: boolean,
): Guard {
  const loops = interpreter.state.loops.length;
  const loaded = relationsLoadedWhere({ interpreter, given: undefined }, test, holds);
  return {
    test,
    loops,
    unlikely,
    dormant: isDormantWhere(interpreter, test, holds) ? true : undefined,
    memoised: !holds && asksForEntry(interpreter, test) ? true : undefined,
    cached: undefined,
    dispatched: undefined,
    loaded: loaded.length > 0 ? loaded : undefined,
    fallback: asksForAnnotation(interpreter, test) ? true : undefined,
  };
}

/** `key in users`, of a dictionary that was empty before the loop */
function asksForEntry({ state }: Interpreter, test: Expression): boolean {
  if (test.kind !== "Comparison" || test.operators[0] !== "in") return false;
  const [holder] = test.comparators;
  const value = holder?.kind === "Name" ? lookup(state.frame.scope, holder.name) : undefined;
  return value?.kind === "mapping" && value.size.kind === "constant" && value.size.count === 0;
}

/** `count is None`, for the `count` of `getattr(project, "task_count", None)` */
function asksForAnnotation(interpreter: Interpreter, test: Expression): boolean {
  switch (test.kind) {
    case "Name": {
      const value = lookup(interpreter.state.frame.scope, test.name);
      return value?.kind === "unknown" && value.mayBeAnnotated === true;
    }
    case "UnaryOperation":
      return asksForAnnotation(interpreter, test.operand);
    case "Comparison":
      return asksForAnnotation(interpreter, test.left);
    default:
      return false;
  }
}

/** A condition around makes sure that the relation is loaded. */
export function isLoadedByGuard(
  interpreter: Interpreter,
  { attributes }: Instance,
  accessor: string,
): boolean {
  return interpreter.state.guards.some(({ loaded }) =>
    loaded?.some((relation) => relation.attributes === attributes && relation.accessor === accessor),
  );
}

interface Reader {
  readonly interpreter: Interpreter;
  /** In a helper: the expressions that the call gives for its parameters, which mean something where the call stands. */
  readonly given: ReadonlyMap<string, Expression> | undefined;
}

function relationsLoadedWhere(reader: Reader, test: Expression, holds: boolean): readonly LoadedRelation[] {
  switch (test.kind) {
    case "UnaryOperation":
      return test.operator === "not" ? relationsLoadedWhere(reader, test.operand, !holds) : [];
    case "BooleanOperation":
      return (test.operator === "and") === holds
        ? test.values.flatMap((value) => relationsLoadedWhere(reader, value, holds))
        : [];
    case "NamedExpression":
      return relationsLoadedWhere(reader, test.value, holds);
    case "Comparison":
      return relationsInCache(reader, test, holds);
    case "Call":
      return holds ? [...relationsOfCall(reader, test), ...relationsOfHelper(reader, test)] : [];
    case "Attribute":
      return holds && test.attribute.name === "_result_cache" ? relationEvaluated(reader, test) : [];
    default:
      return [];
  }
}

/** `"owner" in project._state.fields_cache`, `project._state.fields_cache.get("owner") is not None` */
function relationsInCache(
  reader: Reader,
  { left, operators, comparators }: Comparison,
  holds: boolean,
): readonly LoadedRelation[] {
  const [operator] = operators;
  const [right] = comparators;
  if (operators.length !== 1 || !right) return [];
  switch (operator) {
    case "in":
    case "not in":
      return (operator === "in") === holds ? relationsKept(reader, right, left) : [];
    case "is":
    case "is not": {
      const isNone = isNoneLiteral(right);
      return isNone && (operator === "is not") === holds ? relationsLoadedWhere(reader, left, true) : [];
    }
    default:
      return [];
  }
}

/** `Project.owner.is_cached(project)`, `project._state.fields_cache.get("owner")` */
function relationsOfCall(reader: Reader, call: Call): readonly LoadedRelation[] {
  const [first, second] = call.arguments;
  if (!first) return [];
  if (call.function.kind === "Name") {
    return call.function.name === "hasattr" ? relationsPrefetchedInto(reader, first, second) : [];
  }
  if (call.function.kind !== "Attribute") return [];
  const { attribute, value } = call.function;
  switch (attribute.name) {
    case "is_cached":
      return relationsNamed(reader, first, nameOfField(value));
    case "get":
      return relationsKept(reader, value, first);
    default:
      return [];
  }
}

/** `hasattr(project, "_prefetched_tasks")` */
function relationsPrefetchedInto(
  reader: Reader,
  row: Expression,
  name: Expression | undefined,
): readonly LoadedRelation[] {
  const prefix = "_prefetched_";
  return name?.kind === "StringLiteral" && name.value.startsWith(prefix)
    ? relationsNamed(reader, row, name.value.slice(prefix.length))
    : [];
}

/** `project.tasks.all()._result_cache`: only a prefetch fills it. */
function relationEvaluated(reader: Reader, { value }: Attribute): readonly LoadedRelation[] {
  const method = value.kind === "Call" && value.function.kind === "Attribute" ? value.function : undefined;
  if (method?.attribute.name !== "all" || method.value.kind !== "Attribute") return [];
  const relations = relationsNamed(reader, method.value.value, method.value.attribute.name);
  for (const { attributes } of relations) reader.interpreter.askedForPrefetches.add(attributes);
  return relations;
}

/** The row that `row._state.fields_cache`, `row._prefetched_objects_cache` or `getattr(row, …, {})` belongs to. */
function rowOfCache(node: Expression): Expression | undefined {
  if (node.kind === "Attribute") {
    if (node.attribute.name === "_prefetched_objects_cache") return node.value;
    const state = node.attribute.name === "fields_cache" ? node.value : undefined;
    return state?.kind === "Attribute" && state.attribute.name === "_state" ? state.value : undefined;
  }
  if (node.kind !== "Call" || node.function.kind !== "Name" || node.function.name !== "getattr")
    return undefined;
  const [row, name] = node.arguments;
  return name?.kind === "StringLiteral" && name.value === "_prefetched_objects_cache" ? row : undefined;
}

/** `Project.owner`, `Project.owner.field`, `Project._meta.get_field("owner")` */
function nameOfField(node: Expression): string | Expression | undefined {
  if (node.kind === "Attribute") {
    return node.attribute.name === "field" ? nameOfField(node.value) : node.attribute.name;
  }
  const isLookup =
    node.kind === "Call" &&
    node.function.kind === "Attribute" &&
    node.function.attribute.name === "get_field";
  return isLookup ? node.arguments[0] : undefined;
}

/** The relation of that name, of the row whose cache it is looked up in. */
function relationsKept(reader: Reader, cache: Expression, name: Expression): readonly LoadedRelation[] {
  if (cache.kind !== "Name") return relationsNamed(reader, rowOfCache(cache), name);
  const accessor = textOf(reader, name);
  if (accessor === undefined || reader.given) return [];
  return alternativesOf(reader.interpreter.evaluate(cache)).flatMap((value) =>
    value.kind === "mapping" && value.cacheOf?.row.model.relations.has(accessor)
      ? [{ attributes: value.cacheOf.row.attributes, accessor }]
      : [],
  );
}

function relationsNamed(
  reader: Reader,
  row: Expression | undefined,
  name: string | Expression | undefined,
): readonly LoadedRelation[] {
  const accessor = typeof name === "object" ? textOf(reader, name) : name;
  const given = row && argumentFor(reader, row);
  if (accessor === undefined || (given?.kind !== "Name" && given?.kind !== "Attribute")) return [];
  return alternativesOf(reader.interpreter.evaluate(given)).flatMap((value) =>
    value.kind === "instance" && value.model.relations.has(accessor)
      ? [{ attributes: value.attributes, accessor }]
      : [],
  );
}

function textOf(reader: Reader, name: Expression): string | undefined {
  const given = argumentFor(reader, name);
  return given?.kind === "StringLiteral" ? given.value : undefined;
}

/** What the call at hand gives for a parameter of the helper. */
function argumentFor({ given }: Reader, node: Expression): Expression | undefined {
  if (!given || node.kind === "StringLiteral") return node;
  return node.kind === "Name" ? given.get(node.name) : undefined;
}

/** `is_loaded(project, "owner")`: what a function of the project has made sure of on every way on which it says so. */
function relationsOfHelper({ given, interpreter }: Reader, call: Call): readonly LoadedRelation[] {
  if (given || !isPlainName(call.function)) return [];
  const callee = interpreter.evaluate(call.function);
  if (callee.kind !== "function" || callee.node.kind !== "FunctionDef") return [];
  const receiver = callee.receiver && call.function.kind === "Attribute" ? [call.function.value] : [];
  const reader = { interpreter, given: argumentsOf(callee.node.parameters, receiver, call) };
  const [first, ...others] = waysToTrue(reader, callee.node.body) ?? [];
  return (first ?? []).filter((relation) =>
    others.every((way) => way.some((each) => isSame(each, relation))),
  );
}

/** `is_loaded`, `self.is_loaded` */
function isPlainName(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && node.value.kind === "Name");
}

function argumentsOf(
  parameters: readonly Parameter[],
  receiver: readonly Expression[],
  { arguments: positional, keywords }: Call,
): ReadonlyMap<string, Expression> {
  const given = new Map<string, Expression>();
  for (const [index, value] of [...receiver, ...positional].entries()) {
    const parameter = parameters[index];
    if (parameter) given.set(parameter.name, value);
  }
  for (const { name, value } of keywords) if (name) given.set(name.name, value);
  return given;
}

/** The relations that each `return` of something true rests on. Undefined for what is more than tests and returns. */
function waysToTrue(
  reader: Reader,
  body: readonly Statement[],
): readonly (readonly LoadedRelation[])[] | undefined {
  const ways: (readonly LoadedRelation[])[] = [];
  for (const statement of body) {
    switch (statement.kind) {
      case "ExpressionStatement":
        if (statement.value.kind !== "StringLiteral") return undefined;
        break;
      case "If": {
        const [only, ...others] = statement.body;
        if (only?.kind !== "Return" || others.length > 0 || statement.orElse.length > 0) return undefined;
        if (isTrue(only.value)) ways.push(relationsLoadedWhere(reader, statement.test, true));
        else if (!isFalse(only.value)) return undefined;
        break;
      }
      case "Return":
        if (!statement.value || isFalse(statement.value)) return ways;
        return [...ways, relationsLoadedWhere(reader, statement.value, true)];
      default:
        return undefined;
    }
  }
  return ways;
}

function isTrue(node: Expression | undefined): boolean {
  return node?.kind === "ConstantLiteral" && node.value === "True";
}

function isFalse(node: Expression | undefined): boolean {
  return node === undefined || (node.kind === "ConstantLiteral" && node.value !== "True");
}

function isSame(first: LoadedRelation, second: LoadedRelation): boolean {
  return first.attributes === second.attributes && first.accessor === second.accessor;
}
