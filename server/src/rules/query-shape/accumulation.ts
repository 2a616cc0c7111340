/** Loops that do nothing but add up, or take away. */
import type { TextRange } from "../../base/text-range.ts";
import type { Expression, For, If } from "../../syntax/ast.ts";

export interface Accumulation {
  /** The loop. */
  readonly node: TextRange;
  /** What is added in each round. */
  readonly value: Expression;
  /** `if task.done:` around it. */
  readonly condition: Expression | undefined;
  /** `total += ` */
  readonly before: string;
}

/** `for task in tasks: total += task.position`, also with a condition around the addition. */
export function accumulationIn(node: For): Accumulation | undefined {
  const condition = conditionIn(node);
  const [only, ...others] = condition?.body ?? node.body;
  if (!only || others.length > 0 || node.orElse.length > 0) return undefined;
  if (only.kind !== "AugAssign" || !/^[+-]$/.test(only.operator) || only.target.kind !== "Name")
    return undefined;
  return {
    node,
    value: only.value,
    condition: condition?.test,
    before: `${only.target.name} ${only.operator}= `,
  };
}

function conditionIn({ body }: For): If | undefined {
  const [only, ...others] = body;
  return only?.kind === "If" && others.length === 0 && only.orElse.length === 0 ? only : undefined;
}
