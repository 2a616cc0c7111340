import { isConsumerKind } from "../../interpret/facts.ts";
import type { CountedQuery } from "../../interpret/query-counts.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const queryAtImportTime: FactRule = {
  kind: "facts",
  code: "QS417",
  name: "query-at-import-time",
  summary: "A query runs when its module is imported and its result never changes",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const seen = new Set<string>();
    return factsOfKind(context.facts, "queriesOfRoot").flatMap(({ when, root, queries }) => {
      if (when !== "import" || root.context === "migration" || isScript(context, root.location.path))
        return [];
      return queries.filter(isSentAtOnce).flatMap((query) => {
        const key = placeKey(query.calls[0]?.location ?? query.location);
        if (seen.has(key)) return [];
        seen.add(key);
        return [findingOf(root.symbol, query)];
      });
    });
  },
};

/**
 * A program that somebody starts sets Django up by itself, the module of a command is imported when that is started, and
 * a test module by nobody else.
 */
function isScript({ project: { program } }: RuleContext, path: string): boolean {
  if (/(?:^|\/)management\/commands\//.test(path)) return true;
  const text = program.moduleOfFile(path)?.file.text ?? "";
  return /\bdjango\.setup\(\)|__name__\s*==/.test(text);
}

/** What is handed to a field or a decorator may be called later. */
function isSentAtOnce({ calls }: CountedQuery): boolean {
  return calls.every(({ via }) => via !== "callback" && !isConsumerKind(via));
}

function findingOf(symbol: string, { location: sent, calls, text, model }: CountedQuery): Finding {
  const location = calls[0]?.location ?? sent;
  return {
    ...findingBase(queryAtImportTime),
    remedy: "query-shape",
    confidence: calls.length > 1 ? "medium" : "high",
    message: `"${text}" runs when the module is imported: it slows down every start, fails without the table, and its result never changes until the next start.`,
    help: "Send it in a function, such as a callable for choices, the __init__() of a form, or a property.",
    location,
    symbol,
    model,
    origin: location,
    evidence: [
      ...calls.map((call) => ({ message: `Calls ${call.callee}`, location: call.location })),
      { message: `Queries ${model}: ${text}`, location: sent },
    ],
  };
}
