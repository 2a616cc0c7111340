/** What flows into a value inside of one function, through its names. */
import type { Expression } from "../syntax/ast.ts";
import { type Node, walk, walkExpressions } from "../syntax/walk.ts";

/** For each name of a function: the expressions that it, or something in it, is made of. */
export type Flows = ReadonlyMap<string, readonly Expression[]>;

const known = new WeakMap<Node, Flows>();

export function flowsOf(scope: Node): Flows {
  let flows = known.get(scope);
  if (!flows) {
    flows = readFlows(scope);
    known.set(scope, flows);
  }
  return flows;
}

/**
 * The expression, and those that flow into the names in it, each once.
 *
 * @param isOpaque of the expressions for which it holds, the names inside are not followed
 */
export function flowingInto(
  flows: Flows,
  node: Expression,
  isOpaque: (node: Expression) => boolean = () => false,
): readonly Expression[] {
  const found = new Set<Expression>([node]);
  for (const expression of found) {
    for (const name of namesOf(expression, isOpaque)) {
      for (const value of flows.get(name) ?? []) found.add(value);
    }
  }
  return [...found];
}

function readFlows(scope: Node): Flows {
  const flows = new Map<string, Expression[]>();
  const add = (target: Expression, value: Expression): void => {
    for (const name of targetsOf(target)) {
      const values = flows.get(name);
      if (values) values.push(value);
      else flows.set(name, [value]);
    }
  };
  walk(scope, (node) => {
    if (!("kind" in node)) return undefined;
    switch (node.kind) {
      case "Assign":
        for (const target of node.targets) add(target, node.value);
        break;
      case "AnnAssign":
        if (node.value) add(node.target, node.value);
        break;
      case "AugAssign":
      case "NamedExpression":
        add(node.target, node.value);
        break;
      case "For":
        add(node.target, node.iterable);
        break;
      case "With":
        for (const { context, target } of node.items) if (target) add(target, context);
        break;
      case "Comprehension":
        for (const { target, iterable } of node.clauses) add(target, iterable);
        break;
      case "Call":
        // `rows.append(row)`, `context.update(stats)`
        if (node.function.kind === "Attribute" && filling.test(node.function.attribute.name)) {
          for (const argument of node.arguments) add(node.function.value, argument);
        }
        break;
      default:
        break;
    }
    return undefined;
  });
  return flows;
}

const filling = /^(?:add|append|extend|insert|setdefault|update)$/;

/** `stats` of `stats["open"]`, and both names of `(first, second)`. Not `self` of `self.stats`. */
function targetsOf(target: Expression): readonly string[] {
  switch (target.kind) {
    case "Name":
      return [target.name];
    case "Subscript":
      return targetsOf(target.value);
    case "Attribute":
      return target.value.kind === "Name" && target.value.name !== "self" ? [target.value.name] : [];
    case "Starred":
      return targetsOf(target.value);
    case "TupleLiteral":
    case "ListLiteral":
      return target.elements.flatMap(targetsOf);
    default:
      return [];
  }
}

function namesOf(expression: Expression, isOpaque: (node: Expression) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  walkExpressions(expression, (node) => {
    if (node.kind === "Name") names.add(node.name);
    return !isOpaque(node);
  });
  return names;
}
