import { classOf } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { doubtful } from "./bulk-fix.ts";
import { queriesPerDelete } from "./delete-cost.ts";
import { deleteRemedy } from "./delete-fix.ts";
import { isForOneRow, picksFew } from "./deleted-rows.ts";
import { isOfUnreadLibrary } from "./side-effects.ts";
import { estimateOf, helpOf, sourceOf, writeFinding } from "./write-finding.ts";
import { type WriteLoop, writeLoopsOf } from "./write-loop.ts";

export const deleteInLoop: FactRule = {
  kind: "facts",
  code: "QS303",
  name: "delete-in-loop",
  summary: "Rows are deleted one by one in a loop",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    writeLoopsOf(context, "delete")
      .filter((writeLoop) => isForOneRow(context, writeLoop))
      .map((writeLoop) => findingOf(context, writeLoop)),
};

function findingOf(context: RuleContext, writeLoop: WriteLoop): Finding {
  const { write, all } = writeLoop;
  const { model, location, receiver } = write;
  const deleted = all.some((other) => other.model !== model) ? "row" : model.name;
  const remedy = deleteRemedy(context, writeLoop);
  const isRead = all.every((other) => !isOfUnreadLibrary(context.project.program, other.model));
  const { fixes, outside, obstacle, benefit } = isRead
    ? remedy
    : {
        ...remedy,
        fixes: [],
        benefit: doubtful,
        obstacle: `${model.name} is of a library, whose delete() may do more`,
      };
  const { ofRow, ofQueryset } = queriesPerDelete(context, model);
  const estimate = estimateOf(
    writeLoop,
    receiver.kind === "instance" ? ofRow : ofQueryset,
    outside,
    false,
    ofQueryset,
  );
  // What makes the score low already may be the same reason.
  const isDoubtful = ["medium", "low"].includes(classOf(writeLoop.score * benefit));
  // A loop that does more than delete stays as it is, often on purpose: what the rounds do may be worth more than the deletions.
  const isForFew = picksFew(context, writeLoop) || fixes.length === 0;
  const worth = isForFew && !isDoubtful ? doubtful : benefit;
  const call = sourceOf(context, location.path, write.node.function);
  const advice = "Delete all of them with one delete() of a queryset, which sends the same signals.";
  return {
    ...writeFinding(context, deleteInLoop, writeLoop, estimate, worth),
    message: `"${call}()" deletes each ${deleted} on its own: ${estimate.before} queries, ${estimate.after} with one delete() of a queryset.`,
    help: helpOf(advice, obstacle),
    location,
    origin: location,
    fixes,
  };
}
