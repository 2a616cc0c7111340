import { containsRange } from "../../base/text-range.ts";
import type { If, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement, type Node } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, stepsTo, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { isTruthTested } from "../truth-tests.ts";
import { type AskedBefore, askedBefore, type Fetch, keepsRows } from "./asked-before.ts";
import { confidenceOfUses, levelOfUses } from "./uses-of-rows.ts";

export const existsThenEvaluate: FactRule = {
  kind: "facts",
  code: "QS204",
  name: "exists-then-evaluate",
  summary: "A query asks whether there are rows, and another one fetches them",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) => askedBefore(context, "exists").flatMap((asked) => findingOf(asked) ?? []),
};

function findingOf(asked: AskedBefore): Finding | undefined {
  const { around, call, module, question } = asked;
  const test = testOf(asked);
  if (!test) return undefined;
  const fetch = asked.fetches.find(({ rows }) => isGuarded(around, test, rows));
  if (!fetch) return undefined;
  const [{ location, queryset, symbol, text }] = question;
  const keeps = keepsRows.has(fetch.use.operation);
  const { label, name } = queryset.model;
  return {
    ...findingBase(existsThenEvaluate),
    level: levelOfUses(question, existsThenEvaluate.level),
    remedy: "query-shape",
    confidence: confidenceOfUses(question),
    message: `"${text}" is a query of its own, and "${fetch.use.text}" fetches the same ${name} rows behind it`,
    help: keeps
      ? "The truth of the queryset loads the rows once, for both."
      : `Fetch first, and ask whether the row is there: "${fetch.use.operation === "get" ? "except DoesNotExist" : "is not None"}".`,
    location,
    origin: location,
    symbol,
    model: label,
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(question[0]),
      { message: `Asks: ${text}`, location },
      { message: `Fetches: ${fetch.use.text}`, location: fetch.use.location },
    ],
    fixes: keeps ? truthFix(asked, fetch) : [],
  };

  function truthFix({ call: { function: callee } }: AskedBefore, { rows }: Fetch): readonly Fix[] {
    const { value } = callee;
    const scope = around.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
    if (value.kind !== "Name" || rows.kind !== "Name" || !scope || call.function.attribute.name !== "exists")
      return [];
    if (bindingsOf(scope, value.name).some(({ kind }) => kind !== "assignment")) return [];
    const range = { start: value.end, end: call.end };
    if (module.file.tree.comments.some((comment) => containsRange(range, comment))) return [];
    const edits = [{ path: module.file.path, range, newText: "" }];
    return [{ title: "Load the rows once, for both", safety: "unsafe", preferred: true, edits }];
  }
}

interface Test {
  readonly statement: If;
  /** The rows are there in the body of the statement; otherwise behind it, or in its other branch. */
  readonly inBody: boolean;
}

/** The `if` that asks the question, alone or as one of several conditions. */
function testOf({ around, call }: AskedBefore): Test | undefined {
  const statement = around.findLast((node): node is If => isStatement(node) && node.kind === "If");
  if (!statement || !containsRange(statement.test, call) || !isTruthTested(around, call)) return undefined;
  const inTest = around.slice(around.indexOf(statement) + 1).filter(isExpression);
  const negations = inTest.filter((node) => node.kind === "UnaryOperation" && node.operator === "not").length;
  const inBody = negations % 2 === 0;
  // Of `if a or tasks.exists()` the body also runs without rows.
  const unsure = inBody ? "or" : "and";
  const isMixed = inTest.some((node) => node.kind === "BooleanOperation" && node.operator === unsure);
  return isMixed ? undefined : { statement, inBody };
}

/** The rows are fetched where the test has found some. */
function isGuarded(around: readonly Node[], { inBody, statement }: Test, rows: Node): boolean {
  const holds = (block: readonly Statement[]): boolean => block.some((each) => containsRange(each, rows));
  if (inBody) return holds(statement.body);
  if (holds(statement.orElse)) return true;
  const last = statement.body.at(-1)?.kind;
  if (last !== "Return" && last !== "Raise" && last !== "Continue") return false;
  const parent = around[around.indexOf(statement) - 1];
  return parent !== undefined && containsRange(parent, rows) && rows.start >= statement.end;
}
