/** A query that a helper sends, and that gets nothing of the rounds in which the loop calls it. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import type { CallFrame, Loop, RowsUse } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { isGuarded } from "../../syntax/guarded-expression.ts";
import { blocksOf, someBlockStatement } from "../../syntax/statement-walk.ts";
import { isExpression, isStatement, pathTo } from "../../syntax/walk.ts";
import { keepsAnswers } from "../request/kept-answers.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { consistsOf, isInRounds, isSameInAllRounds, type LoopCode, valuesAssignedTo } from "./loop-code.ts";

export interface HelperQuery {
  /** The call in the loop's own code. */
  readonly node: Expression;
  readonly place: Location;
}

/** Undefined also where the helper may spare the query: under a condition, or because it keeps the answer. */
export function helperQueryIn(
  context: RuleContext,
  use: RowsUse,
  loop: Loop & { readonly code: LoopCode },
): HelperQuery | undefined {
  const [first, ...further] = use.calls.slice(loop.depth);
  if (!first || first.location.path !== loop.location.path || !isInRounds(loop.code, first.location.range))
    return undefined;
  if (use.cached || use.dormant || ![first, ...further].every(isWrittenCall)) return undefined;
  const helpers = [...further, use].map(({ location }) => helperAt(context, location));
  if (!helpers.every((helper) => helper !== undefined)) return undefined;
  if (!helpers.every((helper) => runsAlways(helper) && !keepsAnswers(context, helper.module, helper.node)))
    return undefined;
  const call = expressionAt(context, first.location);
  const direct = helpers[0];
  if (!call || !direct) return undefined;
  const sites = use.queryset.origin.sites.filter(({ location }) =>
    helpers.some(
      ({ module, node }) => module.file.path === location.path && containsRange(node, location.range),
    ),
  );
  const isSameArgument = (name: string): boolean => {
    const given = argumentFor(direct, call, name);
    return (
      given !== "unknown" &&
      (given === undefined ||
        isSameInAllRounds(context, loop.code, given, first.location, use.queryset.origin))
    );
  };
  const isSame = sites.every(({ location, node }) => {
    const helper = helpers.find(
      (each) => each.module.file.path === location.path && containsRange(each.node, location.range),
    );
    if (!helper) return false;
    const { node: definition } = helper;
    const bound = boundNames(definition.body);
    const isSameName = (name: string): boolean => {
      if (bound.has(name))
        return valuesAssignedTo(definition.body, name).every((value) =>
          sites.some((site) => site.node === value),
        );
      const isParameter = definition.parameters.some((parameter) => parameter.name === name);
      return !isParameter || (helper === direct && isSameArgument(name));
    };
    return consistsOf(context, location.path, node, isSameName, () => true);
  });
  return sites.length > 0 && isSame ? { node: call, place: first.location } : undefined;
}

interface Helper {
  readonly module: Module;
  readonly node: FunctionDef;
  /** What it runs on the way to the query. */
  readonly place: TextRange;
}

function isWrittenCall({ via }: CallFrame): boolean {
  return via === "call" || via === "method" || via === "property";
}

function helperAt({ project: { program } }: RuleContext, { path, range }: Location): Helper | undefined {
  const module = program.moduleOfFile(path);
  const node = module && functionAround(module.file.tree, range);
  return node && { module, node, place: range };
}

function expressionAt(
  { project: { program } }: RuleContext,
  { path, range }: Location,
): Expression | undefined {
  const tree = program.moduleOfFile(path)?.file.tree;
  const node = tree && pathTo(tree, range).at(-1);
  return node && isExpression(node) ? node : undefined;
}

/** Whenever the function is called, it comes to the place: no condition stands around or before it. */
function runsAlways({ module, node, place }: Helper): boolean {
  const path = pathTo(module.file.tree, place);
  const inside = path.slice(path.indexOf(node) + 1);
  if (isGuarded(inside)) return false;
  const isReached = inside.every((each) => {
    if (!isStatement(each)) return true;
    switch (each.kind) {
      case "If":
      case "While":
        return containsRange(each.test, place);
      case "For":
        return containsRange(each.iterable, place);
      case "Try":
        return each.body.some((part) => containsRange(part, place));
      case "Match":
        return false;
      default:
        return true;
    }
  });
  const leavesBefore = [node, ...inside.filter(isStatement)].flatMap(blocksOf).some((block) => {
    const index = block.findIndex((statement) => containsRange(statement, place));
    return someBlockStatement(block.slice(0, Math.max(0, index)), ({ kind }) => kind === "Return");
  });
  return isReached && !leavesBefore;
}

/** What the call gives for a parameter; undefined where that is the default of the function. */
function argumentFor({ node }: Helper, call: Expression, name: string): Expression | "unknown" | undefined {
  const position = node.parameters.findIndex((parameter) => parameter.name === name);
  const isMethod = /^(?:self|cls)$/.test(node.parameters[0]?.name ?? "");
  if (call.kind !== "Call") return call.kind === "Attribute" && position === 0 ? call.value : "unknown";
  const receiver = call.function.kind === "Attribute" ? call.function.value : undefined;
  if (isMethod && position === 0) return receiver ?? "unknown";
  const form = node.parameters[position]?.form;
  if (isOpen(call) || form === "starred" || form === "doubleStarred") return "unknown";
  const keyword = call.keywords.find((each) => each.name?.name === name);
  if (keyword || form === "keywordOnly") return keyword?.value;
  return call.arguments[isMethod ? position - 1 : position];
}

/** `*args`, `**kwargs` */
function isOpen({ arguments: positional, keywords }: Call): boolean {
  return positional.some(({ kind }) => kind === "Starred") || keywords.some(({ name }) => name === undefined);
}
