import type { Write } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { doubtful, once } from "./bulk-fix.ts";
import { isOfOneObject } from "./one-object.ts";
import { isUniqueTogether } from "./unique-keys.ts";
import { estimateOf, sourceOf, writeFinding } from "./write-finding.ts";
import { type WriteLoop, writeLoopsOf } from "./write-loop.ts";

export const getOrCreateInLoop: FactRule = {
  kind: "facts",
  code: "QS304",
  name: "get-or-create-in-loop",
  summary: "Rows are looked up or made one by one in a loop",
  level: "info",
  fix: "none",
  stage: 2,
  run: (context) => writeLoopsOf(context, "getOrCreate").map((writeLoop) => findingOf(context, writeLoop)),
};

function findingOf(context: RuleContext, writeLoop: WriteLoop): Finding {
  const { write } = writeLoop;
  const { location, model, node } = write;
  const call = sourceOf(context, location.path, node.function);
  const isUpdate = /update_or_create$/.test(call);
  const isUsed = !isStatement(write);
  // To rebuild such code for the few rows that one object may have is too much.
  const source = writeLoop.loop.source;
  const isForFew = source !== undefined && isOfOneObject(context, source, write.loops);
  const estimate = estimateOf(writeLoop, isUpdate ? 2 : 1, once, true, 2);
  const does = isUpdate ? "locks a row and saves it, or makes one," : "looks for a row, and makes it,";
  return {
    ...writeFinding(context, getOrCreateInLoop, writeLoop, estimate, isUsed || isForFew ? doubtful : 1),
    message: `"${call}()" ${does} in each round: at least ${estimate.before} queries for rows of ${model.name} that two can find and make.`,
    help: helpOf(writeLoop, isUpdate),
    location,
    origin: location,
    fixes: [],
  };
}

/** The call, or waiting for it, is the whole statement: nobody looks at the row. */
function isStatement({ node, statement }: Write): boolean {
  if (statement?.kind !== "ExpressionStatement") return false;
  const { value } = statement;
  return (value.kind === "Await" ? value.value : value) === node;
}

function helpOf({ write }: WriteLoop, isUpdate: boolean): string {
  const keys = write.node.keywords.flatMap(({ name }) =>
    name && name.name !== "defaults" && name.name !== "create_defaults" ? [name.name] : [],
  );
  if (isUpdate && isUniqueTogether(write.model, keys)) {
    const fields = keys.map((key) => `"${key}"`).join(", ");
    return `Write them with one bulk_create(objs, update_conflicts=True, unique_fields=[${fields}], update_fields=[…], batch_size=500).`;
  }
  return "Fetch the rows that exist with one filter(…__in=…) into a dictionary, and make the others with one bulk_create(objs, batch_size=500).";
}
