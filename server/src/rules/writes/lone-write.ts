/** A write that is a statement of a loop, nothing around which speaks against writing all rows at once. */
import { startsLine } from "../../edits/statement-lines.ts";
import type { RuleContext } from "../rule-context.ts";
import { impossible, type Remedy, withoutFix } from "./bulk-fix.ts";
import { type ForLoop, sendsSomething, type WriteSite, whyNoSite, writeSiteOf } from "./deferral.ts";
import { progressIsStored, storesProgress } from "./progress.ts";
import { statementsAround } from "./syntax-queries.ts";
import type { WriteLoop } from "./write-loop.ts";

export interface LoneWrite {
  readonly site: WriteSite;
  /** The innermost loop. */
  readonly loop: ForLoop;
}

/** Where it stands, or why there is no fix. */
export function loneWrite(context: RuleContext, writeLoop: WriteLoop): LoneWrite | Remedy {
  const { write } = writeLoop;
  const site = writeSiteOf(context, writeLoop);
  const loop = site?.loops.at(-1);
  if (!site || !loop) return withoutFix(whyNoSite(write));
  const { statement } = loop;
  if (statementsAround(statement.body, write.location.range).some(({ kind }) => kind === "With")) {
    return impossible("each round has a context of its own, such as a transaction");
  }
  if (sendsSomething(context, write.location, loop)) return impossible("each round reaches another system");
  if (storesProgress(context, write, loop)) return impossible(progressIsStored);
  const isStatement =
    site.statement.kind === "ExpressionStatement" && site.statement.value === site.expression;
  if (!isStatement) return impossible("the result of each write is used");
  if (statement.orElse.length > 0 || !startsLine(site.module.file.text, statement.start)) {
    return withoutFix("the loop was not understood");
  }
  return { site, loop };
}
