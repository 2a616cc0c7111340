/** Whether anything but the query at hand uses what a queryset prefetches. */

import { hasPrefetchLookup } from "../../edits/prefetch-lookups.ts";
import type { PrefetchedRead } from "../../interpret/facts.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import type { RowAccess } from "./row-access.ts";
import { attributesReadInLoops } from "./rows-in-loops.ts";

/**
 * The expression whose lookup can be removed or replaced, because the rows are seen in loops of this function only, and
 * nothing there reads the prefetched relation. Undefined where that cannot be told.
 */
export function unusedPrefetchSite(context: RuleContext, access: RowAccess): OriginSite | undefined {
  const { rows, relation, code } = access;
  const entry = rows.prefetch.get(relation.accessor);
  if (!entry?.certain || entry.explicit || entry.toAttribute !== undefined) return undefined;
  if ([...rows.prefetch.keys()].some((path) => path.startsWith(`${relation.accessor}__`))) return undefined;
  const site = rows.origin.sites.findLast(({ node }) => hasPrefetchLookup(node, relation.accessor));
  if (site?.location.path !== code.module.file.path) return undefined;
  const isRead = factsOfKind(context.facts, "prefetchedRead").some((read) =>
    readsFrom(read, site, relation.accessor),
  );
  return !isRead && attributesReadInLoops(code, access.site.node, rows.model) ? site : undefined;
}

function readsFrom({ queryset, path }: PrefetchedRead, site: OriginSite, accessor: string): boolean {
  return path[0] === accessor && queryset.origin.sites.some(({ node }) => node === site.node);
}
