/** Adds to a many-to-many relation of many objects by one `bulk_create()` of the rows in between. */

import type { Model, ModelGraph } from "../../django/model-graph.ts";
import { unusedName } from "../../edits/names.ts";
import { lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import { anyModel } from "../../interpret/facts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { batchSize, impossible, once, type Remedy, withFix, withoutFix } from "./bulk-fix.ts";
import { type ForLoop, obstacleOfLoop, type WriteSite } from "./deferral.ts";
import { type RelatedChange, readsRelation } from "./related-change.ts";
import { namesIn } from "./syntax-queries.ts";

/** `task.tags.add(tag)` as `to_add.append(Task.tags.through(task=task, tag=tag))`, where both are single rows. */
export function throughRowsRemedy({ project }: RuleContext, change: RelatedChange, site: WriteSite): Remedy {
  const { write, object, relation, manager, method, throughModel, isHeard } = change;
  const { file } = site.module;
  const [item] = write.node.arguments;
  const [value] = write.given;
  const found = loopToLeave(change, site);
  if (typeof found === "string") return impossible(found);
  if (method === "remove" || throughModel) return withoutFix("each round changes another object");
  if (!item || value?.kind !== "instance" || value.model.label !== write.model.label)
    return withoutFix("it is not known whether rows or keys are added");
  const columns = columnsOf(project.models, change);
  const name = modelName(project.program, site.module, object.model, site.function);
  if (!columns || !name || !relation.accessor)
    return withoutFix(`${object.model.name} has no name that is safe to use here`);
  if (!startsLine(file.text, found.statement.start)) return withoutFix("the loop shares its line");
  const source = (node: { readonly start: number; readonly end: number }): string =>
    file.text.slice(node.start, node.end);
  const list = unusedName(namesIn(site.function ?? file.tree), ["to_add", `${relation.accessor}_to_add`]);
  const through = `${name.expression}.${relation.accessor}.through`;
  const isAsync = site.expression.kind === "Await";
  const bulk = `${isAsync ? "await " : ""}${through}.objects.${isAsync ? "abulk_create" : "bulk_create"}`;
  const edits = [
    ...name.edits,
    lineBefore(file.text, found.statement, `${list} = []`),
    {
      range: { start: site.expression.start, end: site.expression.end },
      newText: `${list}.append(${through}(${columns.object}=${source(manager.value)}, ${columns.item}=${source(item)}))`,
    },
    lineAfter(file.text, found.statement, `${bulk}(${list}, ignore_conflicts=True, batch_size=${batchSize})`),
  ];
  return withFix(
    {
      title: "Collect the rows in between and add them with one bulk_create() (skips m2m_changed)",
      safety: isHeard ? "suggestion" : "unsafe",
      preferred: !isHeard,
      edits: edits.map((edit) => ({ path: file.path, ...edit })),
    },
    multiplicityOf(write.loops.slice(0, write.loops.indexOf(found))) ?? once,
  );
}

/** The outermost loop behind which the rows can be added, or why there is none. */
function loopToLeave(
  { write, object, relation, manager }: RelatedChange,
  { loops }: WriteSite,
): ForLoop | string {
  let reason = "the loop was not understood";
  for (const loop of loops) {
    const { statement, touched } = loop;
    const reads =
      touched.has(anyModel) ||
      touched.has(object.model.label) ||
      readsRelation(statement, manager.attribute.name);
    const obstacle =
      obstacleOfLoop(statement, write) ??
      (reads ? `the loop may read the ${relation.accessor} of rows` : undefined);
    if (obstacle === undefined) return loop;
    reason = obstacle;
  }
  return reason;
}

/** The two foreign keys of the table in between; undefined where both lead to the same model. */
function columnsOf(
  models: ModelGraph,
  { relation, object, write }: RelatedChange,
): { readonly object: string; readonly item: string } | undefined {
  const through = relation.field.through === undefined ? undefined : models.model(relation.field.through);
  const keyTo = (model: Model): string | undefined => {
    const keys = [...(through?.fields.values() ?? [])].filter(({ target }) => target === model.label);
    return keys.length === 1 ? keys[0]?.name : undefined;
  };
  const ofObject = keyTo(object.model);
  const ofItem = keyTo(write.model);
  return ofObject !== undefined && ofItem !== undefined && ofObject !== ofItem
    ? { object: ofObject, item: ofItem }
    : undefined;
}
