import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { pathTo } from "../../syntax/walk.ts";
import { atMostMedium } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { CountQuestion } from "./count-question.ts";
import { existenceFix, insideOfLists, severalFix } from "./existence-fix.ts";
import { fetchedAfterTests } from "./fetched-after-test.ts";
import { fetchedAfterTemplateTests } from "./fetched-in-template.ts";
import { isSureToGrow } from "./growing-tables.ts";
import { questionInPython } from "./question-in-python.ts";
import { existenceInTemplate, isReadOnce, questionInTemplate } from "./question-in-template.ts";
import { isCallOf, madeBy } from "./rows-in-python.ts";
import { isAskedOnce } from "./rows-used-again.ts";
import {
  confidenceOfQuestion,
  fetchesOne,
  fetchFirst,
  isCountedAgain,
  stepsToUse,
  type UsesAtPlace,
  usesOutsideOfLoops,
} from "./uses-of-rows.ts";

export const countComparedForExistence: FactRule = {
  kind: "facts",
  code: "QS203",
  name: "count-compared-for-existence",
  summary: "All matching rows are counted only to learn whether there are any",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const fetched = placesFetchedAfterTests(context);
    return usesOutsideOfLoops(context, ["count", "len", "list"]).flatMap((group) => {
      if (fetched.has(placeKey(group[0].location))) return [];
      const asked = comparisonAt(context, group);
      return asked ? [findingOf(context, group, asked, fetchesOne(context, group))] : [];
    });
  },
};

/** Another rule's advice saves more: the rows are fetched behind the test, where `exists()` would leave two queries. */
function placesFetchedAfterTests(context: RuleContext): ReadonlySet<string> {
  const questions = [
    ...fetchedAfterTests(context).map(({ asked }) => asked.question),
    ...fetchedAfterTemplateTests(context).map(({ question }) => question),
  ];
  return new Set(questions.map(([{ location }]) => placeKey(location)));
}

interface Asked {
  readonly question: CountQuestion;
  readonly text: string;
  readonly isCount: boolean;
  readonly fixes: readonly Fix[];
}

function comparisonAt(context: RuleContext, group: UsesAtPlace): Asked | undefined {
  const [{ location, operation, text: call }] = group;
  const { path } = location;
  const text = context.text(path);
  const isCount = operation === "count";
  const isReused = group.some(({ queryset }) => queryset.result.reused);
  if (isPython(location)) {
    const counted = operation === "list" ? countedListAt(context, location) : location;
    const asked = counted && questionInPython(context, counted);
    if (!asked) return undefined;
    const [first] = asked.asked.arguments;
    const argument = first && insideOfLists(first);
    const made = group.flatMap(({ queryset }) => madeBy(context, queryset));
    if (!isCount && (isReused || !argument || !isAskedOnce(asked.path, argument, made))) return undefined;
    const fixes =
      asked.question === "several" ? severalFix(path, text, asked) : existenceFix(path, text, asked);
    return { question: asked.question, isCount, text: shown(text, asked.whole, call), fixes };
  }
  const asked = questionInTemplate(context, location);
  if (!asked) return undefined;
  // A variable of the template may be shown elsewhere; what is looked up in it is a new queryset each time.
  const { queryset } = asked;
  const isVariable = queryset.kind === "Name";
  if (!isCount && (isReused || (isVariable && !isReadOnce(context, path, queryset.name)))) return undefined;
  const existence = asked.question === "several" ? [] : existenceInTemplate(path, text, asked);
  const fixes =
    isVariable && !isCount ? existence.map((fix): Fix => ({ ...fix, safety: "unsafe" })) : existence;
  return { question: asked.question, isCount, text: shown(text, asked.whole, call), fixes };
}

/** `len(list(tasks))` around the rows that become a list. */
function countedListAt({ project }: RuleContext, { path, range }: Location): Location | undefined {
  const module = project.program.moduleOfFile(path);
  const around = module ? pathTo(module.file.tree, range) : [];
  const counted = around.findLast(
    (node) => !isCallOf(node, ["list", "tuple"]) && !containsRange(range, node),
  );
  const [argument] = isCallOf(counted, ["len"]) ? counted.arguments : [];
  const rows = argument && insideOfLists(argument);
  if (!counted || rows?.start !== range.start || rows.end !== range.end) return undefined;
  return { path, range: { start: counted.start, end: counted.end } };
}

/** The comparison where it is written on one line, else what it asks. */
function shown(text: string, { start, end }: TextRange, call: string): string {
  const comparison = text.slice(start, end);
  return comparison.includes("\n") ? call : comparison;
}

function findingOf(
  context: RuleContext,
  group: UsesAtPlace,
  { fixes, isCount, question, text }: Asked,
  isFetched: boolean,
): Finding {
  const [example] = group;
  const { location, queryset, symbol } = example;
  const { model } = queryset;
  const confidence = confidenceOfQuestion(context, group, isFetched);
  const level = question === "several" ? "hint" : countComparedForExistence.level;
  const does = isCount ? "counts" : "loads";
  return {
    ...findingBase(countComparedForExistence),
    level: levelInRoots(context, level, group),
    remedy: "query-shape",
    // A table of a few rows is counted as fast.
    confidence:
      isSureToGrow(context, model) && !isCountedAgain(context, group) ? confidence : atMostMedium(confidence),
    message:
      question === "several"
        ? `"${text}" ${does} every ${model.name} that matches, where two would tell`
        : `"${text}" ${does} every ${model.name} that matches, only to learn whether there is one`,
    help: isFetched
      ? fetchFirst
      : question === "several"
        ? `Count at most two: "[:2]".`
        : `"exists()" stops at the first.`,
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: stepsToUse(group, text),
    fixes: isFetched ? [] : fixes,
  };
}
