import { containsRange, type TextRange } from "../../base/text-range.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isStatement, walk } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type AskedBefore, askedBefore, keepsRows } from "./asked-before.ts";
import {
  type FetchedInTemplate,
  fetchedAfterTemplateCounts,
  replaceQuestion,
  withRows,
} from "./fetched-in-template.ts";
import { questionFinding } from "./question-finding.ts";

export const countThenIterate: FactRule = {
  kind: "facts",
  code: "QS205",
  name: "count-then-iterate",
  summary: "Rows are counted by a query of their own, and then all fetched",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run: (context) => [
    ...askedBefore(context, "count").flatMap((asked) => findingOf(context, asked) ?? []),
    ...fetchedAfterTemplateCounts(context).map((found) => findingInTemplate(context, found)),
  ],
};

function findingInTemplate(context: RuleContext, found: FetchedInTemplate): Finding {
  const { fetch, isSameObject, question, rows } = found;
  const text = `${rows}.count`;
  return questionFinding(context, countThenIterate, question, {
    level: countThenIterate.level,
    message: `"${text}" counts rows that the loop over "${rows}" fetches all behind it`,
    help: isSameObject ? `"${rows}|length" loads the rows once, for both.` : withRows(rows),
    asks: { verb: "Counts", text },
    fetches: { text: rows, location: fetch.location },
    fixes: replaceQuestion(found, `Use ${rows}|length`, `${rows}|length`),
  });
}

function findingOf(context: RuleContext, asked: AskedBefore): Finding | undefined {
  const { around, call, fetches, module, question } = asked;
  const statement = around.findLast(isStatement);
  // A number that decides about the rest of the function may spare the rows.
  if (!statement || (statement.kind !== "Assign" && statement.kind !== "ExpressionStatement"))
    return undefined;
  const { value } = call.function;
  const scope = around.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  if (value.kind !== "Name" || !scope) return undefined;
  const fetch = fetches.find(({ rows, use }) => keepsRows.has(use.operation) && rows.kind === "Name");
  if (!fetch || bindingsOf(scope, value.name).some(({ kind }) => kind !== "assignment")) return undefined;
  // The rows are fetched on every way that leads there from the count.
  const block = around[around.indexOf(statement) - 1];
  if (block !== scope && !(block && containsRange(block, fetch.rows))) return undefined;
  if (isConditional(fetch.path, scope)) return undefined;
  if (canLeave(scope, { start: statement.end, end: fetch.rows.start })) return undefined;
  const [{ text }] = question;
  return questionFinding(context, countThenIterate, question, {
    level: countThenIterate.level,
    message: `"${text}" counts rows that "${fetch.use.text}" fetches all behind it`,
    help: `"len(${value.name})" loads the rows once, for both.`,
    asks: { verb: "Counts", text },
    fetches: fetch.use,
    fixes: lenFix(),
  });

  function lenFix(): readonly Fix[] {
    if (call.function.attribute.name !== "count") return [];
    if (module.file.tree.comments.some((comment) => containsRange(call, comment))) return [];
    const { path } = module.file;
    const edits = [
      { path, range: { start: call.start, end: value.start }, newText: "len(" },
      { path, range: { start: value.end, end: call.end }, newText: ")" },
    ];
    return [
      {
        title: `Use len(${module.file.text.slice(value.start, value.end)})`,
        safety: "unsafe",
        preferred: true,
        edits,
      },
    ];
  }
}

/** The function may end, and need none of the rows. */
function canLeave(scope: AskedBefore["around"][number], between: TextRange): boolean {
  let found = false;
  walk(scope, (node) => {
    if (isStatement(node) && (node.kind === "Return" || node.kind === "Raise"))
      found ||= containsRange(between, node);
    return !found;
  });
  return found;
}

/** It stands in a branch, or in a loop that may not run. */
function isConditional(path: AskedBefore["around"], scope: AskedBefore["around"][number]): boolean {
  return path.slice(path.indexOf(scope) + 1).some((node, index, inner) => {
    if (!isStatement(node)) return false;
    switch (node.kind) {
      case "If":
      case "While":
      case "Try":
      case "FunctionDef":
        return true;
      case "For": {
        const next = inner[index + 1];
        return next !== undefined && isStatement(next);
      }
      default:
        return false;
    }
  });
}
