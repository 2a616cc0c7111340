/** Conditions that ask whether a relation of a row is loaded already: where they hold, reading it sends no query. */
import type { Instance } from "../../queryset/instance.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Attribute, Call, Comparison, Expression } from "../../syntax/ast.ts";
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
  const loaded = relationsLoadedWhere(interpreter, test, holds);
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

function relationsLoadedWhere(
  interpreter: Interpreter,
  test: Expression,
  holds: boolean,
): readonly LoadedRelation[] {
  switch (test.kind) {
    case "UnaryOperation":
      return test.operator === "not" ? relationsLoadedWhere(interpreter, test.operand, !holds) : [];
    case "BooleanOperation":
      return (test.operator === "and") === holds
        ? test.values.flatMap((value) => relationsLoadedWhere(interpreter, value, holds))
        : [];
    case "NamedExpression":
      return relationsLoadedWhere(interpreter, test.value, holds);
    case "Comparison":
      return relationsInCache(interpreter, test, holds);
    case "Call":
      return holds ? relationsOfCall(interpreter, test) : [];
    case "Attribute":
      return holds && test.attribute.name === "_result_cache" ? relationEvaluated(interpreter, test) : [];
    default:
      return [];
  }
}

/** `"owner" in project._state.fields_cache`, `project._state.fields_cache.get("owner") is not None` */
function relationsInCache(
  interpreter: Interpreter,
  { left, operators, comparators }: Comparison,
  holds: boolean,
): readonly LoadedRelation[] {
  const [operator] = operators;
  const [right] = comparators;
  if (operators.length !== 1 || !right) return [];
  switch (operator) {
    case "in":
    case "not in":
      return (operator === "in") === holds ? relationsKept(interpreter, right, left) : [];
    case "is":
    case "is not": {
      const isNone = right.kind === "ConstantLiteral" && right.value === "None";
      return isNone && (operator === "is not") === holds ? relationsLoadedWhere(interpreter, left, true) : [];
    }
    default:
      return [];
  }
}

/** `Project.owner.is_cached(project)`, `project._state.fields_cache.get("owner")` */
function relationsOfCall(interpreter: Interpreter, call: Call): readonly LoadedRelation[] {
  const [first, second] = call.arguments;
  if (!first) return [];
  if (call.function.kind === "Name") {
    return call.function.name === "hasattr" ? relationsPrefetchedInto(interpreter, first, second) : [];
  }
  if (call.function.kind !== "Attribute") return [];
  const { attribute, value } = call.function;
  switch (attribute.name) {
    case "is_cached":
      return relationsNamed(interpreter, first, nameOfField(value));
    case "get":
      return relationsKept(interpreter, value, first);
    default:
      return [];
  }
}

/** `hasattr(project, "_prefetched_tasks")` */
function relationsPrefetchedInto(
  interpreter: Interpreter,
  row: Expression,
  name: Expression | undefined,
): readonly LoadedRelation[] {
  const prefix = "_prefetched_";
  return name?.kind === "StringLiteral" && name.value.startsWith(prefix)
    ? relationsNamed(interpreter, row, name.value.slice(prefix.length))
    : [];
}

/** `project.tasks.all()._result_cache`: only a prefetch fills it. */
function relationEvaluated(interpreter: Interpreter, { value }: Attribute): readonly LoadedRelation[] {
  const method = value.kind === "Call" && value.function.kind === "Attribute" ? value.function : undefined;
  if (method?.attribute.name !== "all" || method.value.kind !== "Attribute") return [];
  const relations = relationsNamed(interpreter, method.value.value, method.value.attribute.name);
  for (const { attributes } of relations) interpreter.askedForPrefetches.add(attributes);
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
function relationsKept(
  interpreter: Interpreter,
  cache: Expression,
  name: Expression,
): readonly LoadedRelation[] {
  if (cache.kind !== "Name") return relationsNamed(interpreter, rowOfCache(cache), name);
  const accessor = name.kind === "StringLiteral" ? name.value : undefined;
  if (accessor === undefined) return [];
  return alternativesOf(interpreter.evaluate(cache)).flatMap((value) =>
    value.kind === "mapping" && value.cacheOf?.row.model.relations.has(accessor)
      ? [{ attributes: value.cacheOf.row.attributes, accessor }]
      : [],
  );
}

function relationsNamed(
  interpreter: Interpreter,
  row: Expression | undefined,
  name: string | Expression | undefined,
): readonly LoadedRelation[] {
  const accessor = typeof name === "object" ? (name.kind === "StringLiteral" ? name.value : undefined) : name;
  if (accessor === undefined || (row?.kind !== "Name" && row?.kind !== "Attribute")) return [];
  return alternativesOf(interpreter.evaluate(row)).flatMap((value) =>
    value.kind === "instance" && value.model.relations.has(accessor)
      ? [{ attributes: value.attributes, accessor }]
      : [],
  );
}
