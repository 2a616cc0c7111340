import type { Location } from "../../base/text-range.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/** The source of the function around a place, empty outside of functions. */
export function sourceAround({ project: { program } }: RuleContext, { path, range }: Location): string {
  const module = program.moduleOfFile(path);
  if (!module) return "";
  const around = functionAround(module.file.tree, range);
  return around ? module.file.text.slice(around.start, around.end) : "";
}
