import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { listsNames } from "../table-sizes.ts";
import { doubtful } from "./bulk-fix.ts";
import { keyedUpdateRemedy } from "./keyed-update-fix.ts";
import { isForOneKey } from "./one-key.ts";
import { estimateOf, helpOf, sourceOf, writeFinding } from "./write-finding.ts";
import { type WriteLoop, writeLoopsOf } from "./write-loop.ts";

export const updateInLoop: FactRule = {
  kind: "facts",
  code: "QS305",
  name: "update-in-loop",
  summary: "Rows are updated key by key in a loop",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    writeLoopsOf(context, "update")
      .filter((writeLoop) => isForOneKey(context, writeLoop))
      .map((writeLoop) => findingOf(context, writeLoop)),
};

function findingOf(context: RuleContext, writeLoop: WriteLoop): Finding {
  const { write } = writeLoop;
  const { model, location } = write;
  const { fixes, outside, obstacle, benefit } = keyedUpdateRemedy(context, writeLoop);
  const estimate = estimateOf(writeLoop, 1, outside);
  const isShort = listsNames(context.facts, context.project, model);
  const call = sourceOf(context, location.path, write.node.function);
  const advice =
    "Change all rows with one update(), or with one bulk_update(objs, fields, batch_size=500) where each gets values of its own.";
  return {
    ...writeFinding(
      context,
      updateInLoop,
      writeLoop,
      estimate,
      isShort ? Math.min(benefit, doubtful) : benefit,
    ),
    message: `"${call}()" sends an UPDATE of ${model.name} for each key: ${estimate.before} queries, ${estimate.after} for all of them at once.`,
    help: helpOf(advice, obstacle),
    location,
    origin: location,
    fixes,
  };
}
