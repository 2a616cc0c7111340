/** Rows that the code makes where it has found none: the question itself sees to it that there is one at the most. */
import { containsRange } from "../../base/text-range.ts";
import { methodCalls } from "../../edits/queryset-chain.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { Keyword } from "../../syntax/ast.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** `if not Vote.objects.filter(user=user, poll=poll): Vote.objects.create(user=user, poll=poll)` */
export function isCreatedWhenMissing(context: RuleContext, use: RowsUse): boolean {
  const { location, queryset } = use;
  const conditions = conditionsOf(use);
  if (conditions.length === 0) return false;
  const scope = functionSymbolAround(context.project.program, location);
  const source = context.text(location.path);
  const codeOf = ({ name, value }: Keyword): string =>
    `${name?.name}=${source.slice(value.start, value.end)}`;
  return factsOfKind(context.facts, "singleWrite").some(({ write }) => {
    if (!write || write.model !== queryset.model || write.operation !== "create") return false;
    const { node } = write;
    if (!scope || write.location.path !== location.path || !containsRange(scope.node, node)) return false;
    const given = new Set(node.keywords.map(codeOf));
    return node.start > location.range.end && conditions.every((condition) => given.has(codeOf(condition)));
  });
}

/** Of all its calls of `filter()`; none where it has other conditions, too. */
function conditionsOf({ queryset: { filters, origin } }: RowsUse): readonly Keyword[] {
  const calls = origin.sites
    .flatMap(({ node }) => methodCalls(node))
    .filter(({ function: callee }) => callee.attribute.name === "filter");
  const keywords = calls.flatMap((call) => call.keywords);
  return keywords.length === filters.length && calls.every((call) => call.arguments.length === 0)
    ? keywords
    : [];
}
