import { groupBy } from "../../base/group-by.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { RepeatedQuery } from "../../interpret/facts.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { targetNames } from "../../syntax/name-bindings.ts";
import { type Node, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";
import { classOf, scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import { queryEstimate } from "../loop-weight.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import { repeatedInPython } from "../n-plus-one/repeated-in-python.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { areCompared } from "./compared-answers.ts";

export const duplicateQuery: FactRule = {
  kind: "facts",
  code: "QS229",
  name: "duplicate-query",
  summary: "A function sends the same query again",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const repeated = factsOfKind(context.facts, "repeatedQuery").filter(
      (query) =>
        !query.isSameObject &&
        !query.exceptional &&
        query.root.context !== "test" &&
        query.queryset.order !== "unknown" &&
        !query.text.includes('"?"') &&
        meansTheSame(context, query),
    );
    return [...groupBy(repeated, ({ first }) => placeKey(first.location)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

/** Nothing between the two changes what the names of the query stand for, nor does the code wait for another answer. */
function meansTheSame(context: RuleContext, { first, node }: RepeatedQuery): boolean {
  const code = codeAround(context, first.location);
  if (!code || node.start <= first.node.start) return false;
  const around = pathTo(code.module.file.tree, node);
  if (areCompared(code.scope, code.path, around)) return false;
  const changed = changedBetween(code.scope, first.node, node);
  let same = true;
  walkExpressions(first.node, (part) => {
    if (part.kind === "Name") {
      same &&=
        !changed.names.has(part.name) && binderOf(code.path, part.name) === binderOf(around, part.name);
    }
    if (part.kind === "Attribute") same &&= !changed.attributes.has(part.attribute.name);
    return same;
  });
  return same;
}

/** The comprehension or lambda around an expression whose variable the name is: another one has another variable. */
function binderOf(path: readonly Node[], name: string): Node | undefined {
  return path.findLast((node) => {
    if (!("kind" in node)) return false;
    if (node.kind === "Lambda") return node.parameters.some((parameter) => parameter.name === name);
    return (
      node.kind === "Comprehension" && node.clauses.some(({ target }) => targetNames(target).includes(name))
    );
  });
}

function changedBetween(scope: FunctionDef, first: TextRange, second: TextRange) {
  const names = new Set<string>();
  const attributes = new Set<string>();
  const add = (target: Expression): void => {
    for (const name of targetNames(target)) names.add(name);
    if (target.kind === "Attribute") attributes.add(target.attribute.name);
  };
  walk(scope, (node) => {
    if (!("kind" in node)) return true;
    const isBetween = node.end > first.start && node.end <= second.start;
    const startsBetween = node.start > first.start && node.start < second.start;
    if (node.kind === "Assign" && isBetween) node.targets.forEach(add);
    if (
      (node.kind === "AugAssign" || node.kind === "AnnAssign" || node.kind === "NamedExpression") &&
      isBetween
    ) {
      add(node.target);
    }
    if (node.kind === "For" && startsBetween) add(node.target);
    if (node.kind === "With" && startsBetween) for (const { target } of node.items) if (target) add(target);
    return true;
  });
  return { names, attributes };
}

function findingOf(context: RuleContext, group: readonly [RepeatedQuery, ...RepeatedQuery[]]): Finding {
  const [example] = group;
  const { first, queryset, symbol, text } = example;
  const others = [...new Map(group.map((query) => [placeKey(query.location), query])).values()];
  const count = 1 + others.length;
  const places = others.map(({ location }) => location);
  return {
    ...findingBase(duplicateQuery),
    level: levelInRoots(context, duplicateQuery.level, group),
    remedy: "stored-result",
    confidence: classOf(0.85 * scoreOfQueryset(queryset)),
    message: `"${text}" is sent ${count === 2 ? "twice" : `${count} times`} in this function, with the same answer.`,
    help: "Store the result once, and use it in all places.",
    location: first.location,
    origin: first.location,
    symbol,
    model: queryset.model.label,
    accesses: [first.location, ...places].map((location) => ({
      location,
      relationPath: "",
      code: duplicateQuery.code,
    })),
    evidence: [
      { message: `Queries ${queryset.model.name}: ${text}`, location: first.location },
      ...stepsTo(example),
      ...places.map((location) => ({ message: `Queries ${queryset.model.name} again`, location })),
    ],
    queries: queryEstimate({ base: count, terms: [] }, { base: 1 }),
    fixes: repeatedInPython(context, example, places),
  };
}
