import type { TextRange } from "../../base/text-range.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import type { Level } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { onCommitFixes } from "../tasks/on-commit-fix.ts";
import { type Transaction, transactionAround } from "../tasks/transaction-around.ts";
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
    confidence: transaction.certain ? "high" : "medium",
    message: `${writtenName(context, call)}() comes before ${transaction.label} commits: whoever reads in between puts the old data back.`,
    help: "Do it with transaction.on_commit().",
    fixes: onCommitFixes(context, call, transaction, undefined, call.node).map((fix) => ({
      ...fix,
      title: "Do it with transaction.on_commit()",
    })),
  });
}
