/** Code that the project runs in its tests alone, though it stands elsewhere. */
import { containsRange, type Location } from "../base/text-range.ts";
import { isTestPath } from "../python/test-paths.ts";
import { pathTo, walkExpressions } from "../syntax/walk.ts";
import type { RuleContext } from "./rule-context.ts";

/** It stands in the body of an `if` that asks something which is defined in a module for tests: a flag that they set. */
export function isForTests({ project: { program } }: RuleContext, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  if (!module) return false;
  return pathTo(module.file.tree, range).some((node) => {
    if (!("kind" in node) || node.kind !== "If") return false;
    if (!node.body.some((statement) => containsRange(statement, range))) return false;
    let asksTests = false;
    walkExpressions(node.test, (each) => {
      if (each.kind !== "Name") return undefined;
      const symbol = program.resolveExpression(module, each);
      asksTests ||= "module" in symbol && isTestPath(symbol.module.file.path);
      return undefined;
    });
    return asksTests;
  });
}
