import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { createRemedy } from "./create-fix.ts";
import { benefitWithoutSaves, estimateOf, sourceOf, writeFinding } from "./write-finding.ts";
import { isInsert, type WriteLoop, writeLoops } from "./write-loop.ts";

export const createInLoop: FactRule = {
  kind: "facts",
  code: "QS301",
  name: "create-in-loop",
  summary: "Rows are inserted one by one in a loop",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    writeLoops(context)
      .filter(isInsert)
      .map((writeLoop) => findingOf(context, writeLoop)),
};

function findingOf(context: RuleContext, writeLoop: WriteLoop): Finding {
  const { write } = writeLoop;
  const { model, location } = write;
  const { fixes, outside, obstacle, benefit } = createRemedy(context, writeLoop);
  // Each multi-table parent has a table of its own.
  const estimate = estimateOf(writeLoop, 1 + model.parents.length, outside);
  const call = sourceOf(context, location.path, write.node.function);
  return {
    ...writeFinding(
      context,
      createInLoop,
      writeLoop,
      estimate,
      benefitWithoutSaves(context, writeLoop, benefit),
    ),
    message: `"${call}()" inserts one ${model.name} per round: ${estimate.before} queries, ${estimate.after} with bulk_create().`,
    help:
      obstacle === undefined
        ? "Collect the instances and insert them with one bulk_create(objs, batch_size=500)."
        : `Collect the instances and insert them with one bulk_create(); not offered as a fix, because ${obstacle}.`,
    location,
    origin: location,
    fixes,
  };
}
