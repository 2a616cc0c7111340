/** Variables of a template that ask the database about their rows, which a loop of the same template fetches. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Fact, RowsUse } from "../../interpret/facts.ts";
import { parseTemplate } from "../../syntax/template/parse-template.ts";
import type { TemplateNode } from "../../syntax/template/template-tree.ts";
import type { Fix } from "../finding.ts";
import { isPython } from "../is-python.ts";
import type { RuleContext } from "../rule-context.ts";
import { branchAsking, nodesAround, questionInTemplate, testsAround } from "./question-in-template.ts";
import { type UsesAtPlace, usesOutsideOfLoops } from "./uses-of-rows.ts";

export interface FetchedInTemplate {
  readonly question: UsesAtPlace;
  /** The loop over the rows. */
  readonly fetch: RowsUse;
  /** What has the rows: `tasks` of `tasks.exists`, `project.tasks` of `project.tasks.count`. */
  readonly rows: string;
  /** Both ask the same queryset object; otherwise the template looks it up twice. */
  readonly isSameObject: boolean;
  /** `tasks.exists`, `tasks.count > 0` */
  readonly whole: TextRange;
  /** It is true where there are no rows. */
  readonly asksForNone: boolean;
}

const knownTests = new AnswersOf<readonly Fact[], readonly FetchedInTemplate[]>();

/** `{% if tasks.exists %}{% for task in tasks %}` */
export function fetchedAfterTemplateTests(context: RuleContext): readonly FetchedInTemplate[] {
  return remembered(knownTests, context.facts, () =>
    askedInTemplates(context, ["exists", "count"]).flatMap(
      (asked) => fetchedBehindTest(context, asked) ?? [],
    ),
  );
}

/** `{{ tasks.count }}: {% for task in tasks %}` */
export function fetchedAfterTemplateCounts(context: RuleContext): readonly FetchedInTemplate[] {
  return askedInTemplates(context, ["count"]).flatMap((asked) => {
    const { body, fetches, question } = asked;
    const { range } = question[0].location;
    const around = nodesAround(body, range);
    const shown = around.at(-1);
    if (shown?.kind !== "VariableNode" || shown.expression.value.kind !== "Attribute") return [];
    const fetch = fetches.find((each) => isAlwaysFetched(nodesAround(body, each.location.range), around));
    return fetch ? [{ ...asked, fetch, whole: shown.expression.value, asksForNone: false }] : [];
  });
}

interface AskedInTemplate extends Pick<FetchedInTemplate, "question" | "rows" | "isSameObject"> {
  readonly body: readonly TemplateNode[];
  /** The loops behind the question over the same rows. */
  readonly fetches: readonly RowsUse[];
}

function askedInTemplates(
  context: RuleContext,
  operations: readonly RowsUse["operation"][],
): readonly AskedInTemplate[] {
  const loops = usesOutsideOfLoops(context, ["iterate"]).flat();
  const byPath = groupBy(loops, ({ location }) => location.path);
  return usesOutsideOfLoops(context, operations).flatMap((question) => {
    const [{ location, operation }] = question;
    const { path, range } = location;
    if (isPython(location)) return [];
    const text = context.text(path);
    const rows = new RegExp(`^([\\w.]+)\\.${operation}\\b`).exec(text.slice(range.start))?.[1];
    if (rows === undefined) return [];
    const behind = (byPath.get(path) ?? []).filter((use) => use.location.range.start > range.end);
    const ofObject = behind.filter(({ queryset }) =>
      question.some((each) => each.queryset.result === queryset.result),
    );
    const isSameObject = ofObject.length > 0;
    const lookedUp = behind.filter((use) => text.startsWith(`${rows}.all`, use.location.range.start));
    const fetches = isSameObject ? ofObject : lookedUp;
    if (fetches.length === 0) return [];
    return [{ question, rows, isSameObject, fetches, body: parseTemplate(path, text).tree.body }];
  });
}

function fetchedBehindTest(context: RuleContext, asked: AskedInTemplate): FetchedInTemplate | undefined {
  const { body, fetches, question } = asked;
  const { location, operation } = question[0];
  const node = nodesAround(body, location.range).at(-1);
  const branch = node?.kind === "IfNode" ? branchAsking(node, location.range) : undefined;
  if (node?.kind !== "IfNode" || !branch) return undefined;
  const tests = testsAround(body, location.range);
  const counted = operation === "count" ? questionInTemplate(context, location) : undefined;
  if (operation === "count" ? !counted || counted.question === "several" : isCompared(tests))
    return undefined;
  const asksForNone = counted?.question === "none";
  const negations = tests.filter(({ kind }) => kind === "NotTest").length;
  const inBody = (negations % 2 === 0) !== asksForNone;
  const unsure = inBody ? "or" : "and";
  if (tests.some((test) => test.kind === "BooleanTest" && test.operator === unsure)) return undefined;
  const guarded = inBody ? branch : node.branches.find(({ test }) => test === undefined);
  const fetch = fetches.find(({ location: { range } }) =>
    guarded?.body.some((each) => containsRange(each, range)),
  );
  const operand = counted?.whole ?? tests.at(-1);
  return fetch && operand ? { ...asked, fetch, whole: operand, asksForNone } : undefined;
}

function isCompared(tests: ReturnType<typeof testsAround>): boolean {
  return tests.some(({ kind }) => kind === "ComparisonTest");
}

/** Whatever leads to the question leads to the loop, too. */
function isAlwaysFetched(fetch: readonly TemplateNode[], question: readonly TemplateNode[]): boolean {
  return fetch.slice(0, -1).every((node) => question.includes(node) || bodiesAlwaysRun.has(node.kind));
}

const bodiesAlwaysRun: ReadonlySet<TemplateNode["kind"]> = new Set(["WithNode", "BlockNode", "FilterNode"]);

/** Puts `newText` in the place of the question; nothing where the template looks up the rows twice. */
export function replaceQuestion(
  { isSameObject, question, whole: { end, start } }: FetchedInTemplate,
  title: string,
  newText: string,
): readonly Fix[] {
  const edits = [{ path: question[0].location.path, range: { start, end }, newText }];
  return isSameObject ? [{ title, safety: "unsafe", preferred: true, edits }] : [];
}

/** Help where the template looks up the rows twice. */
export function withRows(rows: string): string {
  return `"{% with rows=${rows}.all %}" loads the rows once: "rows|length" counts them, and a loop goes through them.`;
}
