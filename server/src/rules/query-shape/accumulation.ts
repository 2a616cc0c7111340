/** Loops that do nothing but add up, or take away. */
import type { TextRange } from "../../base/text-range.ts";
import type { Expression, For } from "../../syntax/ast.ts";

export interface Accumulation {
  /** The loop. */
  readonly node: TextRange;
  /** What is added in each round. */
  readonly value: Expression;
  /** `total += ` */
  readonly before: string;
}

/** `for task in tasks: total += task.position` */
export function accumulationIn(node: For): Accumulation | undefined {
  const [only, ...others] = node.body;
  if (!only || others.length > 0 || node.orElse.length > 0) return undefined;
  if (only.kind !== "AugAssign" || !/^[+-]$/.test(only.operator) || only.target.kind !== "Name")
    return undefined;
  return { node, value: only.value, before: `${only.target.name} ${only.operator}= ` };
}
