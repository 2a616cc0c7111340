/** Rows that are locked for the sake of a call: what they hold goes into it, and its answer is stored before they are let go. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { targetNames } from "../../syntax/name-bindings.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { usesOf } from "./syntax-queries.ts";

/**
 * `account = Account.objects.select_for_update().get(…)`, then `answer = post(url, account.token)`: such a call can stand
 * neither before the transaction nor behind it.
 * @param body the code of the transaction
 */
export function isLockedForCall(body: readonly Statement[], call: TextRange): boolean {
  const locked = new Set<string>();
  let takes = false;
  forEachBlockStatement(body, (statement) => {
    // Whoever does nothing with the answer can ask later.
    const isUsed = statement.kind === "Return" || statement.kind === "Assign";
    if (isUsed && statement.value && containsRange(statement.value, call))
      takes ||= mentions(statement.value, call, locked);
    if (statement.kind !== "Assign" || statement.end > call.start) return;
    if (locksRows(statement.value) || mentions(statement.value, statement.value, locked))
      for (const target of statement.targets) for (const name of targetNames(target)) locked.add(name);
  });
  return takes;
}

function locksRows(value: Expression): boolean {
  let locks = false;
  walkExpressions(value, (node) => {
    if (node.kind === "Attribute" && node.attribute.name === "select_for_update") locks = true;
    return !locks;
  });
  return locks;
}

function mentions(value: Expression, within: TextRange, names: ReadonlySet<string>): boolean {
  return [...names].some((name) => usesOf(value, name).some((use) => containsRange(within, use)));
}
