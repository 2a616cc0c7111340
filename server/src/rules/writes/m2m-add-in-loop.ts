import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { doubtful } from "./bulk-fix.ts";
import { isCallPerItem, relatedChange } from "./related-change.ts";
import { relatedChangeRemedy } from "./related-change-fix.ts";
import { roundsOf } from "./rounds.ts";
import { estimateOf, helpOf, sourceOf, writeFinding } from "./write-finding.ts";
import { type WriteLoop, writeLoopsOf } from "./write-loop.ts";

export const m2mAddInLoop: FactRule = {
  kind: "facts",
  code: "QS306",
  name: "m2m-add-in-loop",
  summary: "Rows of a many-to-many relation are added or removed one by one in a loop",
  level: "info",
  fix: "safe",
  stage: 2,
  run: (context) =>
    writeLoopsOf(context, "add", "remove").flatMap((writeLoop) => findingsOf(context, writeLoop)),
};

function findingsOf(context: RuleContext, writeLoop: WriteLoop): readonly Finding[] {
  const change = relatedChange(context, writeLoop);
  if (!change || !isCallPerItem(context, change)) return [];
  const { write } = writeLoop;
  const { location, model } = write;
  const { fixes, outside, obstacle, benefit } = relatedChangeRemedy(context, change);
  // Several at once already: as many calls as there are objects that get them.
  const isSeveral = write.node.arguments.some(({ kind }) => kind === "Starred");
  // Rounds that save their object need a query each, whatever becomes of its relation.
  const isSaved =
    !change.ofOneObject && roundsOf(context.facts, writeLoop.loop).saved.has(change.object.model.label);
  const estimate = estimateOf(
    writeLoop,
    change.queries,
    outside,
    true,
    change.ofOneObject ? change.queries : 1,
  );
  const call = sourceOf(context, location.path, write.node.function);
  const { method } = change;
  const together = change.ofOneObject
    ? `one ${method}(*items)`
    : method === "add"
      ? "one bulk_create() of the rows in between"
      : "one delete() of the rows in between";
  const advice = change.ofOneObject
    ? `Collect what changes and call ${method}() once with all of it.`
    : `Write the rows of the table in between, ${change.through}, with one ${method === "add" ? "bulk_create(rows, ignore_conflicts=True)" : "delete()"}.`;
  return [
    {
      ...writeFinding(
        context,
        m2mAddInLoop,
        writeLoop,
        estimate,
        isSeveral || isSaved ? Math.min(benefit, doubtful) : benefit,
      ),
      message: `"${call}()" ${method === "add" ? "adds" : "removes"} ${isSeveral ? "rows of" : "one"} ${model.name} per round: ${estimate.before} queries, ${estimate.after} with ${together}.`,
      help: helpOf(advice, obstacle),
      location,
      origin: location,
      fixes,
    },
  ];
}
