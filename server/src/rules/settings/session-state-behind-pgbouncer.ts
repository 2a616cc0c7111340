import type { Module } from "../../python/symbols.ts";
import { isTestPath } from "../../python/test-paths.ts";
import type { Call } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { addressOf, pooledDatabases } from "./databases.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const sessionStateBehindPgbouncer: FactRule = {
  kind: "facts",
  code: "QS807",
  name: "session-state-behind-pgbouncer",
  summary: "A statement changes the session of a connection that clients of a pooler share",
  level: "warning",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || pooledDatabases(production).length === 0) return [];
    return context.project.program.modules
      .filter(({ firstParty, file }) => firstParty && !isTestPath(file.path) && /execute\(/.test(file.text))
      .flatMap((module) => statementsOf(production, module));
  },
};

function statementsOf(production: ProductionSettings, module: Module): readonly Finding[] {
  return executions(module).flatMap((call) => {
    const sql = textOf(call);
    const state = sql === undefined ? undefined : states.find(([pattern]) => pattern.test(sql));
    if (!state) return [];
    const [, what, help] = state;
    return settingFinding(sessionStateBehindPgbouncer, production, {
      message: `${what}, and the database is reached through a pooler: with pooling by transaction, the next statement may run on another connection, and another client finds what this one left.`,
      help,
      location: { path: module.file.path, range: { start: call.start, end: call.end } },
      restsOn: pooledDatabases(production).flatMap(addressOf),
    });
  });
}

type State = readonly [pattern: RegExp, what: string, help: string];

const states: readonly State[] = [
  [
    /\bpg_(try_)?advisory_(un)?lock(_shared)?\b/i,
    "An advisory lock belongs to its session",
    "Take pg_advisory_xact_lock() in a transaction: it ends with it.",
  ],
  [/^\s*(UN)?LISTEN\b/i, "LISTEN belongs to its session", "Give it a connection past the pooler."],
  [
    /^\s*SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)/i,
    "SET changes its session",
    "Write SET LOCAL in a transaction, or ALTER ROLE … SET for all sessions of the user.",
  ],
  [
    /^\s*CREATE\s+(LOCAL\s+|GLOBAL\s+)?TEMP(ORARY)?\s+TABLE\b(?![\s\S]*ON\s+COMMIT\s+DROP)/i,
    "A temporary table belongs to its session",
    "Create it in a transaction with ON COMMIT DROP.",
  ],
];

/** `cursor.execute(…)` */
function executions({ file }: Module): readonly Call[] {
  const calls: Call[] = [];
  walkExpressions(file.tree, (each) => {
    if (
      each.kind === "Call" &&
      each.function.kind === "Attribute" &&
      each.function.attribute.name === "execute"
    )
      calls.push(each);
    return undefined;
  });
  return calls;
}

function textOf({ arguments: [first] }: Call): string | undefined {
  if (first?.kind === "StringLiteral") return first.value;
  if (first?.kind !== "FormattedString") return undefined;
  const [start] = first.values;
  return start?.kind === "StringLiteral" ? start.value : undefined;
}
