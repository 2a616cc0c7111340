import { containsRange } from "../../base/text-range.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isStatement } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { keepsRows } from "./asked-before.ts";
import { type FetchedAfterTest, fetchedAfterTests } from "./fetched-after-test.ts";
import {
  type FetchedInTemplate,
  fetchedAfterTemplateTests,
  replaceQuestion,
  withRows,
} from "./fetched-in-template.ts";
import { oneRowFix } from "./one-row-fix.ts";
import { questionFinding } from "./question-finding.ts";

export const existsThenEvaluate: FactRule = {
  kind: "facts",
  code: "QS204",
  name: "exists-then-evaluate",
  summary: "A query asks whether there are rows, and another one fetches them",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) => [
    ...fetchedAfterTests(context).map((found) => findingOf(context, found)),
    ...fetchedAfterTemplateTests(context).map((found) => findingInTemplate(context, found)),
  ],
};

function findingOf(context: RuleContext, found: FetchedAfterTest): Finding {
  const { asked, fetch, test } = found;
  const { module, question } = asked;
  const keeps = keepsRows.has(fetch.use.operation);
  const { name } = question[0].queryset.model;
  const text = module.file.text.slice(test.whole.start, test.whole.end).replace(/\s+/g, " ");
  return questionFinding(context, existsThenEvaluate, question, {
    level: levelInRoots(context, existsThenEvaluate.level, question),
    message: `"${text}" is a query of its own, and "${fetch.use.text}" fetches the same ${name} rows behind it`,
    help: keeps
      ? "The truth of the queryset loads the rows once, for both."
      : `Fetch first, and ask whether the row is there: "${fetch.use.operation === "get" ? "except DoesNotExist" : "is not None"}".`,
    asks: { verb: "Asks", text },
    fetches: fetch.use,
    fixes: keeps ? truthFix(found) : oneRowFix(found),
  });
}

/** The truth of the queryset itself, whose rows stay for what follows. */
function truthFix({ asked, test }: FetchedAfterTest): readonly Fix[] {
  const { around, call, module } = asked;
  const { asksForNone, whole } = test;
  const { value } = call.function;
  const scope = around.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  if (value.kind !== "Name" || !scope || call.function.attribute.name.startsWith("a")) return [];
  if (bindingsOf(scope, value.name).some(({ kind }) => kind !== "assignment")) return [];
  if (module.file.tree.comments.some((comment) => containsRange(whole, comment))) return [];
  const edits = [
    {
      path: module.file.path,
      range: { start: whole.start, end: whole.end },
      newText: asksForNone ? `not ${value.name}` : value.name,
    },
  ];
  return [{ title: "Load the rows once, for both", safety: "unsafe", preferred: true, edits }];
}

function findingInTemplate(context: RuleContext, found: FetchedInTemplate): Finding {
  const { asksForNone, fetch, isSameObject, question, rows, whole } = found;
  const [{ location, queryset }] = question;
  const text = context.text(location.path).slice(whole.start, whole.end);
  const newText = asksForNone ? `not ${rows}` : rows;
  return questionFinding(context, existsThenEvaluate, question, {
    level: levelInRoots(context, existsThenEvaluate.level, question),
    message: `"${text}" is a query of its own, and the loop over "${rows}" fetches the same ${queryset.model.name} rows behind it`,
    help: isSameObject ? `"${newText}" loads the rows once, for both.` : withRows(rows),
    asks: { verb: "Asks", text },
    fetches: { text: rows, location: fetch.location },
    fixes: replaceQuestion(found, "Load the rows once, for both", newText),
  });
}
