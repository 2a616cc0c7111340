import type { ManagerTruth } from "../../interpret/facts.ts";
import { hasOwnTruth } from "../../python/own-truth.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isExpression, type Node, pathTo } from "../../syntax/walk.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { isTruthTested } from "../truth-tests.ts";
import { managersAskedForTruth } from "./manager-truth.ts";
import { truthInTemplate } from "./question-in-template.ts";
import { madeBy } from "./rows-in-python.ts";
import { isAskedOnce } from "./rows-used-again.ts";
import {
  confidenceOfQuestion,
  fetchesOne,
  fetchFirst,
  stepsToUse,
  type UsesAtPlace,
  usesOutsideOfLoops,
} from "./uses-of-rows.ts";

export const truthinessInsteadOfExists: FactRule = {
  kind: "facts",
  code: "QS202",
  name: "truthiness-instead-of-exists",
  summary: "Rows are loaded only to learn whether there are any",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const managers = managersAskedForTruth(context).map((truth) => alwaysTrue(context, truth));
    return [...managers, ...askedOfRows(context)];
  },
};

function askedOfRows(context: RuleContext): readonly Finding[] {
  return usesOutsideOfLoops(context, ["bool", "list", "first"]).flatMap((group) => {
    const [{ inCoroutine, location, operation }] = group;
    if (group.some(({ queryset }) => queryset.result.reused)) return [];
    // Rows that are put into a list in a coroutine cannot be asked for at all.
    if (inCoroutine && operation !== "first") return [];
    const test = isPython(location) ? testInPython(context, group) : testInTemplate(context, group);
    return test ? [findingOf(context, group, test, fetchesOne(context, group))] : [];
  });
}

/** `if project.tasks:` asks nothing of the database: a manager is an object like any other. */
function alwaysTrue(context: RuleContext, truth: ManagerTruth): Finding {
  const { location, model, symbol, text } = truth;
  return {
    ...findingBase(truthinessInsteadOfExists),
    level: levelInRoots(context, "warning", [truth]),
    remedy: "query-shape",
    confidence: "high",
    message: `"${text}" is a manager, which is always true, whether there is a ${model.name} or not`,
    help: `"${text}.exists()" asks the database.`,
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [],
    // The code has done the same whatever rows there were: what it should do, only its author knows.
    fixes: [],
  };
}

interface Test {
  /** `Task.objects.filter(…)`, `bool(tasks)` */
  readonly text: string;
  readonly fixes: readonly Fix[];
}

function testInTemplate(context: RuleContext, group: UsesAtPlace): Test | undefined {
  const [{ location, operation }] = group;
  const { path } = location;
  const expression = operation === "bool" ? truthInTemplate(context, location) : undefined;
  if (!expression) return undefined;
  const isVariable = expression.kind === "Name";
  if (isVariable && group.some(({ queryset }) => queryset.result.reused)) return undefined;
  const { end, start } = expression;
  const source = context.text(path);
  const text = source.slice(start, end);
  // A loop over the same rows follows as a rule: `{% with %}` serves both, or `{% empty %}`.
  if (!isVariable && source.indexOf(text) !== source.lastIndexOf(text)) return undefined;
  const edits = [{ path, range: { start: end, end }, newText: ".exists" }];
  return {
    text,
    // A variable may be a list where another view renders the template.
    fixes: [{ title: 'Use "exists"', safety: isVariable ? "unsafe" : "safe", preferred: true, edits }],
  };
}

function testInPython(context: RuleContext, group: UsesAtPlace): Test | undefined {
  const [{ location, operation, text }] = group;
  const module = context.project.program.moduleOfFile(location.path);
  const inner = module ? pathTo(module.file.tree, location.range) : [];
  // Of `list(tasks)` the place is that of its rows.
  const path = operation === "list" ? inner.slice(0, -1) : withLastOperands(inner);
  const asked = path.at(-1);
  if (!asked || !isExpression(asked)) return undefined;
  const source = context.text(location.path);
  const call = wrappingCall(asked);
  const change =
    operation === "first"
      ? renamedFirst(path, asked, group, context)
      : call
        ? unwrapped(path, asked, call, source, group, context)
        : appended(path, asked, madeInGroup(context, group));
  if (!change) return undefined;
  const edits = change.map((edit) => ({ path: location.path, ...edit }));
  const fix: Fix = { title: 'Use "exists()"', safety: "safe", preferred: true, edits };
  return { text, fixes: edits.length > 0 ? [fix] : [] };
}

