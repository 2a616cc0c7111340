import type { Comprehension, Expression, Lambda } from "../syntax/ast.ts";
import { targetNames } from "../syntax/name-bindings.ts";
import { forEachChild, isExpression, type Node } from "../syntax/walk.ts";

/** The names that an expression reads from around it, each once, in the order of the text. */
export function freeNames(expression: Expression): readonly string[] {
  const names = new Set<string>();
  collect(expression, new Set(), names);
  return [...names];
}

function collect(node: Node, bound: ReadonlySet<string>, names: Set<string>): void {
  if (isExpression(node)) {
    switch (node.kind) {
      case "Name":
        if (!bound.has(node.name)) names.add(node.name);
        return;
      case "Comprehension":
        collectFromComprehension(node, bound, names);
        return;
      case "Lambda":
        collectFromLambda(node, bound, names);
        return;
      case "NamedExpression":
        collect(node.value, bound, names);
        return;
    }
  }
  forEachChild(node, (child) => collect(child, bound, names));
}

/** Its first iterable is evaluated outside of it. */
function collectFromComprehension(node: Comprehension, bound: ReadonlySet<string>, names: Set<string>): void {
  const inside = new Set(bound);
  node.clauses.forEach((clause, index) => {
    collect(clause.iterable, index === 0 ? bound : inside, names);
    for (const name of targetNames(clause.target)) inside.add(name);
    for (const condition of clause.conditions) collect(condition, inside, names);
  });
  if (node.key !== undefined) collect(node.key, inside, names);
  collect(node.element, inside, names);
}

function collectFromLambda(node: Lambda, bound: ReadonlySet<string>, names: Set<string>): void {
  for (const parameter of node.parameters)
    if (parameter.default !== undefined) collect(parameter.default, bound, names);
  collect(node.body, new Set([...bound, ...node.parameters.map(({ name }) => name)]), names);
}
