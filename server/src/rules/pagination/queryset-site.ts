import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";

/** The last expression of Python that shapes the rows of this model: what only passes them on is no place for an edit. */
export function querysetSite({ origin }: Queryset): OriginSite | undefined {
  return origin.sites.findLast(
    ({ kind }) => kind !== "attribute" && kind !== "accessor" && kind !== "shared",
  );
}
