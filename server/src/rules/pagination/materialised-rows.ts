/** Lists that are made of all rows of a queryset, only to be cut into pages. */
import type { Location, TextRange } from "../../base/text-range.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesOf } from "../writes/syntax-queries.ts";

export interface MaterialisedRows {
  /** `list(rows)`, where it stands. */
  readonly node: Expression;
  /** The queryset in there, which could take its place: nothing is done to the rows. */
  readonly rows: TextRange | undefined;
  /** The list serves something else as well. */
  readonly isUsedElsewhere: boolean;
}

/** What the first argument of a paginator is made of; undefined where that is not written in the same function. */
export function materialisedRows(
  context: RuleContext,
  location: Location,
  argument: Expression,
): MaterialisedRows | undefined {
  if (argument.kind !== "Name") return formOf(argument, false);
  const code = codeAround(context, location);
  const [binding, ...others] = code ? bindingsOf(code.scope, argument.name) : [];
  if (!code || binding?.kind !== "assignment" || others.length > 0) return undefined;
  return formOf(binding.value, usesOf(code.scope, argument.name).length > 2);
}

function formOf(node: Expression, isUsedElsewhere: boolean): MaterialisedRows | undefined {
  switch (node.kind) {
    case "Call": {
      const [rows, ...others] = node.arguments;
      if (node.function.kind !== "Name" || !rows || rows.kind === "Starred") return undefined;
      const { name } = node.function;
      if (name !== "list" && name !== "tuple" && name !== "sorted") return undefined;
      const isPlain = name !== "sorted" && others.length === 0 && rows.kind !== "Comprehension";
      return { node, rows: isPlain ? rows : undefined, isUsedElsewhere };
    }
    case "Comprehension": {
      const [clause, ...others] = node.clauses;
      const isCopy =
        clause !== undefined &&
        others.length === 0 &&
        clause.conditions.length === 0 &&
        clause.target.kind === "Name" &&
        node.element.kind === "Name" &&
        node.element.name === clause.target.name;
      return { node, rows: isCopy ? clause.iterable : undefined, isUsedElsewhere };
    }
    default:
      return undefined;
  }
}
