import type { PoolerSettings } from "../../deployment/deployment.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { deployedFinding } from "./deployed.ts";

export const pgbouncerIni: FactRule = {
  kind: "facts",
  code: "QS819",
  name: "pgbouncer-ini",
  summary: "The pooler keeps connections longer than it should, or lets clients wait for ever",
  level: "info",
  fix: "none",
  stage: 3,
  run({ deployment }) {
    return deployment.poolers
      .filter(({ purpose }) => purpose !== "development")
      .flatMap((pooler) => problemsOf(pooler).map((problem) => findingOf(pooler, problem)));
  },
};

interface Problem {
  readonly setting: string;
  readonly message: string;
  readonly help: string;
}

function problemsOf({ settings }: PoolerSettings): readonly Problem[] {
  const given = (name: string): string | undefined => settings.get(name)?.value.trim().toLowerCase();
  const problems: Problem[] = [];
  if ((given("pool_mode") ?? "session") === "session") {
    problems.push({
      setting: "pool_mode",
      message: `PgBouncer pools by session${given("pool_mode") === undefined ? ", which is its default" : ""}: a connection of Django keeps one to the server for as long as it is open, and nothing is shared.`,
      help: "Set pool_mode = transaction, and DISABLE_SERVER_SIDE_CURSORS in DATABASES.",
    });
  }
  if (given("query_wait_timeout") === "0") {
    problems.push({
      setting: "query_wait_timeout",
      message:
        "Clients of PgBouncer wait for a free connection without limit: when all are taken, every request hangs.",
      help: "Let them fail after a while: query_wait_timeout = 30.",
    });
  }
  if (given("server_idle_timeout") === "0") {
    problems.push({
      setting: "server_idle_timeout",
      message:
        "PgBouncer never closes a connection that nobody uses: the server keeps those of the busiest hour.",
      help: "Leave server_idle_timeout at its default of 600 seconds.",
    });
  }
  if (Number(given("default_pool_size") ?? 20) > largestPool) {
    problems.push({
      setting: "default_pool_size",
      message: `PgBouncer opens up to ${given("default_pool_size")} connections for each pair of database and user: more than PostgreSQL accepts by default.`,
      help: "A server with few CPUs is fastest with 20 to 50 connections that work; the rest wait in PgBouncer.",
    });
  }
  return problems;
}

/** PostgreSQL's own default of `max_connections`. */
const largestPool = 100;

function findingOf(pooler: PoolerSettings, { setting, message, help }: Problem): Finding {
  const { path, purpose } = pooler;
  const location = pooler.settings.get(setting)?.location ?? { path, range: { start: 0, end: 0 } };
  return deployedFinding(pgbouncerIni, { message, help, location, purpose, subject: setting });
}