/** The truth of `a or tasks` is asked of its last operand when it has not been asked of the others. */
function withLastOperands(path: readonly Node[]): readonly Node[] {
  const last = path.at(-1);
  if (!last || !("kind" in last) || last.kind !== "BooleanOperation") return path;
  const operand = last.values.at(-1);
  return operand ? withLastOperands([...path, operand]) : path;
}

type WrappingCall = Call & { readonly function: Extract<Expression, { kind: "Name" }> };

/** `bool(tasks)`, `any(tasks)`, `list(tasks)` */
function wrappingCall(node: Expression): WrappingCall | undefined {
  const isWrapping =
    node.kind === "Call" &&
    node.function.kind === "Name" &&
    ["bool", "any", "list"].includes(node.function.name) &&
    node.arguments.length === 1;
  return isWrapping ? (node as WrappingCall) : undefined;
}

type Change = Omit<FileEdit, "path">;

function appended(
  path: readonly Node[],
  asked: Expression,
  made: readonly Expression[],
): readonly Change[] | undefined {
  if (!isTruthTested(path.slice(0, -1), asked) || !isAskedOnce(path, asked, made)) return undefined;
  return [{ range: { start: asked.end, end: asked.end }, newText: ".exists()" }];
}

function madeInGroup(context: RuleContext, group: UsesAtPlace): readonly Expression[] {
  return group.flatMap(({ queryset }) => madeBy(context, queryset));
}

function unwrapped(
  path: readonly Node[],
  asked: Expression,
  call: WrappingCall,
  source: string,
  group: UsesAtPlace,
  context: RuleContext,
): readonly Change[] | undefined {
  const [rows] = call.arguments;
  if (!rows || !isAskedOnce(path, rows, madeInGroup(context, group))) return undefined;
  if (call.function.name === "list" && !isTruthTested(path.slice(0, -1), asked)) return undefined;
  if (call.function.name === "any" && !areRowsTrue(group, context)) return undefined;
  const opening = source.slice(call.function.end, rows.start);
  const closing = source.slice(rows.end, call.end);
  if (!/^\(\s*$/.test(opening) || !/^\s*,?\s*\)$/.test(closing)) return [];
  return [
    { range: { start: call.start, end: rows.start }, newText: "" },
    { range: { start: rows.end, end: call.end }, newText: ".exists()" },
  ];
}

/** `if tasks.first():` */
function renamedFirst(
  path: readonly Node[],
  asked: Expression,
  group: UsesAtPlace,
  context: RuleContext,
): readonly Change[] | undefined {
  if (asked.kind !== "Call" || asked.function.kind !== "Attribute" || !areRowsTrue(group, context))
    return undefined;
  const around = path.slice(0, -1);
  const parent = around.at(-1);
  const isAwaited = parent !== undefined && isExpression(parent) && parent.kind === "Await";
  const isOnlyTested = isAwaited ? isTruthTested(around.slice(0, -1), parent) : isTruthTested(around, asked);
  if (!isOnlyTested) return undefined;
  return [{ range: asked.function.attribute, newText: isAwaited ? "aexists" : "exists" }];
}

/** They are objects, and their class says nothing else about their truth. */
function areRowsTrue(group: UsesAtPlace, { project }: RuleContext): boolean {
  return group.every(
    ({ queryset: { model, rows } }) =>
      rows === "instances" && !(model.symbol && hasOwnTruth(project.program, model.symbol)),
  );
}

function findingOf(
  context: RuleContext,
  group: UsesAtPlace,
  { fixes, text }: Test,
  isFetched: boolean,
): Finding {
  const [{ location, operation, queryset, symbol }] = group;
  const { label, name } = queryset.model;
  const isFirst = operation === "first";
  return {
    ...findingBase(truthinessInsteadOfExists),
    level: isFirst ? "hint" : levelInRoots(context, truthinessInsteadOfExists.level, group),
    remedy: "query-shape",
    confidence: confidenceOfQuestion(context, group, isFetched),
    message: `"${text}" loads ${isFirst ? `a ${name}` : `every ${name} that matches`}, only to learn whether there is one`,
    help: isFetched ? fetchFirst : `"exists()" asks the database for nothing else.`,
    location,
    origin: location,
    symbol,
    model: label,
    evidence: stepsToUse(group, text),
    // With `exists()`, two queries would be left.
    fixes: isFetched ? [] : fixes,
  };
}
