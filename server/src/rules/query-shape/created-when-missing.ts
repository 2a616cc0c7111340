/** Rows that the code makes where it has found none: the question itself sees to it that there is one at the most. */
import { containsRange } from "../../base/text-range.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Keyword } from "../../syntax/ast.ts";
import { filterCalls } from "../filter-calls.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/** `if not Vote.objects.filter(user=user, poll=poll): Vote.objects.create(user=user, poll=poll)` */
export function isCreatedWhenMissing(context: RuleContext, { location, queryset }: RowsUse): boolean {
  const { path, range } = location;
  const conditions = conditionsOf(queryset);
  const tree = context.project.program.moduleOfFile(path)?.file.tree;
  if (conditions.length === 0 || !tree) return false;
  const creations = factsOfKind(context.facts, "singleWrite").flatMap(({ write }) =>
    write?.operation === "create" &&
    write.model === queryset.model &&
    write.location.path === path &&
    write.node.start > range.end
      ? [write.node]
      : [],
  );
  const scope = creations.length > 0 ? functionAround(tree, range) : undefined;
  const source = context.text(path);
  const codeOf = ({ name, value }: Keyword): string =>
    `${name?.name}=${source.slice(value.start, value.end)}`;
  return creations.some((creation) => {
    const given = new Set(creation.keywords.map(codeOf));
    return scope && containsRange(scope, creation) && conditions.every((each) => given.has(codeOf(each)));
  });
}

/** Of all its calls of `filter()`; none where it has other conditions, too. */
function conditionsOf(queryset: Queryset): readonly Keyword[] {
  const calls = filterCalls(queryset);
  const keywords = calls.flatMap((call) => call.keywords);
  return keywords.length === queryset.filters.length && calls.every((call) => call.arguments.length === 0)
    ? keywords
    : [];
}
