import type { RuleContext } from "../rule-context.ts";
import { createRemedy } from "../writes/create-fix.ts";
import { isInsert, type WriteLoop, writeLoops } from "../writes/write-loop.ts";
import type { Refactoring } from "./refactoring.ts";

/** Inserts of a loop as one `bulk_create()`, also where the rule about it is silenced or not sure enough to speak. */
export function bulkCreates(context: RuleContext, path: string): readonly Refactoring[] {
  return writeLoops(context)
    .filter((writeLoop) => writeLoop.write.location.path === path && isInsert(writeLoop))
    .flatMap((writeLoop) => {
      const [fix] = createRemedy(context, writeLoop).fixes;
      if (fix === undefined) return [];
      return [{ kind: "refactor.rewrite", title: fix.title, range: rangeOf(writeLoop), edits: fix.edits }];
    });
}

/** The whole loop, where it is one of this file. */
function rangeOf({ loop, write }: WriteLoop): Refactoring["range"] {
  const { start, end } = loop.location.path === write.location.path ? loop.statement : write.location.range;
  return { start, end };
}
