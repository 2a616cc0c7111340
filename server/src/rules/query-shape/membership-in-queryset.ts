import type { Comparison } from "../../syntax/ast.ts";
import { isExpression } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { onlyColumn } from "./row-columns.ts";
import { isWholeTable, rowsFinding, shownCode } from "./rows-finding.ts";
import { replaceUse, withoutValues } from "./rows-fix.ts";
import { type FetchedRows, fetchedRows } from "./rows-in-python.ts";

export const membershipInQueryset: FactRule = {
  kind: "facts",
  code: "QS206",
  name: "membership-in-queryset",
  summary: "All rows are loaded only to look for one of them",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  // Asked for in each round of a loop, the rows are better fetched once.
  if (rows.uses.some(({ around }) => around.length > 0)) return undefined;
  const place = rows.around.at(-1);
  if (!place || !isExpression(place) || place.kind !== "Comparison") return undefined;
  const [operator, ...others] = place.operators;
  if (others.length > 0 || (operator !== "in" && operator !== "not in")) return undefined;
  if (place.comparators[0] !== rows.whole) return undefined;
  const lookup = lookupOf(rows, place);
  if (!lookup) return undefined;
  return rowsFinding(context, membershipInQueryset, rows, {
    level: isWholeTable(rows) ? "warning" : "info",
    place,
    message: `"${shownCode(rows, place)}" loads every ${rows.queryset.model.name} that matches, only to look for one`,
    help: `"filter(${lookup}).exists()" asks the database for that one.`,
    fixes: fixesOf(rows, place, lookup, operator === "not in"),
  });
}

/** `pk=task.pk`; undefined where the values are no single column. */
function lookupOf({ module, queryset }: FetchedRows, { left }: Comparison): string | undefined {
  const text = module.file.text.slice(left.start, left.end);
  if (queryset.rows === "instances") {
    const isObject = left.kind === "Name" || left.kind === "Attribute" || left.kind === "Call";
    return isObject ? `pk=${text}.pk` : undefined;
  }
  const column = onlyColumn(queryset);
  return column?.field && `${column.lookup}=${text}`;
}

function fixesOf(rows: FetchedRows, place: Comparison, lookup: string, isNegated: boolean): readonly Fix[] {
  const { united, unknownOperations } = rows.queryset;
  // What stands left of the operator is written again; a line break in it, or a comment, has no place there.
  if (united || unknownOperations || lookup.includes("\n")) return [];
  const edits = replaceUse(withoutValues(rows), place, {
    before: isNegated ? "not " : "",
    calls: [`.filter(${lookup})`, ".exists()"],
  });
  return edits ? [{ title: `Use "exists()"`, safety: "unsafe", preferred: true, edits }] : [];
}
