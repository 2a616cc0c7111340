/** Where a condition of a template asks only whether there are rows, or whether there is more than one. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Expression } from "../../syntax/ast.ts";
import { parseTemplate } from "../../syntax/template/parse-template.ts";
import type {
  ComparisonTest,
  FilterExpression,
  IfBranch,
  IfNode,
  TemplateNode,
  TemplateTest,
} from "../../syntax/template/template-tree.ts";
import { bodiesOf } from "../../syntax/template/template-walk.ts";
import type { Fix } from "../finding.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type CountQuestion, questionOf } from "./count-question.ts";

export interface TemplateQuestion {
  readonly question: CountQuestion;
  /** `tasks.count > 0`, or the operand alone where its truth is tested. */
  readonly whole: TextRange;
  /** What has the rows: `project.tasks` of `project.tasks.count`. */
  readonly queryset: Expression;
  readonly form: "count" | "length";
}

export function questionInTemplate(
  context: RuleContext,
  { path, range }: Location,
): TemplateQuestion | undefined {
  const { body } = parseTemplate(path, context.text(path)).tree;
  const tests = testsAround(body, range);
  const operand = tests.at(-1);
  if (operand?.kind !== "OperandTest") return undefined;
  const counted = countedIn(operand.expression);
  if (!counted) return undefined;
  const parent = tests.at(-2);
  if (parent?.kind !== "ComparisonTest") return { ...counted, question: "any", whole: operand };
  const question = questionOfComparison(parent, operand);
  return question && { ...counted, question, whole: parent };
}

/** What is looked up anew for each question, `project.tasks.all`, where only its truth is tested. */
export function truthInTemplate(context: RuleContext, { path, range }: Location): Expression | undefined {
  const { body } = parseTemplate(path, context.text(path)).tree;
  const tests = testsAround(body, range);
  const operand = tests.at(-1);
  if (operand?.kind !== "OperandTest" || tests.at(-2)?.kind === "ComparisonTest") return undefined;
  const { filters, value } = operand.expression;
  if (filters.length > 0) return undefined;
  if (value.kind === "Name") return isReadOnce(context, path, value.name) ? value : undefined;
  if (value.kind !== "Attribute") return undefined;
  return querysetOperation(value.attribute.name)?.kind === "refine" ? value : undefined;
}

/** A variable that the template reads nowhere else, nor any that the same code renders with it. */
export function isReadOnce(context: RuleContext, path: string, variable: string): boolean {
  const pages = factsOfKind(context.facts, "pageRender").filter(({ templates }) =>
    templates.some((template) => template.path === path),
  );
  return (
    pages.length > 0 &&
    pages.every(
      ({ templates }) => templates.reduce((sum, { text }) => sum + timesInTags(text, variable), 0) === 1,
    )
  );
}

/** `{% if project.shown_tasks %}`, `{% if project.shown_tasks > 0 %}`: a condition that none and any are told apart by. */
export function asksForExistence(body: readonly TemplateNode[], range: TextRange): boolean {
  const tests = testsAround(body, range);
  const operand = tests.at(-1);
  if (operand?.kind !== "OperandTest" || operand.expression.filters.length > 0) return false;
  const parent = tests.at(-2);
  if (parent?.kind !== "ComparisonTest") return true;
  const question = questionOfComparison(parent, operand);
  return question === "any" || question === "none";
}

/** The nodes around the place, outermost first. */
export function nodesAround(body: readonly TemplateNode[], range: TextRange): readonly TemplateNode[] {
  const node = body.find((candidate) => containsRange(candidate, range));
  if (!node) return [];
  const inner = bodiesOf(node).map((each) => nodesAround(each, range));
  return [node, ...(inner.find((path) => path.length > 0) ?? [])];
}

/** The tests around the place, outermost first. */
export function testsAround(body: readonly TemplateNode[], range: TextRange): readonly TemplateTest[] {
  const node = nodesAround(body, range).at(-1);
  const branch = node?.kind === "IfNode" ? branchAsking(node, range) : undefined;
  return branch?.test ? pathThrough(branch.test, range) : [];
}

/** The branch whose test contains the place. */
export function branchAsking({ branches }: IfNode, range: TextRange): IfBranch | undefined {
  return branches.find(({ test }) => test && containsRange(test, range));
}

const tags = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** How often the tags of a template read the variable or lookup: `project.tasks.all`. */
export function timesInTags(text: string, lookup: string): number {
  const reading = new RegExp(`(?<![\\w.])${lookup.replaceAll(".", "\\.")}(?!\\w)`, "g");
  return [...text.matchAll(tags)].reduce((sum, [tag]) => sum + [...tag.matchAll(reading)].length, 0);
}

function pathThrough(test: TemplateTest, range: TextRange): readonly TemplateTest[] {
  const inner = partsOf(test).find((part) => containsRange(part, range));
  return inner ? [test, ...pathThrough(inner, range)] : [test];
}

function partsOf(test: TemplateTest): readonly TemplateTest[] {
  switch (test.kind) {
    case "OperandTest":
      return [];
    case "NotTest":
      return [test.operand];
    case "BooleanTest":
      return test.operands;
    case "ComparisonTest":
      return [test.left, test.right];
  }
}

function countedIn({
  filters,
  value,
}: FilterExpression): Pick<TemplateQuestion, "queryset" | "form"> | undefined {
  const [filter, ...others] = filters;
  if (!filter) {
    return value.kind === "Attribute" && value.attribute.name === "count"
      ? { queryset: value.value, form: "count" }
      : undefined;
  }
  return filter.name.name === "length" && others.length === 0
    ? { queryset: value, form: "length" }
    : undefined;
}

function questionOfComparison({ left, operator, right }: ComparisonTest, operand: TemplateTest) {
  const number = left === operand ? right : left;
  if (number.kind !== "OperandTest" || number.expression.filters.length > 0) return undefined;
  const { value } = number.expression;
  return value.kind === "NumberLiteral" ? questionOf(operator, value.value, left === operand) : undefined;
}

export function existenceInTemplate(path: string, text: string, asked: TemplateQuestion): readonly Fix[] {
  const { queryset, question, whole } = asked;
  const rows = `${text.slice(queryset.start, queryset.end)}.exists`;
  const { start, end } = whole;
  const newText = question === "none" ? `not ${rows}` : rows;
  return [
    {
      title: `Use "exists"`,
      safety: "safe",
      preferred: true,
      edits: [{ path, range: { start, end }, newText }],
    },
  ];
}
