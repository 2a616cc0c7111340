/** Lists of rows: pages that are cut from querysets, and views that show all rows at once. */
import { alternativesOf } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RowList } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";

/** Each of the querysets or lists that `rows` may be is listed. */
export function recordRowList(
  interpreter: Interpreter,
  rows: Value,
  node: Expression,
  { by, pages, view }: Pick<RowList, "by" | "pages" | "view">,
): void {
  for (const item of alternativesOf(rows)) {
    if (item.kind !== "queryset" && item.kind !== "collection") continue;
    if (item.kind === "queryset" && item.bound.kind === "empty") continue;
    interpreter.record({
      kind: "rowList",
      rows: item,
      by,
      pages,
      view,
      node,
      ...interpreter.context(interpreter.location(node), noLoops),
    });
  }
}
