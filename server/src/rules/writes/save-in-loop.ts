import { atLeast } from "../../django/version.ts";
import { anyField } from "../../queryset/instance.ts";
import { atMostMedium } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { impossible, type Remedy, withFix, withoutFix } from "./bulk-fix.ts";
import { bulkUpdateRemedy } from "./bulk-update-fix.ts";
import { whyNoSite, writeSiteOf } from "./deferral.ts";
import { isRowOfOneObject } from "./one-object.ts";
import { sideEffectsOf } from "./side-effects.ts";
import { updateFieldsFix } from "./update-fields-fix.ts";
import { type UpdateFix, updateFix } from "./update-fix.ts";
import { benefitWithoutSaves, estimateOf, helpOf, sourceOf, writeFinding } from "./write-finding.ts";
import { isInsert, type WriteLoop, writeLoops } from "./write-loop.ts";
import { fieldsNamed, writtenOnAllWays } from "./written-fields.ts";

export const saveInLoop: FactRule = {
  kind: "facts",
  code: "QS302",
  name: "save-in-loop",
  summary: "Rows are saved one by one in a loop",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    writeLoops(context)
      .filter((writeLoop) => !isInsert(writeLoop))
      .filter(changesColumns)
      .flatMap((writeLoop) => findingsOf(context, writeLoop)),
};

/** A row that is saved as it is, or after a change of its many-to-many relations, is saved for the sake of its hooks. */
function changesColumns({ all }: WriteLoop): boolean {
  return all.some(
    ({ assigned, model, node }) =>
      node.keywords.some(({ name }) => name?.name === "update_fields") ||
      [...assigned.keys()].some((name) => name === anyField || fieldsNamed(model, name).length > 0),
  );
}

function findingsOf(context: RuleContext, writeLoop: WriteLoop): readonly Finding[] {
  const { write, all } = writeLoop;
  const { model, location } = write;
  // How many rows one object has, the code seldom tells.
  const isOfOne = all.every((each) => isRowOfOneObject(context, each));
  const saved = all.some((other) => other.model !== model) ? "row" : model.name;
  const { update, fixes, outside, obstacle, benefit } = remedyOf(context, writeLoop);
  // There is nothing else that saves rows with values of their own.
  if (!update && !atLeast(context.django, 2, 2)) return [];
  const origin = update
    ? { path: location.path, range: { start: update.origin.start, end: update.origin.end } }
    : location;
  const estimate = estimateOf(writeLoop, 1 + model.parents.length, outside, !update);
  const row = sourceOf(context, location.path, write.node.function);
  const method = update ? "update()" : "bulk_update()";
  const advice = update
    ? "Let the database change all rows with one update()."
    : "Collect the changed rows and save them with one bulk_update(objs, fields, batch_size=500).";
  const worth = benefitWithoutSaves(context, writeLoop, benefit);
  const finding = writeFinding(context, saveInLoop, writeLoop, estimate, worth);
  return [
    {
      ...finding,
      confidence: isOfOne ? atMostMedium(finding.confidence) : finding.confidence,
      message: `"${row}()" sends one UPDATE per ${saved}: ${estimate.before} queries, ${estimate.after} with ${method}.`,
      help: helpOf(advice, obstacle),
      location: origin,
      origin,
      fixes,
    },
  ];
}

interface SaveRemedy extends Remedy {
  /** One `update()` does it. */
  readonly update: UpdateFix | undefined;
}

function remedyOf(context: RuleContext, writeLoop: WriteLoop): SaveRemedy {
  const { write, all } = writeLoop;
  const { model } = write;
  const { program } = context.project;
  const none = (remedy: Remedy): SaveRemedy => ({ update: undefined, ...remedy });
  const { obstacle, skipped } = sideEffectsOf(context, model);
  if (obstacle !== undefined) return none(impossible(obstacle));
  if (all.some((other) => other.isNew)) return none(impossible("some of the rows may be new"));
  if (all.some((other) => other.model !== model)) return none(withoutFix("several models are written here"));
  const site = writeSiteOf(context, writeLoop);
  if (!site) return none(withoutFix(whyNoSite(write)));

  const written = writtenOnAllWays(program, writeLoop, site);
  const narrow = updateFieldsFix(write, site.module.file.text, written, skipped) ?? [];
  const bulk = bulkUpdateRemedy(context, writeLoop, site, skipped);
  const update = updateFix(program, write, site, written, skipped);
  if (!update) return { update, ...bulk, fixes: [...bulk.fixes, narrow].flat() };
  const alternatives = bulk.fixes.map((fix) => ({ ...fix, preferred: false }));
  const remedy = withFix(update.fix, update.outside);
  return { update, ...remedy, fixes: [...remedy.fixes, ...alternatives, narrow].flat() };
}
