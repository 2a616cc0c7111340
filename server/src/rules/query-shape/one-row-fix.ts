/** One query for a row that two ask for: it is fetched first, and then asked whether it is there. */

import { removeStatement } from "../../edits/remove-statement.ts";
import { lineBefore } from "../../edits/statement-lines.ts";
import type { Assign, If } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isStatement } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { FetchedAfterTest } from "./fetched-after-test.ts";

export function oneRowFix(found: FetchedAfterTest): readonly Fix[] {
  const { asked, test } = found;
  const fetched = fetchedRow(found);
  if (!fetched || asked.call.function.attribute.name.startsWith("a") || test.asksForNone || !test.inBody)
    return [];
  const { path, text } = asked.module.file;
  const edits =
    test.decides.kind === "If"
      ? editsOfStatement(found, test.decides, fetched)
      : editsOfExpression(found, fetched);
  if (!edits || text.slice(asked.call.start, asked.call.end).includes("#")) return [];
  return [
    {
      title: "Fetch the row once, and ask whether it is there",
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path, ...edit })),
    },
  ];
}

/** `tasks.first()`, also for `tasks.get()` and `tasks.filter(pk=key)` with `get(pk=key)`. */
function fetchedRow({ asked, fetch }: FetchedAfterTest): string | undefined {
  const { call, module } = asked;
  const { operation } = fetch.use;
  const receiver = module.file.text.slice(call.function.value.start, call.function.value.end);
  if (receiver.includes("\n")) return undefined;
  return operation === "first" || operation === "get" ? `${receiver}.first()` : undefined;
}

/** `if tasks.exists(): task = tasks.first(); …` */
function editsOfStatement({ asked, fetch, test }: FetchedAfterTest, statement: If, fetched: string) {
  const { around, module } = asked;
  const { text } = module.file;
  const [assignment] = statement.body;
  const scope = around.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  const isWholeTest = statement.test.start === test.whole.start && statement.test.end === test.whole.end;
  if (!scope || !isWholeTest || text.slice(statement.start, statement.start + 2) !== "if") return undefined;
  if (assignment?.kind !== "Assign" || statement.body.length < 2) return undefined;
  const name = nameBoundTo(assignment, fetch.rows);
  if (name === undefined || bindingsOf(scope, name).length > 1) return undefined;
  const removed = removeStatement(text, assignment, statement.body);
  if (!removed) return undefined;
  const { end, start } = test.whole;
  return [
    lineBefore(text, statement, `${name} = ${fetched}`),
    { range: { start, end }, newText: `${name} is not None` },
    removed,
  ];
}

function nameBoundTo({ targets, value }: Assign, rows: { readonly start: number; readonly end: number }) {
  const [target, ...others] = targets;
  const isRow = value.start === rows.start && value.end === rows.end;
  return isRow && others.length === 0 && target?.kind === "Name" ? target.name : undefined;
}

/** `tasks.first() if tasks.exists() else None` */
function editsOfExpression({ fetch, test }: FetchedAfterTest, fetched: string) {
  const { decides, whole } = test;
  if (decides.kind !== "Conditional") return undefined;
  const { body, orElse, test: condition } = decides;
  const isPlain =
    condition.start === whole.start &&
    condition.end === whole.end &&
    body.start === fetch.rows.start &&
    body.end === fetch.rows.end &&
    orElse.kind === "ConstantLiteral" &&
    orElse.value === "None";
  return isPlain ? [{ range: { start: decides.start, end: decides.end }, newText: fetched }] : undefined;
}
