/** Conditions in a loop that few of its rounds meet: how often the write runs says nothing about how many rounds there are. */
import type { Model } from "../../django/model-graph.ts";
import type { Loop, Write } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, For } from "../../syntax/ast.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { grows } from "../loop-weight.ts";
import { isOfUsers } from "../pagination/growing-models.ts";
import type { RuleContext } from "../rule-context.ts";
import { stableModels } from "../stable-models.ts";
import { partsOfTest, testsBefore } from "../tests-before.ts";
import { isOfOneObject, joinsGivenObjects, namesObjectInJson } from "./one-object.ts";
import { functionAround, usesOf } from "./syntax-queries.ts";
import { fieldsNamed } from "./written-fields.ts";

/**
 * `one`: the row is the one that has a given value in a unique column. `few`: it repairs what comes twice (`if key in
 * seen:`), picks what has a given value (`if device.serial == serial:`), or goes through rows of which only the data tell
 * whether there are more than a few.
 */
export type Rareness = "one" | "few";

export function rarenessOf(context: RuleContext, write: Write, loop: Loop): Rareness | undefined {
  const { statement, source, location, depth } = loop;
  if (statement.kind !== "For") return undefined;
  const module = context.project.program.moduleOfFile(location.path);
  const place = (write.calls[depth] ?? write).location;
  if (!module || place.path !== location.path) return undefined;
  const around = functionAround(module.file.tree, place.range);
  const given = new Set([
    ...(around ? boundNames(around.body) : []),
    ...(around?.parameters.map(({ name }) => name) ?? []),
  ]);
  const rows = source ?? rowsOfReceiver(write, loop);
  let rareness: Rareness | undefined = rows && mayBeFew(context, rows, write) ? "few" : undefined;
  for (const test of testsBefore(statement.body, place.range)) {
    const { holds } = test;
    for (const part of partsOfTest(test)) {
      const found = repeatsKey(statement, part, holds)
        ? "few"
        : pickOf(write, { statement, source }, part, holds, given);
      if (found === "one" || rareness === undefined) rareness = found ?? rareness;
    }
  }
  return rareness;
}

/** A list of other rows on each way: `rows = list(own) or list(all)`. Those of this way are what the written row comes from. */
function rowsOfReceiver({ receiver }: Write, { id }: Loop): Queryset | undefined {
  const rows = receiver.kind === "instance" && receiver.varies.includes(id) ? receiver.source : undefined;
  return rows?.path.length === 0 && rows.queryset.varies.length === 0 ? rows.queryset : undefined;
}

/**
 * What joins two given objects; what one object has, unless users make more of it all the time; what names an object in
 * a JSON column; as many as a number says that is not known; what Django makes of the code, as permissions.
 */
function mayBeFew(context: RuleContext, rows: Queryset, { loops }: Write): boolean {
  if (joinsGivenObjects(context, rows) || namesObjectInJson(rows) || stableModels.has(rows.model.label))
    return true;
  // Few rows of each of many are many.
  if (loops.filter(grows).length > 1) return false;
  if (rows.bound.kind === "slice") return rows.bound.limit === undefined;
  return isOfOneObject(context, rows, loops) && !isOfUsers(context, rows.model);
}

interface RowLoop extends Pick<Loop, "source"> {
  readonly statement: For;
}

/** `if key in seen:`, where the rounds before have put their keys into it. */
function repeatsKey(loop: For, test: Expression, holds: boolean): boolean {
  if (test.kind !== "Comparison" || test.operators.length > 1) return false;
  if (test.operators[0] !== (holds ? "in" : "not in")) return false;
  const [seen] = test.comparators;
  return seen?.kind === "Name" && isFilledIn(loop, seen.name);
}

function isFilledIn({ body }: For, name: string): boolean {
  let filled = false;
  const isIt = (node: Expression): boolean => node.kind === "Name" && node.name === name;
  forEachBlockStatement(body, (statement) => {
    if (statement.kind === "Assign") {
      filled ||= statement.targets.some((target) => target.kind === "Subscript" && isIt(target.value));
    }
    if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") return;
    const { function: callee } = statement.value;
    filled ||=
      callee.kind === "Attribute" && /^(?:add|append)$/.test(callee.attribute.name) && isIt(callee.value);
  });
  return filled;
}

/** `if device.serial == serial:`, with a value that the project does not write down. */
function pickOf(
  write: Write,
  loop: RowLoop,
  test: Expression,
  holds: boolean,
  given: ReadonlySet<string>,
): Rareness | undefined {
  if (test.kind !== "Comparison" || test.operators.length > 1) return undefined;
  const [other] = test.comparators;
  if (!other || test.operators[0] !== (holds ? "==" : "!=")) return undefined;
  const inLoop = boundNames([loop.statement]);
  const isOfRound = (node: Expression): boolean => [...inLoop].some((name) => usesOf(node, name).length > 0);
  const [own, value] = isOfRound(test.left) ? [test.left, other] : [other, test.left];
  if (!isOfRound(own) || isOfRound(value) || !isGiven(value, given)) return undefined;
  const model = own.kind === "Attribute" ? modelOf(write, loop, own.value) : undefined;
  if (own.kind !== "Attribute" || !model) return "few";
  const { name } = own.attribute;
  const fields = fieldsNamed(model, name);
  if (name === "pk" || fields.some(({ primaryKey, unique }) => primaryKey || unique)) return "one";
  // Many rows share one of a few values, and the same parent.
  const isShared = fields.some(
    ({ baseClassName, choices, kind }) =>
      kind !== "column" || typeof choices === "number" || baseClassName === "BooleanField",
  );
  return isShared ? undefined : "few";
}

/** The model of the row that the name stands for: the one that is written, or that of the loop. */
function modelOf(
  { model, node: { function: method } }: Write,
  { statement, source }: RowLoop,
  row: Expression,
): Model | undefined {
  if (row.kind !== "Name") return undefined;
  const written = method.kind === "Attribute" ? method.value : undefined;
  if (written?.kind === "Name" && written.name === row.name) return model;
  return statement.target.kind === "Name" && statement.target.name === row.name ? source?.model : undefined;
}

/** It begins with a name of the function: no constant of the project's. */
function isGiven(value: Expression, given: ReadonlySet<string>): boolean {
  let found = false;
  walkExpressions(value, (node) => {
    if (node.kind === "Name" && given.has(node.name)) found = true;
    return !found;
  });
  return found;
}
