import { unreachable } from "../base/invariant.ts";
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";

/**
 * The expressions through which a queryset took its shape, first to last: the chain that builds it, chains that refine
 * it under another name, calls that returned it. The last one is what a consumer receives.
 */
export interface QuerysetOrigin {
  readonly sites: readonly OriginSite[];
  /** The class whose attribute it comes from: methods of classes that do not inherit from it serve other models too. */
  readonly holder?: ClassSymbol | undefined;
}

export interface OriginSite {
  readonly kind: OriginSiteKind;
  readonly location: Location;
  readonly node: Expression;
  /** Dotted name of the function or class around it. */
  readonly symbol: string;
  /** Identity of the function whose body contains it; undefined at module or class level. */
  readonly functionId: string | undefined;
  /** The call of the project's own that the chain is or starts with: no name up to its end is one of Django's. */
  readonly givenBy?: Expression | undefined;
  /** The change list of the admin that shows its rows, where an edit of the queryset has to heed what that joins. */
  readonly changeList?: ChangeListSite | undefined;
}

export interface ChangeListSite {
  readonly admin: ClassSymbol;
  /** What joins relations to the rows; `select_related()` on the queryset itself switches the others off. */
  readonly joins: "queryset" | "list_select_related" | "list_display";
  /** The class is registered for other models, too. */
  readonly shared: boolean;
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
  /** The call of a function or method that returned it as something that has no such methods any more: an iterator. */
  | "ended"
  /** The attribute of an object or class that holds it. */
  | "attribute"
  /** The value of `model = Task` in a class that a framework asks for rows. */
  | "modelAttribute"
  /** A step in code that serves querysets of other models as well: the method of a mixin. */
  | "shared"
  /** What an admin class says about its change list: `list_select_related`, `list_display`, or the class itself. */
  | "changeList"
  /** A class whose objects are asked what a queryset has to load for them, and that says nothing: a grid's column. */
  | "columnClass"
  /** A declaration that leads from a row to its related rows: a loop in a template, the field of a serializer. */
  | "accessor";

/** A method call can be added behind the expression. */
export function isExtensible({ kind }: OriginSite): boolean {
  switch (kind) {
    case "model":
    case "chain":
    case "managerMethod":
    case "helper":
      return true;
    case "ended":
    case "attribute":
    case "modelAttribute":
    case "shared":
    case "changeList":
    case "columnClass":
    case "accessor":
      return false;
    default:
      return unreachable(kind);
  }
}

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
  return sites.length > 0 ? { sites, holder: first.holder ?? second.holder } : undefined;
}
