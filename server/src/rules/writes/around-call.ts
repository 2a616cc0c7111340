import type { Location } from "../../base/text-range.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

/** A loop of the same function stands around the place. */
export function isInLoop({ project: { program } }: RuleContext, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  const nodes = module ? pathTo(module.file.tree, range) : [];
  const own = nodes.findLastIndex((node) => "kind" in node && node.kind === "FunctionDef");
  return nodes
    .slice(own + 1)
    .some((node) => "kind" in node && (node.kind === "For" || node.kind === "While"));
}
