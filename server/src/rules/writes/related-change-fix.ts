/** Changes a many-to-many relation once for all rounds of a loop. */
import { unusedName } from "../../edits/names.ts";
import { indentationAt, lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import { anyModel } from "../../interpret/facts.ts";
import type { Expression, For, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Fix, Safety } from "../finding.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";
import { impossible, once, type Remedy, withFix, withoutFix } from "./bulk-fix.ts";
import {
  type ForLoop,
  obstacleOfLoop,
  sendsSomething,
  type WriteSite,
  whyNoSite,
  writeSiteOf,
} from "./deferral.ts";
import { isNameChain } from "./manager-expression.ts";
import { progressIsStored, storesProgress } from "./progress.ts";
import type { RelatedChange } from "./related-change.ts";
import { isInvariant, isUsedBehind } from "./row-uses.ts";
import { namesIn } from "./syntax-queries.ts";
import { throughRowsRemedy } from "./through-rows-fix.ts";
import { commentsIn } from "./whole-loop.ts";

export function relatedChangeRemedy(context: RuleContext, change: RelatedChange): Remedy {
  const { writeLoop, write } = change;
  const site = writeSiteOf(context, writeLoop);
  if (!site) return withoutFix(whyNoSite(write));
  const { text } = site.module.file;
  const { statement, expression } = site;
  if (statement.kind !== "ExpressionStatement" || statement.value !== expression)
    return withoutFix("the call is part of an expression");
  const [item, ...others] = write.node.arguments;
  if (!item || others.length > 0 || write.node.keywords.length > 0)
    return withoutFix("the call has several arguments");
  if (storesProgress(context, write, writeLoop.loop)) return impossible(progressIsStored);
  if (!change.ofOneObject) return throughRowsRemedy(context, change, site);
  const loop = loopsOfObject(change, site)[0];
  if (!loop || !startsLine(text, loop.statement.start)) {
    return withoutFix("the object is given a name in each round");
  }
  const obstacle = obstacleOfLoop(loop.statement, write);
  if (obstacle !== undefined) return impossible(obstacle);
  const outside = multiplicityOf(write.loops.slice(0, write.loops.indexOf(loop))) ?? once;
  const whole = wholeLoopFix(change, site, loop, item);
  if (whole) return withFix(whole, outside);
  const need = whatNeedsEachChange(change, site, loop);
  return need === undefined
    ? withFix(collectingFix(context, change, site, loop, item), outside)
    : impossible(need);
}

/** Loops in which the object is the same in all rounds, outermost first. */
function loopsOfObject({ manager, object }: RelatedChange, { loops }: WriteSite): readonly ForLoop[] {
  const first = loops.findLastIndex(
    ({ statement, id }) =>
      object.varies.includes(id) || !isNameChain(manager) || !isInvariant(statement, manager),
  );
  return loops.slice(first + 1);
}

/** `for tag in tags: task.tags.add(tag)` as `task.tags.add(*tags)`. */
function wholeLoopFix(
  { write, method, mayBeHeard }: RelatedChange,
  site: WriteSite,
  loop: ForLoop,
  item: Expression,
): Fix | undefined {
  const { statement } = loop;
  const { file } = site.module;
  const conditional = onlyStatement(statement, site.statement);
  if (!conditional || item.kind === "Starred" || statement.async || loop !== site.loops.at(-1))
    return undefined;
  // In a comprehension, its "if" would be the comprehension's.
  if (statement.iterable.kind === "Conditional" || statement.iterable.kind === "Lambda") return undefined;
  const { tests } = conditional;
  const names = [...namesIn(statement.target)];
  if (names.some((name) => isUsedBehind(site, statement, name))) return undefined;
  const source = (node: Expression): string => file.text.slice(node.start, node.end);
  const isTarget =
    item.kind === "Name" && statement.target.kind === "Name" && item.name === statement.target.name;
  const iterable = source(statement.iterable);
  const conditions = tests.map((test) => ` if ${source(test)}`).join("");
  const items =
    isTarget && tests.length === 0
      ? iterable
      : `(${source(item)} for ${source(statement.target)} in ${iterable}${conditions})`;
  const isAsync = site.expression.kind === "Await";
  const indentation = indentationAt(file.text, statement.start);
  const comments = commentsIn(site, statement).map((comment) => `${comment}\n${indentation}`);
  const call = `${isAsync ? "await " : ""}${source(write.node.function)}(*${items})`;
  const notes = [
    ...(mayBeHeard ? [oneSignal] : []),
    ...([item, ...tests].every(isPlain) ? [] : ["all items are computed first"]),
    ...(loop.rows?.streamed ? ["keeps all rows in memory"] : []),
  ];
  return fixOf(
    `Replace the loop with one ${method}()`,
    notes.length > 0 ? "unsafe" : "safe",
    notes,
    file.path,
    [{ range: { start: statement.start, end: statement.end }, newText: comments.join("") + call }],
  );
}

const oneSignal = "receivers of m2m_changed get one signal for all";

/** The statement, where the loop has no other, with the conditions around it. */
function onlyStatement(
  loop: For,
  statement: Statement,
): { readonly tests: readonly Expression[] } | undefined {
  const tests: Expression[] = [];
  let block = loop.body;
  for (;;) {
    const [only] = block;
    if (!only || block.length > 1 || loop.orElse.length > 0) return undefined;
    if (only === statement) return { tests };
    if (only.kind !== "If" || only.orElse.length > 0) return undefined;
    tests.push(only.test);
    block = only.body;
  }
}

/** What it is has nothing to do with when it is asked. */
function isPlain(node: Expression): boolean {
  let calls = false;
  const visit = (part: Expression): boolean => {
    if (
      part.kind === "Call" ||
      part.kind === "Await" ||
      part.kind === "Yield" ||
      part.kind === "NamedExpression"
    )
      calls = true;
    return !calls;
  };
  if (visit(node)) walkExpressions(node, visit);
  return !calls;
}

/** Something in the rounds may ask for what the rounds before have changed; the end of a sentence with "because". */
function whatNeedsEachChange(
  { object, manager, write, relation }: RelatedChange,
  { module }: WriteSite,
  { statement, touched }: ForLoop,
): string | undefined {
  if (touched.has(anyModel) || touched.has(object.model.label))
    return `the loop may read the ${relation.accessor} of rows`;
  const accessor = manager.attribute.name;
  const owner = module.file.text.slice(manager.value.start, manager.value.end);
  let isUsed = false;
  walkExpressions(statement, (node) => {
    const isSame = node.kind === "Attribute" && node.attribute.name === accessor && node !== manager;
    const isHandedOver =
      node.kind === "Call" &&
      node !== write.node &&
      [...node.arguments, ...node.keywords.map(({ value }) => value)].some(
        (value) => module.file.text.slice(value.start, value.end) === owner,
      );
    if (isSame || isHandedOver) isUsed = true;
    return !isUsed;
  });
  return isUsed ? `the loop uses ${owner} or its ${accessor} otherwise` : undefined;
}

/** Collects the items, and adds them behind the loop. */
function collectingFix(
  context: RuleContext,
  { write, method, mayBeHeard }: RelatedChange,
  site: WriteSite,
  loop: ForLoop,
  item: Expression,
): Fix {
  const { file } = site.module;
  const { text, path } = file;
  const taken = namesIn(site.function ?? file.tree);
  const name = method === "add" ? "to_add" : "to_remove";
  const accessor =
    write.node.function.kind === "Attribute" && write.node.function.value.kind === "Attribute"
      ? write.node.function.value.attribute.name
      : "items";
  const list = unusedName(taken, [name, `${accessor}_${name}`]);
  const isAsync = site.expression.kind === "Await";
  const start = item.kind === "Starred" ? item.value.start : item.start;
  const callee = text.slice(write.node.function.start, write.node.function.end);
  const edits: readonly TextEdit[] = [
    lineBefore(text, loop.statement, `${list} = []`),
    {
      range: { start: site.expression.start, end: start },
      newText: `${list}.${item.kind === "Starred" ? "extend" : "append"}(`,
    },
    lineAfter(text, loop.statement, `${isAsync ? "await " : ""}${callee}(*${list})`),
  ];
  const notes = [
    ...(mayBeHeard ? [oneSignal] : []),
    ...(sendsSomething(context, write.location, loop)
      ? ["a failure loses the changes of finished rounds"]
      : []),
  ];
  return fixOf(`Collect the items and call ${method}() once`, "unsafe", notes, path, edits);
}

function fixOf(
  title: string,
  safety: Safety,
  notes: readonly string[],
  path: string,
  edits: readonly TextEdit[],
): Fix {
  return {
    title: notes.length > 0 ? `${title} (${notes.join("; ")})` : title,
    safety,
    preferred: true,
    edits: edits.map((edit) => ({ path, ...edit })),
  };
}
