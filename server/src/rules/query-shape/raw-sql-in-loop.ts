import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding, Level } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { levelInLoops, lowered } from "../levels.ts";
import { multiplicityOf, queryEstimate } from "../loop-weight.ts";
import { type BlockingPlace, blockingPlaces } from "../request/blocking-places.ts";
import { repeatsRequest } from "../request/repeated-requests.ts";
import { nameOfCall } from "../request/request-finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { executeManyFix } from "./execute-many-fix.ts";
import { codeOf, namesBoundIn } from "./loop-code.ts";
import { type SqlText, sqlTextOf } from "./sql-text.ts";

export const rawSqlInLoop: FactRule = {
  kind: "facts",
  code: "QS227",
  name: "raw-sql-in-loop",
  summary: "A loop sends a statement of SQL for each row",
  level: "warning",
  fix: "suggestion",
  stage: 2,
  run(context) {
    return blockingPlaces(context, "sql").flatMap((place) => {
      const facts = place.all.filter(
        ({ exceptional, loops, root }) => repeatsRequest(loops) && !exceptional && root.context !== "test",
      );
      const [first, ...others] = facts.sort((one, other) => one.calls.length - other.calls.length);
      const sql = first && statementOf(context, first);
      return first && sql && place.isOwn ? [findingOf(context, place, [first, ...others], sql)] : [];
    });
  },
};

/** Statements for single rows; what changes tables, and functions that are called for what they do, has no other form. */
const forRows = /^\s*(?:--.*\n\s*)*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH)\b/i;
/** Functions that are called for what they do, and questions about the schema. */
const isCall = /^\s*SELECT\s(?![\s\S]*\bFROM\b)/i;
const isCallWithRows = /^\s*SELECT\s[^;]*?\bFROM\s+[\w.]+\s*\((?:[^()]|\([^()]*\))*\)\s*;?\s*$/i;
const ofSchema = /\b(?:INFORMATION_SCHEMA|pg_\w+|sqlite_master)\b/i;
/** A value is put where a value stands, and no table's name where one stands. */
const valueHole = /(?:[=<>(,]|\bLIKE)\s*['"]?(?:\{|%[(sdr])/i;
const nameHole = /\b(?:FROM|INTO|UPDATE|TABLE|JOIN|SEQUENCE|VIEW)\s+(?:ONLY\s+)?["'`]?(?:\{|%[(sdr])/i;

/** The statement, where it is one that differs by what the rounds give it. */
function statementOf(context: RuleContext, call: BlockingCall): SqlText | undefined {
  const { location, node } = call;
  const [statement] = node.arguments;
  const parameters = node.arguments[1] ?? node.keywords.find(({ name }) => name?.name === "params")?.value;
  const sql = statement && sqlTextOf(context, location.path, statement);
  if (!sql)
    return parameters && isOfRound(call, parameters) ? { text: undefined, isFixed: false } : undefined;
  const { text, isFixed } = sql;
  if (text === undefined || !forRows.test(text) || ofSchema.test(text)) return undefined;
  if (isCall.test(text) || isCallWithRows.test(text)) return undefined;
  if (!isFixed && nameHole.test(text)) return undefined;
  if (parameters) return isOfRound(call, parameters) ? sql : undefined;
  return !isFixed && valueHole.test(text) ? sql : undefined;
}

/** Something that the rounds bind goes into it, or they call the function that sends the statement. */
function isOfRound({ calls, loops }: BlockingCall, parameters: Expression): boolean {
  const names = new Set<string>();
  walkExpressions(parameters, (part) => {
    if (part.kind === "Name") names.add(part.name);
    return true;
  });
  return loops.some((loop) => {
    if (loop.depth < calls.length) return names.size > 0;
    const code = codeOf(loop);
    return code !== undefined && [...namesBoundIn(code)].some((name) => names.has(name));
  });
}

function findingOf(
  context: RuleContext,
  { location, symbol }: BlockingPlace,
  facts: readonly [BlockingCall, ...BlockingCall[]],
  sql: SqlText,
): Finding {
  const [first] = facts;
  const loop = first.loops.at(-1) as Loop;
  const multiplicity = multiplicityOf(first.loops);
  return {
    ...findingBase(rawSqlInLoop),
    remedy: "per-row-query",
    level: levelOf(context, facts),
    confidence: atMostHigh(
      classOf(scoreOfContext(first) * (sql.text === undefined ? factors.unknownText : 1)),
    ),
    message: `"${nameOfCall(first.node)}()" sends a statement in each round of "${loop.text}".`,
    help: `Send one for all: ${/^\s*(?:SELECT|WITH)/i.test(sql.text ?? "") ? '"= ANY(%s)" or "IN", or a join' : '"executemany()", "= ANY(%s)", or the bulk methods of the ORM'}.`,
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [...stepsTo(first), { message: `Sends a statement: ${first.function}`, location }],
    queries: multiplicity && queryEstimate({ base: 0, terms: [multiplicity] }, { base: 1 }),
    fixes: executeManyFix(context, first, loop, sql),
  };
}

const factors = { unknownText: 0.75 };

function levelOf(context: RuleContext, facts: readonly BlockingCall[]): Level {
  const level = levelInLoops(context, rawSqlInLoop.level, facts);
  return facts.every(({ root }) => root.context === "migration") ? lowered(level) : level;
}
