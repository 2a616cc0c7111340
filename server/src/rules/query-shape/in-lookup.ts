import type { Expression } from "../../syntax/ast.ts";
import type { Node } from "../../syntax/walk.ts";

/** The value is what a lookup compares with: `filter(project__in=[…])`. `around`: its ancestors, the parent last. */
export function isInLookup(around: readonly Node[], value: Expression): boolean {
  const keyword = around.at(-1);
  const call = around.at(-2);
  if (!keyword || "kind" in keyword || !("value" in keyword) || keyword.value !== value) return false;
  if (!call || !("kind" in call) || call.kind !== "Call") return false;
  return "name" in keyword && keyword.name?.name.endsWith("__in") === true;
}
