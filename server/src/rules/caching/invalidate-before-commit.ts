import type { TextRange } from "../../base/text-range.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Level } from "../finding.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { onCommitFixes } from "../tasks/on-commit-fix.ts";
import { type Transaction, transactionAround } from "../tasks/transaction-around.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { cacheCalls, cacheFinding, writtenName } from "./cache-calls.ts";

export const invalidateBeforeCommit: FactRule = {
  kind: "facts",
  code: "QS713",
  name: "invalidate-before-commit",
  summary: "An entry of the cache is deleted before the transaction commits that changes its rows",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const calls = cacheCalls(context, "delete", "delete_many", "delete_pattern", "incr");
    if (calls.length === 0) return [];
    const others = cacheCalls(context, "add", "get", "get_many");
    return calls.flatMap((call) => {
      const module = context.project.program.moduleOfFile(call.location.path);
      const transaction = module && transactionAround(context, module, call.node);
      // A counter is no copy of a row, unless the receiver of a signal counts versions.
      if (call.method === "incr" && !transaction?.writes) return [];
      if (!transaction || others.some((other) => isOfSameKey(context, other, call))) return [];
      return [findingOf(context, call, transaction)];
    });
  },
};

/**
 * In the same function: `cache.add()` and `cache.delete()` around work are a lock, and what is read before it is deleted
 * is a counter that is emptied. Neither is a copy of a row.
 */
function isOfSameKey(context: RuleContext, other: CacheCall, { location, key, symbol }: CacheCall): boolean {
  if (!key || !other.key || other.symbol !== symbol) return false;
  const text = (node: TextRange) => context.text(location.path).slice(node.start, node.end);
  return other.location.path === location.path && text(other.key.node) === text(key.node);
}

/**
 * `cache.delete(f"task:{instance.pk}")`, of the row that is deleted: nobody asks for it by that key again, unless its
 * page is still open somewhere.
 */
function isOfDeletedRow(
  { project: { program } }: RuleContext,
  { key, location }: CacheCall,
  { deletes }: Transaction,
): boolean {
  const tree = program.moduleOfFile(location.path)?.file.tree;
  const receiver = tree && deletes && key ? functionAround(tree, key.node) : undefined;
  if (!receiver || !key) return false;
  const row = receiver.parameters[1]?.name ?? "instance";
  return flowingInto(flowsOf(receiver), key.node).some((part) => identifies(part, row));
}

/** `instance.pk`, or what a method of the row makes: `instance.cache_key()`. */
function identifies(expression: Expression, row: string): boolean {
  let found = false;
  walkExpressions(expression, (node) => {
    const read = node.kind === "Call" ? node.function : node;
    if (read.kind === "Attribute" && read.value.kind === "Name" && read.value.name === row)
      found ||= node.kind === "Call" || /^(?:pk|id)$/.test(read.attribute.name);
    return !found;
  });
  return found;
}

function findingOf(context: RuleContext, call: CacheCall, transaction: Transaction) {
  const { location } = call;
  // Whether one is open around a save is for the caller to say.
  const level: Level = transaction.certain ? invalidateBeforeCommit.level : "hint";
  return cacheFinding(context, invalidateBeforeCommit, call, {
    step: "Changes the cache at once",
    evidence: [
      { message: "The transaction begins here", location: { path: location.path, range: transaction.range } },
    ],
    level,
    confidence: transaction.certain && !isOfDeletedRow(context, call, transaction) ? "high" : "medium",
    message: `${writtenName(context, call)}() comes before ${transaction.label} commits: whoever reads in between puts the old data back.`,
    help: "Do it with transaction.on_commit().",
    fixes: onCommitFixes(context, call, transaction, undefined, call.node).map((fix) => ({
      ...fix,
      title: "Do it with transaction.on_commit()",
    })),
  });
}
