/** What a loop does with the variable that holds a row, before and after the row is written. */

import { containsRange } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { boundNames } from "../../python/bound-names.ts";
import { isTarget } from "../../syntax/assignment-targets.ts";
import type { Expression, For, Name, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { type Node, walk } from "../../syntax/walk.ts";
import type { WriteSite } from "./deferral.ts";
import { isOnOtherBranch, usesOf } from "./syntax-queries.ts";

/**
 * The variable gets its row anew in each round before the row is written: it is the loop's own, or assigned once in the
 * loop, before everything else that is done with it.
 */
export function isBoundInRound(site: WriteSite, loop: For, name: string): boolean {
  const bindings: Node[] = [];
  walk(loop, (node) => {
    if (!("kind" in node)) return true;
    if (node.kind === "For" && usesOf(node.target, name).length > 0) bindings.push(node);
    if (
      node.kind === "Assign" &&
      node.targets.some((target) => usesOf(target, name).some((use) => use === target))
    ) {
      bindings.push(node);
    }
    if (node.kind === "NamedExpression" && node.target.name === name) bindings.push(node);
    return true;
  });
  if (usesOf(loop.target, name).length > 0) bindings.push(loop);
  const [binding, ...others] = bindings;
  if (!binding || others.length > 0) return false;
  if ("kind" in binding && binding.kind === "For") {
    return binding === loop || containsRange(binding, site.statement);
  }
  if (!("kind" in binding) || binding.kind !== "Assign") return false;
  const [firstUse] = usesOf(loop, name);
  if (!firstUse || !containsRange(binding, firstUse)) return false;
  return binding === site.statement || isAlwaysBefore(loop, binding, site.statement);
}

/** Whoever reaches `later` came past `earlier` in the same round: it stands in a block around it, further up. */
function isAlwaysBefore(loop: For, earlier: Statement, later: Statement): boolean {
  const blockOf = (block: readonly Statement[]): boolean => {
    const first = block.indexOf(earlier);
    if (first >= 0) return block.slice(first + 1).some((statement) => containsRange(statement, later));
    return block.some((statement) => containsRange(statement, later) && innerBlocks(statement).some(blockOf));
  };
  return blockOf(loop.body);
}

export interface RowUse {
  readonly name: Name;
  /** The nodes around it below the loop, innermost first. */
  readonly around: readonly Node[];
}

/** All uses of the variable in the loop with what stands around them. */
export function rowUses(loop: For, name: string): readonly RowUse[] {
  const uses: RowUse[] = [];
  const path: Node[] = [];
  const visit = (node: Node): void => {
    if ("kind" in node && node.kind === "Name" && node.name === name)
      uses.push({ name: node, around: [...path].reverse() });
    path.push(node);
    walk(node, (child) => {
      visit(child);
      return false;
    });
    path.pop();
  };
  visit(loop);
  return uses;
}

/** Something in the loop needs the row to be in the table once it is written: its key, its relations, other code. */
export function isNeededAfterwards(site: WriteSite, loop: For, name: string, model: Model): boolean {
  return rowUses(loop, name).some(
    (use) =>
      use.name.start >= site.expression.end &&
      !isColumnRead(use, model) &&
      !isCollected(use, loop) &&
      !isOnOtherBranch(loop.body, use.name, site.statement),
  );
}

/** Behind the loop, the variable still holds the row of the last round, and something asks for it. */
export function isUsedBehind(site: WriteSite, loop: For, name: string): boolean {
  const uses = usesOf(site.function ?? site.module.file.tree, name).filter(({ start }) => start >= loop.end);
  const [first] = uses;
  if (!first) return false;
  let isRebound = false;
  walk(site.function ?? site.module.file.tree, (node) => {
    if (!("kind" in node)) return true;
    if (node.kind === "Assign" && node.targets.includes(first)) isRebound = true;
    if (node.kind === "For" && usesOf(node.target, name).includes(first)) isRebound = true;
    return !isRebound;
  });
  return !isRebound;
}

/** `row.title`: a value that saving does not change. */
function isColumnRead({ name, around: [parent, outer] }: RowUse, model: Model): boolean {
  if (!parent || !("kind" in parent) || parent.kind !== "Attribute" || parent.value !== name) return false;
  const field = fieldRead(model, parent.attribute.name);
  return field !== undefined && isPlainColumn(field) && !isTarget(parent, outer);
}

function fieldRead(model: Model, attribute: string): Field | undefined {
  const field = [...model.fields.values()].find(({ attributeName }) => attributeName === attribute);
  return field && (field.kind === "column" || field.attributeName !== field.name) ? field : undefined;
}

function isPlainColumn({ primaryKey, autoNow, autoNowAdd }: Field): boolean {
  return !primaryKey && !autoNow && !autoNowAdd;
}

/** `rows.append(row)`, where the loop does nothing else with the list. */
function isCollected({ name, around: [call, statement] }: RowUse, loop: For): boolean {
  if (!call || !("kind" in call) || call.kind !== "Call" || !call.arguments.includes(name)) return false;
  if (!statement || !("kind" in statement) || statement.kind !== "ExpressionStatement") return false;
  const list = listOfAppend(call);
  return list !== undefined && usesOf(loop, list).every((use) => isAppendedTo(loop, use));
}

/** The list's name in `rows.append(row)`. */
export function listOfAppend(call: Node): string | undefined {
  if (!("kind" in call) || call.kind !== "Call" || call.function.kind !== "Attribute") return undefined;
  const { value, attribute } = call.function;
  return attribute.name === "append" && value.kind === "Name" ? value.name : undefined;
}

function isAppendedTo(loop: For, use: Name): boolean {
  return rowUses(loop, use.name)
    .filter(({ name }) => name === use)
    .every(({ around: [attribute, call] }) => {
      if (!attribute || !call || !("kind" in attribute) || attribute.kind !== "Attribute") return false;
      return (
        listOfAppend(call) === use.name &&
        "kind" in call &&
        call.kind === "Call" &&
        call.function === attribute
      );
    });
}

/** The expression means the same in every round of the loop: it names nothing that the loop binds. */
export function isInvariant(loop: For, expression: Expression): boolean {
  const bound = boundNames([loop]);
  return ![...bound].some((name) => usesOf(expression, name).length > 0);
}
