/** The code of a loop: what is the same in all of its rounds, and what each round may change. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { canonicalName } from "../../django/canonical-names.ts";
import type { Loop } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { QuerysetOrigin } from "../../queryset/origin.ts";
import type { Call, Comprehension, Expression, For, Statement } from "../../syntax/ast.ts";
import { targetNames } from "../../syntax/name-bindings.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { type Node, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

export type LoopCode = For | Comprehension;

export function codeOf({ statement }: Loop): LoopCode | undefined {
  return statement.kind === "For" || statement.kind === "Comprehension" ? statement : undefined;
}

/** Whether the place runs in each round; what the loop runs over is evaluated once. */
export function isInRounds(code: LoopCode, { start, end }: TextRange): boolean {
  const place = { start, end };
  if (code.kind === "For") return code.body.some((statement) => containsRange(statement, place));
  const [first] = code.clauses;
  return containsRange(code, place) && !(first && containsRange(first.iterable, place));
}

/** Whether the expression has the same value in every round, given what the queryset that it makes consists of. */
export function isSameInAllRounds(
  context: RuleContext,
  code: LoopCode,
  node: Expression,
  { path }: Location,
  { sites }: QuerysetOrigin,
): boolean {
  const bound = namesBoundIn(code);
  const changed = attributesAssignedIn(code);
  const asked = new Set<string>();
  /** A name that a round binds to a queryset which is itself the same in all of them. */
  const isSameName = (name: string): boolean => {
    if (!bound.has(name)) return true;
    // `tasks = tasks.filter(…)` goes on from what the round before has made.
    if (asked.has(name)) return false;
    const values = code.kind === "For" ? valuesAssignedTo(code.body, name) : [];
    const [value] = values;
    if (values.length !== 1 || value === undefined || !sites.some((site) => site.node === value))
      return false;
    asked.add(name);
    const isSameValue = isSame(value);
    asked.delete(name);
    return isSameValue;
  };
  const isSame = (expression: Expression): boolean =>
    consistsOf(context, path, expression, isSameName, (name) => !changed.has(name));
  return isSame(node);
}

/** Whether an expression has the same value whenever these names and attributes have: it calls nothing but the ORM. */
export function consistsOf(
  { project: { program } }: RuleContext,
  path: string,
  expression: Expression,
  isSameName: (name: string) => boolean,
  isSameAttribute: (name: string) => boolean,
): boolean {
  const module = program.moduleOfFile(path);
  const isPure = (call: Call): boolean => {
    const callee = module && program.resolveExpression(module, call.function);
    const name = callee?.kind === "external" ? (canonicalName(callee.name) ?? callee.name) : undefined;
    return (
      name !== undefined &&
      /^django\.(?:db\.models|contrib\.postgres)\.|^django\.utils\.timezone\./.test(name)
    );
  };
  const chain = new Set(spineOf(expression));
  let same = true;
  walkExpressions(expression, (part) => {
    switch (part.kind) {
      case "Name":
        same &&= isSameName(part.name);
        break;
      case "Attribute":
        same &&= isSameAttribute(part.attribute.name);
        break;
      case "Call":
        same &&= chain.has(part) || isPure(part);
        break;
      case "Await":
        break;
      case "Lambda":
      case "Comprehension":
      case "NamedExpression":
        same = false;
        break;
      default:
        break;
    }
    return same;
  });
  return same;
}

/** The calls of `Task.objects.filter(…).order_by(…)`, last first. */
function spineOf(expression: Expression): readonly Expression[] {
  const calls: Expression[] = [];
  let current: Expression = expression;
  for (;;) {
    if (current.kind === "Call") {
      calls.push(current);
      current = current.function;
    } else if (current.kind === "Attribute" || current.kind === "Subscript" || current.kind === "Await") {
      current = current.value;
    } else return calls;
  }
}

