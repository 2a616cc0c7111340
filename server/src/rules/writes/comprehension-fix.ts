/** Replaces inserts in a list comprehension by one `bulk_create()`. */
import type { TextEdit } from "../../edits/text-edit.ts";
import { anyModel, outsideWorld } from "../../interpret/facts.ts";
import type { Comprehension, Expression } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  batchSize,
  bulkFix,
  createTitle,
  impossible,
  isInBatches,
  once,
  type Remedy,
  withFix,
  withoutFix,
} from "./bulk-fix.ts";
import { type Construction, constructionOf } from "./create-edits.ts";
import { whyNoSite } from "./deferral.ts";
import { managerExpression } from "./manager-expression.ts";
import { functionAround, namesIn } from "./syntax-queries.ts";
import type { WriteLoop } from "./write-loop.ts";

/** `[Task.objects.create(title=title) for title in titles]` */
export function comprehensionRemedy(
  context: RuleContext,
  { write, loop }: WriteLoop,
  comprehension: Comprehension,
  skipped: readonly string[],
): Remedy {
  const module = context.project.program.moduleOfFile(write.location.path);
  if (!module || write.calls.length > loop.depth) return withoutFix(whyNoSite(write));
  const { element } = comprehension;
  const isAsync = element.kind === "Await";
  const isElement = element === write.node || (isAsync && element.value === write.node);
  if (comprehension.form !== "list" || !isElement || write.operation !== "create") {
    return withoutFix("the rows are not collected in a list");
  }
  const loops = write.loops.filter(({ statement }) => statement === comprehension);
  const touched = loops.flatMap((inner) => [...inner.touched]);
  if (touched.includes(write.model.label) || touched.includes(anyModel)) {
    return impossible(`other rounds read ${write.model.name}`);
  }
  const inside = functionAround(module.file.tree, comprehension);
  const target = managerExpression(context, write, module, inside);
  const construction = target && constructionOf(module.file.text, write, target.className);
  if (!target || !construction) return withoutFix(`${write.model.name} has no name that is safe to use here`);
  if (target.expression && mentionsTarget(comprehension, target.expression)) {
    return withoutFix("the manager is another in each round");
  }
  const parent = pathTo(module.file.tree, comprehension).at(-2);
  const parentKind = parent && "kind" in parent ? parent.kind : undefined;
  if (isAsync && (parentKind === "Attribute" || parentKind === "Subscript")) {
    return withoutFix("the list is part of an expression");
  }
  const outside = multiplicityOf(write.loops.filter((outer) => !loops.includes(outer))) ?? once;
  const operation = {
    title: createTitle,
    skipped,
    doubts: [
      ...isInBatches(write.loops),
      ...(touched.includes(outsideWorld) ? ["a failure loses the rows of finished rounds"] : []),
    ],
    notes: parentKind !== "ExpressionStatement" ? ["MySQL returns no primary keys"] : [],
  };
  const edits = [...target.edits, ...wrapped(comprehension, construction, target.manager, isAsync)];
  return withFix(bulkFix(operation, module.file.path, edits), outside);
}

function wrapped(
  { start, end, element }: Comprehension,
  construction: Construction,
  manager: string,
  isAsync: boolean,
): readonly TextEdit[] {
  const call = isAsync ? `await ${manager}.abulk_create(` : `${manager}.bulk_create(`;
  return [
    { range: { start, end: start }, newText: call },
    ...(isAsync ? [{ range: { start: element.start, end: construction.start }, newText: "" }] : []),
    ...construction.edits,
    { range: { start: end, end }, newText: `, batch_size=${batchSize})` },
  ];
}

function mentionsTarget(comprehension: Comprehension, expression: Expression): boolean {
  const names = namesIn(expression);
  return comprehension.clauses.some(({ target }) => [...namesIn(target)].some((name) => names.has(name)));
}
