/** Numbers that come from the client: `int(request.GET.get("limit", 50))`. */
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { CodeAround } from "../n-plus-one/code-around.ts";

/** Parameters of a request: of Django's `HttpRequest`, and of Django REST framework's `Request`. */
const parameters: ReadonlySet<string> = new Set(["GET", "POST", "query_params"]);
/** The function makes a number of what the client sends as text. */
export function isNumber(code: CodeAround, node: Expression, depth = 0): boolean {
  let converts = false;
  walkExpressions(node, (each) => {
    if (each.kind === "Call" && each.function.kind === "Name") converts ||= numbers.has(each.function.name);
    else if (each.kind === "Name" && depth < 4) {
      converts ||= bindingsOf(code.scope, each.name).some(
        (binding) => binding.kind === "assignment" && isNumber(code, binding.value, depth + 1),
      );
    }
    return !converts;
  });
  return converts;
}

const numbers: ReadonlySet<string> = new Set(["int", "float", "round"]);
/** They give the number that they are given, or another form of it. */
const conversions: ReadonlySet<string> = new Set(["int", "abs", "str", "float", "max"]);

/**
 * The name under which the client sends the number, where nothing bounds it. Undefined for numbers from elsewhere, and
 * for those that the function compares with something or puts through `min()`.
 */
export function requestedNumber(code: CodeAround, node: Expression, depth = 0): string | undefined {
  if (depth > 4) return undefined;
  const next = (inner: Expression | undefined): string | undefined =>
    inner && requestedNumber(code, inner, depth + 1);
  switch (node.kind) {
    case "Call": {
      const { function: callee, arguments: given } = node;
      if (callee.kind === "Name") return conversions.has(callee.name) ? firstOf(given, next) : undefined;
      if (callee.kind !== "Attribute" || callee.attribute.name !== "get") return undefined;
      return isParameters(callee.value) ? textOf(given[0]) : undefined;
    }
    case "Subscript":
      return isParameters(node.value) ? textOf(node.index) : undefined;
    case "BooleanOperation":
      return firstOf(node.values, next);
    case "BinaryOperation":
      return next(node.left) ?? next(node.right);
    case "Conditional":
      return next(node.body) ?? next(node.orElse);
    case "Name":
      return isCompared(code, node.name) ? undefined : requestedByName(code, node.name, depth);
    default:
      return undefined;
  }
}

/** It reads a parameter of the request, or a name that one was assigned to. */
export function comesFromRequest(code: CodeAround, node: Expression): boolean {
  let comes = false;
  walkExpressions(node, (each) => {
    comes ||=
      isParameters(each) ||
      (each.kind === "Name" &&
        bindingsOf(code.scope, each.name).some(
          (binding) => binding.kind === "assignment" && readsParameters(binding.value),
        ));
    return !comes;
  });
  return comes;
}

function readsParameters(value: Expression): boolean {
  let reads = false;
  walkExpressions(value, (node) => {
    reads ||= isParameters(node);
    return !reads;
  });
  return reads;
}

function requestedByName(code: CodeAround, name: string, depth: number): string | undefined {
  const bindings = bindingsOf(code.scope, name);
  const values = bindings.flatMap((binding) => (binding.kind === "assignment" ? [binding.value] : []));
  // A value that something else gives may be the bounded one.
  if (values.length === 0 || values.length < bindings.length) return undefined;
  const requested = values.map((value) => requestedNumber(code, value, depth + 1));
  const isKnown = values.every(
    (value, index) =>
      requested[index] !== undefined || value.kind === "NumberLiteral" || refersTo(value, name),
  );
  return isKnown ? requested.find((parameter) => parameter !== undefined) : undefined;
}

/** `limit = int(limit)` */
function refersTo(value: Expression, name: string): boolean {
  if (value.kind !== "Call" || value.function.kind !== "Name" || !conversions.has(value.function.name))
    return false;
  const [argument] = value.arguments;
  return argument?.kind === "Name" && argument.name === name;
}

/** `if limit > 100: …`: the code knows how much it gives away. */
function isCompared({ scope }: CodeAround, name: string): boolean {
  let found = false;
  for (const statement of scope.body) {
    walkExpressions(statement, (node) => {
      if (node.kind === "Comparison")
        found ||= [node.left, ...node.comparators].some((side) => side.kind === "Name" && side.name === name);
      return !found;
    });
  }
  return found;
}

function isParameters(node: Expression): boolean {
  return node.kind === "Attribute" && parameters.has(node.attribute.name);
}

function textOf(node: Expression | undefined): string | undefined {
  return node?.kind === "StringLiteral" ? node.value : undefined;
}

function firstOf(
  nodes: readonly Expression[],
  find: (node: Expression) => string | undefined,
): string | undefined {
  for (const node of nodes) {
    const found = find(node);
    if (found !== undefined) return found;
  }
  return undefined;
}
