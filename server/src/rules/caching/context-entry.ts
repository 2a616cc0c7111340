/** Where a view puts a value into the context of its template. */
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import { flowsOf } from "../flows.ts";
import { usesOf } from "../writes/syntax-queries.ts";

export interface ContextEntry {
  /** What is computed, also by a name that stands for nothing else: `Task.objects.count()`. */
  readonly value: Expression;
  /** It is written in the entry itself. */
  readonly isInline: boolean;
}

/** `{"total": …}` and `context["total"] = …`; undefined where there are several, or the value has another use. */
export function contextEntry(view: FunctionDef, name: string): ContextEntry | undefined {
  const values: Expression[] = [];
  walk(view, (node) => {
    if (!("kind" in node)) return undefined;
    if (node.kind === "DictLiteral") {
      for (const { key, value } of node.entries) if (isText(key, name)) values.push(value);
    }
    if (node.kind === "Assign") {
      const isEntry = node.targets.some(
        (target) => target.kind === "Subscript" && isText(target.index, name),
      );
      if (isEntry) values.push(node.value);
    }
    return undefined;
  });
  const [value, ...others] = values;
  if (!value || others.length > 0) return undefined;
  if (value.kind !== "Name") return { value, isInline: true };
  const [only, ...further] = flowsOf(view).get(value.name) ?? [];
  const isForIt = only && further.length === 0 && usesOf(view, value.name).length <= 2;
  return isForIt ? { value: only, isInline: false } : undefined;
}

function isText(node: Expression | undefined, text: string): boolean {
  return node?.kind === "StringLiteral" && node.value === text;
}
