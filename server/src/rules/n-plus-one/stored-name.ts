import type { RepeatedQuery } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";

/** Names for what the query gives, the best first: `tasks`, `task_count`. */
export function storedNames({ node, queryset }: RepeatedQuery): readonly [string, ...string[]] {
  const { related } = queryset;
  const rows = related?.relation.accessor ?? queryset.model.name.toLowerCase();
  const last = lastName(node);
  const isRow = !related && (last === "get" || last === "first" || last === "last");
  const name = last === undefined || last === rows || last === "all" || isRow ? rows : `${rows}_${last}`;
  const isIndex = node.kind === "Subscript";
  return isIndex ? [`first_${rows}`, `${rows}_row`] : [name, `${name}_found`];
}

function lastName(node: Expression): string | undefined {
  switch (node.kind) {
    case "Call":
      return lastName(node.function);
    case "Attribute":
      return node.attribute.name;
    default:
      return undefined;
  }
}
