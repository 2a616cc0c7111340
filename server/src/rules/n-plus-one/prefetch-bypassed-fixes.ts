import { removePrefetchLookup } from "../../edits/prefetch-lookups.ts";
import { querysetOperation, synchronousName } from "../../queryset/operations.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";
import { listPrefetch, listPrefetchEdits } from "./list-prefetch.ts";
import type { PerRowQuery } from "./per-row-queries.ts";
import { pythonFilter } from "./python-filter.ts";
import { methodName, parseQuery, type QueryExpression } from "./query-expression.ts";
import { rowAccessOf } from "./row-access.ts";
import { unusedPrefetchSite } from "./unused-prefetch.ts";

/**
 * To look through the prefetched rows in Python, or to prefetch what is asked for; where neither can be done, to do
 * without a prefetch that serves nothing.
 */
export function prefetchBypassedFixes(context: RuleContext, bypassing: PerRowQuery): readonly Fix[] {
  const [{ bypassed }] = bypassing.executions;
  if (bypassing.executions.some(({ calls }) => calls.length > 0)) return [];
  // Rows that were chosen by a queryset, or are in another attribute, are not those that the relation has.
  if (!bypassed || bypassed.toAttribute !== undefined || bypassed.explicit) return [];
  const fixes = [...filterInPython(context, bypassing), ...prefetchWhatIsUsed(context, bypassing)];
  const offered = fixes.length > 0 ? fixes : withoutPrefetch(context, bypassing);
  return offered.map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

type Offer = Omit<Fix, "preferred">;

function filterInPython(context: RuleContext, bypassing: PerRowQuery): readonly Offer[] {
  const [{ queryset }] = bypassing.executions;
  const { node, location } = bypassing.cause;
  const query = parseQuery(node);
  const code = codeAround(context, location);
  if (!query || !code || !startsAtRelation(query, queryset)) return [];
  const newText = pythonFilter(context, code, query, queryset);
  if (newText === undefined) return [];
  return [
    {
      title: "Choose among the prefetched rows in Python",
      safety: "unsafe",
      edits: [{ ...location, newText }],
    },
  ];
}

/** The calls that are written here are all that was done to the relation: nothing like a property did something before. */
function startsAtRelation({ root, steps, subscript }: QueryExpression, { related }: Queryset): boolean {
  if (related?.relation.accessor !== root.attribute.name || subscript) return false;
  const names = steps.map((step) => synchronousName(methodName(step)));
  const refining = names.filter((name, index) => {
    const kind = querysetOperation(name)?.kind;
    const isTerminal = index === names.length - 1 && (kind === "instance" || kind === "scalar");
    return !isTerminal && !(name === "all" && index === 0);
  });
  return names.length > 0 && refining.join() === related.operations.join();
}

function prefetchWhatIsUsed(context: RuleContext, bypassing: PerRowQuery): readonly Offer[] {
  const access = rowAccessOf(context, bypassing);
  if (!access || !choosesRows(access.query)) return [];
  const isReplaced = unusedPrefetchSite(context, access)?.node === access.site.node;
  const list = listPrefetch(context, access, bypassing.executions[0].queryset);
  const edits = list && listPrefetchEdits(access, list, isReplaced);
  if (!edits) return [];
  return [
    {
      title: `Prefetch what is used: ${list.summary}`,
      safety: "unsafe",
      edits: edits.map((edit) => ({ path: bypassing.cause.location.path, ...edit })),
    },
  ];
}

/** Rows as they are were prefetched already: a second list of them would be no help. */
function choosesRows({ steps, subscript }: QueryExpression): boolean {
  return (
    subscript !== undefined ||
    steps.some((step) => {
      const name = methodName(step);
      return /^(filter|exclude|order_by|first)$/.test(name) || querysetOperation(name) === undefined;
    })
  );
}

function withoutPrefetch(context: RuleContext, bypassing: PerRowQuery): readonly Offer[] {
  const access = rowAccessOf(context, bypassing);
  const site = access && unusedPrefetchSite(context, access);
  if (!access || !site) return [];
  const { accessor } = access.relation;
  const edit = removePrefetchLookup(access.code.module.file.text, site.node, accessor);
  if (!edit) return [];
  return [
    {
      title: `Remove the prefetch of "${accessor}", which nothing uses`,
      safety: "safe",
      edits: [{ path: site.location.path, ...edit }],
    },
  ];
}
