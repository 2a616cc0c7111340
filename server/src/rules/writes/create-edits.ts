/** How a call that inserts a row becomes an unsaved instance, and the statement around it one that collects it. */

import type { Model } from "../../django/model-graph.ts";
import { indentationAt, indentLines, lineAfter, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Call, Expression, For, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { WriteSite } from "./deferral.ts";
import { isBoundInRound, isNeededAfterwards, isUsedBehind, listOfAppend } from "./row-uses.ts";
import { statementsAround, usesOf } from "./syntax-queries.ts";

/** The insert as an unsaved instance: edits that turn the call into one, inside the call's own range. */
export interface Construction {
  readonly edits: readonly TextEdit[];
  /** `to_create.append(…)` around the instance begins here and ends there. */
  readonly start: number;
  readonly end: number;
}

/** `Task.objects.create(title=…)` as `Task(title=…)`, `project.tasks.create(title=…)` as `Task(project=project, …)`. */
export function constructionOf(text: string, write: Write, className: string): Construction | undefined {
  const { node, receiver } = write;
  if (node.arguments.length > 0 || node.function.kind !== "Attribute") return undefined;
  const related = receiver.kind === "manager" ? receiver.related : undefined;
  const edits: TextEdit[] = [
    { range: { start: node.start, end: node.argumentsRange.start }, newText: className },
  ];
  if (related) {
    const parent = parentExpression(node);
    const isKnown = related.relation.kind === "reverseForeignKey" && parent !== undefined;
    if (!isKnown || node.keywords.some(({ name }) => name?.name === related.relation.field.name))
      return undefined;
    const [first] = node.keywords;
    const inside = node.argumentsRange.start + 1;
    const place = first?.start ?? inside;
    const lineBreak = /[\r\n]+[ \t]*$/.exec(text.slice(inside, place))?.[0];
    const separator = first ? `,${lineBreak ?? " "}` : "";
    const argument = `${related.relation.field.name}=${text.slice(parent.start, parent.end)}${separator}`;
    edits.push({ range: { start: place, end: place }, newText: argument });
  }
  return { edits, start: node.start, end: node.end };
}

/** `project` in `project.tasks.create(…)`. */
function parentExpression({ function: callee }: Call): Expression | undefined {
  if (callee.kind !== "Attribute" || callee.value.kind !== "Attribute") return undefined;
  let part: Expression = callee.value.value;
  while (part.kind === "Attribute") part = part.value;
  return part.kind === "Name" ? callee.value.value : undefined;
}

export interface Collecting {
  readonly edits: readonly TextEdit[];
  /** A list that the code has already, which takes the instances in place of a new one. */
  readonly list: string | undefined;
  /** The rows are used behind the loop. */
  readonly keepsRows: boolean;
}

/** The statement that inserts a row as one that collects it in `list`. */
export function collectCreated(
  text: string,
  site: WriteSite,
  loop: For,
  model: Model,
  construction: Construction,
  list: string,
): Collecting | undefined {
  const { statement, expression } = site;
  const { edits, start } = construction;
  const withoutAwait: TextEdit[] = expression.start < start ? [removed(expression.start, start)] : [];
  const append = (): readonly TextEdit[] => [
    ...withoutAwait,
    ...wrappedInAppend(text, loop, statement, construction, list),
  ];
  if (statement.kind === "ExpressionStatement" && statement.value === expression) {
    return { edits: append(), list: undefined, keepsRows: false };
  }
  if (statement.kind === "ExpressionStatement") {
    const own = ownListOf(site, loop, statement);
    return own === undefined ? undefined : { edits: [...withoutAwait, ...edits], list: own, keepsRows: true };
  }
  const [target, ...others] = statement.kind === "Assign" ? statement.targets : [];
  if (statement.kind !== "Assign" || statement.value !== expression) return undefined;
  if (target?.kind !== "Name" || others.length > 0 || isUsedBehind(site, loop, target.name)) return undefined;
  if (!isBoundInRound(site, loop, target.name) || isNeededAfterwards(site, loop, target.name, model))
    return undefined;
  if (usesOf(loop, target.name).length === 1) {
    return {
      edits: [removed(statement.start, expression.start), ...append()],
      list: undefined,
      keepsRows: false,
    };
  }
  if (!startsLine(text, statement.start)) return undefined;
  const collect = lineAfter(text, statement, `${list}.append(${target.name})`);
  return { edits: [...withoutAwait, ...edits, collect], list: undefined, keepsRows: true };
}

/** A call of several lines is set on lines of its own, unless that changed a string in it. */
function wrappedInAppend(
  text: string,
  loop: For,
  statement: Statement,
  { edits, start, end }: Construction,
  list: string,
): readonly TextEdit[] {
  const range = { start, end };
  const lines = indentLines(text, range, indentationOfBlock(text, loop));
  const isOnOwnLine = statement.kind === "ExpressionStatement" && startsLine(text, statement.start);
  if (lines.length === 0 || !isOnOwnLine || hasStringOverLines(text, statement)) {
    return [inserted(start, `${list}.append(`), ...edits, inserted(end, ")")];
  }
  const indentation = indentationAt(text, statement.start);
  const further = indentationOfBlock(text, loop);
  const isReplaced = (line: TextEdit): boolean =>
    edits.some((edit) => edit.range.start < line.range.start && line.range.start < edit.range.end);
  return [
    inserted(start, `${list}.append(\n${indentation}${further}`),
    ...edits.map((edit) => ({ ...edit, newText: edit.newText.replace(/[\r\n]+/g, `$&${further}`) })),
    ...lines.filter((line) => !isReplaced(line)),
    inserted(end, `\n${indentation})`),
  ];
}

/** White space by which the body of the loop is further in. */
function indentationOfBlock(text: string, loop: For): string {
  const [first] = loop.body;
  const inner = first && startsLine(text, first.start) ? indentationAt(text, first.start) : "";
  return inner.slice(indentationAt(text, loop.start).length) || "    ";
}

function hasStringOverLines(text: string, statement: Statement): boolean {
  let found = false;
  walkExpressions(statement, (node) => {
    const isString = node.kind === "StringLiteral" || node.kind === "FormattedString";
    if (isString && /[\r\n]/.test(text.slice(node.start, node.end))) found = true;
    return !found;
  });
  return found;
}

function inserted(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}

function removed(start: number, end: number): TextEdit {
  return { range: { start, end }, newText: "" };
}

/** `tasks = []` before the loop and `tasks.append(Task.objects.create(…))` in it, and nothing else up to its end. */
function ownListOf(site: WriteSite, loop: For, statement: Statement): string | undefined {
  if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") return undefined;
  const list = listOfAppend(statement.value);
  if (list === undefined || statement.value.arguments[0] !== site.expression) return undefined;
  const around = site.function ?? site.module.file.tree;
  const [first, second, third] = usesOf(around, list).filter(({ start }) => start < loop.end);
  const isEmptyAtFirst = blockOf(around.body, loop).some(
    (before) => before.kind === "Assign" && before.targets[0] === first && isEmptyList(before.value),
  );
  return isEmptyAtFirst && second && second.start > loop.start && third === undefined ? list : undefined;
}

/** The statements among which the loop stands. */
function blockOf(body: readonly Statement[], loop: For): readonly Statement[] {
  const around = statementsAround(body, loop).at(-2);
  return (around ? innerBlocks(around) : [body]).find((block) => block.includes(loop)) ?? [];
}

function isEmptyList(value: Expression): boolean {
  if (value.kind === "ListLiteral") return value.elements.length === 0;
  const isCall = value.kind === "Call" && value.function.kind === "Name" && value.function.name === "list";
  return isCall && value.arguments.length === 0;
}