/** Names to which the loop assigns: its variables, and what its body binds. */
export function namesBoundIn(code: LoopCode): ReadonlySet<string> {
  return code.kind === "For"
    ? boundNames([code])
    : new Set(code.clauses.flatMap(({ target }) => targetNames(target)));
}

/** What the statements assign to the name, undefined where that is no expression of its own. */
export function valuesAssignedTo(
  body: readonly Statement[],
  name: string,
): readonly (Expression | undefined)[] {
  const values: (Expression | undefined)[] = [];
  someBlockStatement(body, (statement) => {
    if (
      statement.kind === "Assign" &&
      statement.targets.some((each) => each.kind === "Name" && each.name === name)
    ) {
      values.push(statement.value);
    } else if (statement.kind !== "Assign" && bindsItself(statement, name)) values.push(undefined);
    return false;
  });
  return values;
}

function bindsItself(statement: Statement, name: string): boolean {
  switch (statement.kind) {
    case "AugAssign":
    case "AnnAssign":
    case "For":
      return targetNames(statement.target).includes(name);
    case "With":
      return statement.items.some(({ target }) => target && targetNames(target).includes(name));
    default:
      return false;
  }
}

function attributesAssignedIn(code: LoopCode): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (target: Expression): void => {
    if (target.kind === "Attribute") names.add(target.attribute.name);
  };
  if (code.kind !== "For") return names;
  someBlockStatement(code.body, (statement) => {
    if (statement.kind === "Assign") statement.targets.forEach(add);
    else if (statement.kind === "AugAssign" || statement.kind === "AnnAssign") add(statement.target);
    return false;
  });
  return names;
}

/**
 * How many conditions inside of the loop must hold for the place to run. `rare`: one of them asks whether something is
 * missing yet, as code does that asks only once.
 */
export function conditionsAround(context: RuleContext, place: Location, code: LoopCode): number | "rare" {
  const module = context.project.program.moduleOfFile(place.path);
  if (!module) return 0;
  const path = pathTo(module.file.tree, place.range);
  const tests = path.slice(path.indexOf(code) + 1).flatMap((node) => testOf(node, place.range));
  return tests.some(asksForMissing) ? "rare" : tests.length;
}

function testOf(node: Node, place: TextRange): readonly Expression[] {
  if (!("kind" in node)) return [];
  switch (node.kind) {
    case "If":
    case "Conditional":
      return containsRange(node.test, place) ? [] : [node.test];
    case "BooleanOperation": {
      const position = node.values.findIndex((value) => containsRange(value, place));
      return node.values.slice(0, Math.max(0, position));
    }
    default:
      return [];
  }
}

function asksForMissing(test: Expression): boolean {
  switch (test.kind) {
    case "Comparison":
      return test.operators.some((operator) => operator === "is" || operator === "not in");
    case "UnaryOperation":
      return test.operator === "not";
    case "BooleanOperation":
      return test.values.some(asksForMissing);
    default:
      return false;
  }
}

/** Between two rounds, whoever takes the elements does what nobody knows here. */
export function yieldsBetween(code: LoopCode): boolean {
  if (code.kind === "Comprehension") return code.form === "generator";
  return someExpression(code, ({ kind }) => kind === "Yield" || kind === "YieldFrom");
}

const changing =
  /^a?(?:bulk_|save|create|delete|update|get_or|process|perform|handle|import|sync|execute|commit|run|apply)/;

/** It calls something by a name of which one would expect that it writes. */
export function mayChangeRows(code: LoopCode): boolean {
  return someExpression(
    code,
    (node) =>
      node.kind === "Call" &&
      ((node.function.kind === "Attribute" && changing.test(node.function.attribute.name)) ||
        (node.function.kind === "Name" && changing.test(node.function.name))),
  );
}

function someExpression(code: LoopCode, fits: (node: Expression) => boolean): boolean {
  let found = false;
  walk(code, (node) => {
    if ("kind" in node && fits(node as Expression)) found = true;
    return !found;
  });
  return found;
}
