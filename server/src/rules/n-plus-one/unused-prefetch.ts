/** Whether anything but the query at hand uses what a queryset prefetches. */

import { hasPrefetchLookup } from "../../edits/prefetch-lookups.ts";
import type { PrefetchedRead } from "../../interpret/facts.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import type { CodeAround } from "./code-around.ts";
import { parentOf, usesOf } from "./consumer.ts";
import type { RowAccess } from "./row-access.ts";

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
  return !isRead && isSeenInLoopsOnly(access) ? site : undefined;
}

function readsFrom({ queryset, path }: PrefetchedRead, site: OriginSite, accessor: string): boolean {
  return path[0] === accessor && queryset.origin.sites.some(({ node }) => node === site.node);
}

function isSeenInLoopsOnly(access: RowAccess): boolean {
  const { code, site } = access;
  const holder = parentOf(code, site.node);
  if (holder === undefined) return false;
  if (!isStatement(holder) || holder.kind !== "Assign") return isLoopOverColumns(access, site.node);
  const [target] = holder.targets;
  if (holder.targets.length > 1 || target?.kind !== "Name") return false;
  if (bindingsOf(code.scope, target.name).length > 1) return false;
  return usesOf(code, target.name).every((use) => use === target || isLoopOverColumns(access, use));
}

/** A loop whose variable is only asked for columns and relations, so that no row gets out of sight. */
function isLoopOverColumns({ code, rows }: RowAccess, iterable: Expression): boolean {
  const loop = parentOf(code, iterable);
  if (loop === undefined) return false;
  const target =
    isStatement(loop) && loop.kind === "For"
      ? loop.target
      : isExpression(loop) && loop.kind === "Comprehension"
        ? loop.clauses.find((clause) => clause.iterable === iterable)?.target
        : undefined;
  if (target?.kind !== "Name") return false;
  const { fields, relations } = rows.model;
  const { name: row } = target;
  return usesOf(code, row).every((use) => {
    if (isBinding(code, use)) return true;
    const parent = parentOf(code, use);
    if (parent === undefined || !isExpression(parent) || parent.kind !== "Attribute") return false;
    const { name } = parent.attribute;
    return (
      name === "pk" ||
      fields.has(name) ||
      relations.has(name) ||
      [...fields.values()].some(({ attributeName }) => attributeName === name)
    );
  });
}

/** The variable of a loop: the same name may run over other rows elsewhere. */
function isBinding(code: CodeAround, use: Expression): boolean {
  const parent = parentOf(code, use);
  if (parent === undefined) return false;
  if (isStatement(parent)) return parent.kind === "For" && parent.target === use;
  return (
    isExpression(parent) &&
    parent.kind === "Comprehension" &&
    parent.clauses.some(({ target }) => target === use)
  );
}
