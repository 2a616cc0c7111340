import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { onlyColumn } from "./row-columns.ts";
import { isSortable, keyColumn } from "./row-key.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { replaceUse } from "./rows-fix.ts";
import { type FetchedRows, fetchedRows, isCallOf } from "./rows-in-python.ts";

export const sortInPython: FactRule = {
  kind: "facts",
  code: "QS209",
  name: "sort-in-python",
  summary: "Rows are sorted in Python by a column that the database can sort by",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const call = rows.around.at(-1);
  if (!isCallOf(call, ["sorted"]) || call.arguments.length !== 1) return undefined;
  const descending = directionOf(call);
  if (descending === undefined) return undefined;
  const hasKey = call.keywords.some(({ name }) => name?.name === "key");
  const column = hasKey ? keyColumn(context, rows, call) : onlyColumn(rows.queryset);
  if (!column || !isSortable(column)) return undefined;
  const order = `${descending ? "-" : ""}${column.lookup}`;
  const { united, unknownOperations } = rows.queryset;
  const quote = quoteOf(rows.module.file.text, rows.node);
  const edits =
    united || unknownOperations
      ? undefined
      : replaceUse(rows, call, {
          before: "list(",
          calls: [`.order_by(${quote}${order}${quote})`],
          behind: ")",
        });
  const fix: Fix | undefined = edits && {
    title: `Use order_by("${order}")`,
    safety: "unsafe",
    preferred: true,
    edits,
  };
  return rowsFinding(context, sortInPython, rows, {
    level: "hint",
    place: call,
    message: `"${shownCode(rows, call)}" sorts in Python by "${column.lookup}", which the database can do`,
    help: `"order_by("${order}")" gives the rows in this order.`,
    fixes: fix ? [fix] : [],
  });
}

/** Undefined where `reverse` is computed, or something else is given. */
function directionOf({ keywords }: Call): boolean | undefined {
  let descending = false;
  for (const { name, value } of keywords) {
    if (name?.name === "key") continue;
    if (name?.name !== "reverse" || value.kind !== "ConstantLiteral") return undefined;
    descending = value.value === "True";
  }
  return descending;
}
