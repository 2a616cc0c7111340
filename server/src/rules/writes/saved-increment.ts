/** Whether a number that code changes reaches the row's `save()`, and nothing looks at it in between. */
import { containsRange } from "../../base/text-range.ts";
import type { ColumnIncrement } from "../../interpret/facts.ts";
import type { Call, Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { walk, walkExpressions } from "../../syntax/walk.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { usesOf } from "./syntax-queries.ts";

export interface SavedIncrement {
  /** The statement as it is written, on one line. */
  readonly text: string;
  readonly save: Call;
  /** Behind the `save()`, the function has no use for the row. */
  readonly isLastUse: boolean;
}

/**
 * Undefined where the function looks at the number otherwise: code that checks it decides by what it has read, and needs a
 * lock instead of an expression.
 */
export function savedIncrement(
  context: RuleContext,
  { location, statement, target }: ColumnIncrement,
): SavedIncrement | undefined {
  const code = codeAround(context, location);
  if (!code) return undefined;
  const { text } = code.module.file;
  const written = (node: Expression): string => text.slice(node.start, node.end);
  const holder = written(target.value);
  const isNumber = (node: Expression): boolean =>
    node.kind === "Attribute" &&
    node.attribute.name === target.attribute.name &&
    written(node.value) === holder;
  if (readsElsewhere(code.scope, statement, isNumber)) return undefined;
  const save = saveBehind(code.scope.body, statement, (node) => isSaveOf(node, holder, written));
  if (!save || !savesField(save, target.attribute.name)) return undefined;
  const line = text.slice(statement.start, statement.end).replace(/\s+/g, " ");
  return { text: line, save, isLastUse: isLastUse(code.scope, target.value, save) };
}

/** Where a row is saved after a number of it was changed, by path and end of the call: other advice about the save waits. */
export function savesOfIncrements(context: RuleContext): ReadonlySet<string> {
  return new Set(
    factsOfKind(context.facts, "columnIncrement").flatMap((increment) => {
      const saved = savedIncrement(context, increment);
      return saved ? [`${increment.location.path}:${saved.save.end}`] : [];
    }),
  );
}

/** Besides this statement, and others that add to it: those are on another way, or come before the same `save()`. */
function readsElsewhere(
  scope: FunctionDef,
  statement: Statement,
  isNumber: (node: Expression) => boolean,
): boolean {
  const sums: Expression[] = [];
  walk(scope, (node) => {
    if ("kind" in node && node.kind === "AugAssign") sums.push(node.target);
    return undefined;
  });
  let found = false;
  for (const each of scope.body) {
    walkExpressions(each, (node) => {
      if (isNumber(node) && !containsRange(statement, node) && !sums.includes(node)) found = true;
      return !found;
    });
  }
  return found;
}

function isSaveOf(node: Call, holder: string, written: (node: Expression) => string): boolean {
  const { function: callee } = node;
  return (
    callee.kind === "Attribute" &&
    (callee.attribute.name === "save" || callee.attribute.name === "asave") &&
    written(callee.value) === holder
  );
}

/** The call that is a statement behind this one, in its block or one around it, with no way out in between. */
function saveBehind(
  block: readonly Statement[],
  statement: Statement,
  isSave: (node: Call) => boolean,
): Call | undefined {
  const index = block.findIndex((each) => containsRange(each, statement));
  const around = block[index];
  if (!around) return undefined;
  if (around !== statement) {
    // What a nested function does, it does when and as often as it likes.
    if (around.kind === "FunctionDef" || around.kind === "ClassDef") return undefined;
    const inner = innerBlocks(around).find((each) => each.some((one) => containsRange(one, statement)));
    const saved = inner && saveBehind(inner, statement, isSave);
    // The row of the next round is another one.
    if (saved || around.kind === "For" || around.kind === "While") return saved;
    if (inner?.some(leaves)) return undefined;
  }
  for (const following of block.slice(index + 1)) {
    const value = following.kind === "ExpressionStatement" ? following.value : undefined;
    const call = value?.kind === "Await" ? value.value : value;
    if (call?.kind === "Call" && isSave(call)) return call;
    if (leaves(following)) return undefined;
  }
  return undefined;
}

function leaves({ kind }: Statement): boolean {
  return kind === "Return" || kind === "Raise" || kind === "Break" || kind === "Continue";
}

/** `save(update_fields=["title"])` writes no other column. */
function savesField({ keywords }: Call, name: string): boolean {
  const listed = keywords.find((keyword) => keyword.name?.name === "update_fields")?.value;
  if (
    !listed ||
    (listed.kind !== "ListLiteral" && listed.kind !== "TupleLiteral" && listed.kind !== "SetLiteral")
  )
    return true;
  return listed.elements.some((element) => element.kind !== "StringLiteral" || element.value === name);
}

/** Only for names that the function binds itself: whoever gives a row can go on with it. */
function isLastUse(scope: FunctionDef, holder: Expression, save: Call): boolean {
  if (holder.kind !== "Name" || scope.parameters.some(({ name }) => name === holder.name)) return false;
  return usesOf(scope, holder.name).every(({ start }) => start < save.end);
}
