import type { Location } from "../base/text-range.ts";
import type { Expression } from "../syntax/ast.ts";

/**
 * The expressions through which a queryset took its shape, first to last: the chain that builds it, chains that refine
 * it under another name, calls that returned it. The last one is what a consumer receives.
 */
export interface QuerysetOrigin {
  readonly sites: readonly OriginSite[];
}

export interface OriginSite {
  readonly kind: OriginSiteKind;
  readonly location: Location;
  readonly node: Expression;
  /** Dotted name of the function or class around it. */
  readonly symbol: string;
  /** Identity of the function whose body contains it; undefined at module or class level. */
  readonly functionId: string | undefined;
}

export type OriginSiteKind =
  /** A model class given where a queryset is taken: `get_object_or_404(Task, …)` */
  | "model"
  /** `Task.objects.filter(…)` */
  | "chain"
  /** The call of a method of the project's own manager or queryset. */
  | "managerMethod"
  /** The call of a function or method that returned it. */
  | "helper"
  /** The attribute of an object or class that holds it. */
  | "attribute"
  /** A declaration that leads from a row to its related rows: a loop in a template, the field of a serializer. */
  | "accessor";

function sameSite(first: OriginSite, second: OriginSite): boolean {
  return first.node === second.node;
}

/** What two ways of reaching the same name have in common. */
export function commonOrigin(first: QuerysetOrigin, second: QuerysetOrigin): QuerysetOrigin | undefined {
  if (first === second) return first;
  const sites: OriginSite[] = [];
  for (const [index, site] of first.sites.entries()) {
    const other = second.sites[index];
    if (!other || !sameSite(site, other)) break;
    sites.push(site);
  }
  return sites.length > 0 ? { sites } : undefined;
}
