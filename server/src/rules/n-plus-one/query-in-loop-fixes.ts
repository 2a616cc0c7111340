import { extendQuerysetChain } from "../../edits/queryset-chain.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { isUsedAsList } from "./consumer.ts";
import { listPrefetch, listPrefetchEdits } from "./list-prefetch.ts";
import { isWrittenInLoop } from "./loop-writes.ts";
import type { PerRowQuery } from "./per-row-queries.ts";
import { preloadOf } from "./preload.ts";
import { methodName } from "./query-expression.ts";
import { type RowAccess, rowAccessOf } from "./row-access.ts";

/** To prefetch the related rows of all rows of the loop, or to look everything up with one query before it. */
export function queryInLoopFixes(context: RuleContext, query: PerRowQuery): readonly Fix[] {
  const { location } = query.cause;
  const offer = (title: string, edits: readonly TextEdit[]): readonly Fix[] => [
    {
      title,
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path: location.path, ...edit })),
    },
  ];
  const [{ queryset, loops }] = query.executions;
  const loop = loops.at(-1)?.statement;
  if (loop && isWrittenInLoop(context.facts, loop, queryset.model.label)) return [];
  const access = rowAccessOf(context, query);
  if (access && !queryset.locksRows) {
    const plain = plainPrefetch(access, queryset.model.defaultManager);
    if (plain)
      return offer(`Add prefetch_related("${access.relation.accessor}") and read the relation`, plain);
    const list = listPrefetch(context, access, queryset);
    const edits = list && listPrefetchEdits(access, list, false);
    if (edits) return offer(`Prefetch what is used: ${list.summary}`, edits);
  }
  const preload = preloadOf(context, query);
  return preload ? offer(preload.title, preload.edits) : [];
}

/** `Task.objects.filter(project=project)` is `project.tasks.all()`, which a prefetch can serve. */
function plainPrefetch(access: RowAccess, defaultManager: string): readonly TextEdit[] | undefined {
  const { condition, query, relation, rows, site, code, row } = access;
  if (!condition || query.subscript || query.root.attribute.name !== defaultManager || !relation.accessor)
    return undefined;
  const steps = query.steps.filter((step) => methodName(step) !== "all");
  const [only] = steps;
  if (steps.length !== 1 || !only || only.arguments.length > 0 || only.keywords.length !== 1)
    return undefined;
  if (!isUsedAsList(code, query.node)) return undefined;
  const extended = extendQuerysetChain(code.module.file.text, site, {
    additions: [{ method: "prefetch_related", lookups: [relation.accessor] }],
    columnsForOnly: [],
    managerName: site.kind === "model" ? rows.model.defaultManager : undefined,
    chunkedIterator: rows.streamed,
  });
  const { start, end } = query.node;
  return extended && [...extended, { range: { start, end }, newText: `${row}.${relation.accessor}.all()` }];
}
