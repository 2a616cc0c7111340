/** Code that runs only for visitors who have not logged in: they are all the same user. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { urlViews } from "../../django/url-configurations.ts";
import type { FactContext } from "../../interpret/facts.ts";
import type { Expression, ModuleTree, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround, statementsAround } from "../writes/syntax-queries.ts";

/** The code stands behind `if not request.user.is_authenticated`, or all calls of its function do. */
export function isForAnonymousVisitors(
  context: RuleContext,
  { location, symbol }: Pick<FactContext, "location" | "symbol">,
): boolean {
  return isBehindTest(treeOf(context, location), location.range) || areCallsBehindTest(context, symbol);
}

function treeOf({ project }: RuleContext, { path }: Location): ModuleTree | undefined {
  return project.program.moduleOfFile(path)?.file.tree;
}

/** A function that a URL leads to is called by everybody. */
function areCallsBehindTest(context: RuleContext, symbol: string): boolean {
  const callers = factsOfKind(context.facts, "functionCall").filter(({ callee }) => callee === symbol);
  const isView = urlViews(context.project.program).some(
    ({ view: { module, qualifiedName } }) => `${module.name}.${qualifiedName}` === symbol,
  );
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  return (
    callers.length > 0 &&
    !isView &&
    callers.every(({ root: { location } }) => {
      const tree = treeOf(context, location);
      const calls = tree ? callsIn(tree, location.range, name) : [];
      return calls.length > 0 && calls.every((call) => isBehindTest(tree, call));
    })
  );
}

/** In the function whose name stands at the range. */
function callsIn(tree: ModuleTree, range: TextRange, name: string): readonly TextRange[] {
  const calls: TextRange[] = [];
  for (const statement of functionAround(tree, range)?.body ?? []) {
    walkExpressions(statement, (node) => {
      if (node.kind === "Call" && node.function.kind === "Name" && node.function.name === name)
        calls.push(node);
      return undefined;
    });
  }
  return calls;
}

function isBehindTest(tree: ModuleTree | undefined, range: TextRange): boolean {
  const scope = tree && functionAround(tree, range);
  if (!scope) return false;
  return (
    scope.body.some((statement) => statement.end <= range.start && isEndForUsers(statement)) ||
    statementsAround(scope.body, range).some((statement) => isOnBranchOfAnonymous(statement, range))
  );
}

function isOnBranchOfAnonymous(statement: Statement, range: TextRange): boolean {
  if (statement.kind !== "If") return false;
  const { body, orElse, test } = statement;
  const isIn = (block: readonly Statement[]): boolean => block.some((each) => containsRange(each, range));
  return (isLoggedIn(test, false) && isIn(body)) || (isLoggedIn(test, true) && isIn(orElse));
}

/** `if request.user.is_authenticated: return …` */
function isEndForUsers(statement: Statement): boolean {
  if (statement.kind !== "If" || !isLoggedIn(statement.test, true)) return false;
  const last = statement.body.at(-1);
  return last?.kind === "Return" || last?.kind === "Raise";
}

/** The test asks for nothing but whether somebody has logged in, and holds where the answer is `expected`. */
function isLoggedIn(test: Expression, expected: boolean): boolean {
  if (test.kind === "UnaryOperation" && test.operator === "not") return isLoggedIn(test.operand, !expected);
  if (test.kind !== "Attribute") return false;
  return test.attribute.name === (expected ? "is_authenticated" : "is_anonymous");
}
