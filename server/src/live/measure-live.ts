/** Asks the running systems of a product, without changing anything, and judges what they answer. */
import { type LiveMeasurements, type LiveResult, liveChecks } from "../audit/live-measurements.ts";
import { askPostgres } from "../explain/ask-postgres.ts";
import type { LivePostgres } from "../explain/live-postgres.ts";
import type { RuleCode } from "../rules/finding.ts";
import { askRedis } from "./ask-redis.ts";
import { failureRateCheck, queueDepthCheck, workersCheck } from "./celery-checks.ts";
import { type Judgement, resultOf, skipped } from "./judgement.ts";
import type { LiveConnections } from "./live-connections.ts";
import { cacheCheck, connectionsCheck, replicaLagCheck } from "./postgres-activity.ts";
import type { PostgresCheck } from "./postgres-check.ts";
import { memoryCheck, plannerCheck } from "./postgres-settings.ts";
import {
  needlessIndexCheck,
  schemaDriftCheck,
  sequentialScanCheck,
  statementsCheck,
  vacuumCheck,
} from "./postgres-tables.ts";
import type { RedisCheck } from "./redis-check.ts";
import {
  evictionCheck,
  hitRateCheck,
  memoryUseCheck,
  persistenceCheck,
  sizingCheck,
  slowKeysCheck,
} from "./redis-server.ts";

const postgresChecks: readonly PostgresCheck[] = [
  memoryCheck,
  plannerCheck,
  connectionsCheck,
  sequentialScanCheck,
  needlessIndexCheck,
  statementsCheck,
  cacheCheck,
  replicaLagCheck,
  vacuumCheck,
  schemaDriftCheck,
];

const redisChecks: readonly RedisCheck[] = [
  hitRateCheck,
  memoryUseCheck,
  evictionCheck,
  persistenceCheck,
  sizingCheck,
  queueDepthCheck,
  failureRateCheck,
  workersCheck,
  slowKeysCheck,
];

/** Systems that answer, but slowly, are not waited for any longer. */
export const longestMeasuringMs = 60_000;

export interface MeasuredSystems extends LiveMeasurements {
  /** Labels of the connections that were given no password, or another one, and ask for it. */
  readonly passwordsWanted: readonly string[];
}

/**
 * One result for each check: measured, or skipped with the reason. Never throws for what a system does or does not do.
 *
 * @param signal ends the measuring; what was not asked by then is skipped
 */
export async function measureLive(
  connections: LiveConnections,
  signal: AbortSignal,
): Promise<MeasuredSystems> {
  const measured = await Promise.all([
    measurePostgres(connections, signal),
    measureRedis(connections, signal),
  ]);
  const results = new Map<RuleCode, LiveResult>(
    measured.flatMap((system) => system.results).map((result) => [result.code, result]),
  );
  return {
    passwordsWanted: measured.flatMap(({ passwordsWanted }) => passwordsWanted),
    results: liveChecks.map(
      ({ code }) =>
        results.get(code) ?? { kind: "skipped", code, reason: "Nothing that it could ask is connected." },
    ),
  };
}

async function measurePostgres(
  { postgres, expectations }: LiveConnections,
  signal: AbortSignal,
): Promise<MeasuredSystems> {
  if (!postgres)
    return { results: skipAll(postgresChecks, "Not connected to PostgreSQL."), passwordsWanted: [] };
  const measure = async (source: LivePostgres): Promise<MeasuredSystems> => {
    const opened = await source.open();
    if (opened.kind === "failed")
      return {
        results: skipAll(postgresChecks, sentence(opened.error.message)),
        passwordsWanted: opened.error.kind === "password" ? [postgres.profile.label] : [],
      };
    const results: LiveResult[] = [];
    for (const check of postgresChecks) {
      const answer = signal.aborted ? undefined : await source.read(check.query);
      results.push(resultOf(check.code, judgementOf(check, answer, expectations)));
    }
    return { results, passwordsWanted: [] };
  };
  return askPostgres(postgres, measure, signal);
}

function judgementOf(
  check: PostgresCheck,
  answer: Awaited<ReturnType<LivePostgres["read"]>> | undefined,
  expectations: LiveConnections["expectations"],
): Judgement {
  if (!answer) return skipped("The measuring was ended before.");
  if (answer.kind === "failed") {
    const isAbsent = answer.error.kind === "schema" && check.absent !== undefined;
    return skipped(isAbsent ? (check.absent ?? "") : sentence(answer.error.message));
  }
  return check.judge(answer.rows, expectations);
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function skipAll(checks: readonly { readonly code: RuleCode }[], reason: string): readonly LiveResult[] {
  return checks.map(({ code }) => ({ kind: "skipped", code, reason }));
}

/** Several servers are judged one by one; a check's result has the values and findings of all that it concerns. */
async function measureRedis(
  { redis, queues, expectations }: LiveConnections,
  signal: AbortSignal,
): Promise<MeasuredSystems> {
  if (redis.length === 0)
    return { results: skipAll(redisChecks, "Not connected to Redis."), passwordsWanted: [] };
  const questions = { queues: queues.length > 0 ? queues : ["celery"], window: expectations.window };
  const answers = await Promise.all(redis.map((connection) => askRedis(connection, questions, signal)));
  const results = redisChecks.map((check) => {
    const concerned = redis.flatMap((connection, index) => {
      const answer = answers[index];
      return answer && check.concerns(connection.roles) ? [{ connection, answer }] : [];
    });
    const judgements = concerned.map(({ connection, answer }) => ({
      label: connection.label,
      judgement: answer.kind === "refused" ? skipped(answer.reason) : check.judge(answer.value, expectations),
    }));
    return resultOf(check.code, together(judgements));
  });
  const passwordsWanted = redis.flatMap(({ label }, index) => {
    const answer = answers[index];
    return answer?.kind === "refused" && answer.wantsPassword ? [label] : [];
  });
  return { results, passwordsWanted };
}

function together(
  judgements: readonly { readonly label: string; readonly judgement: Judgement }[],
): Judgement {
  const [first, ...others] = judgements;
  if (!first) return skipped("None of the connected servers is used for it.");
  if (others.length === 0) return first.judgement;
  const made = judgements.flatMap(({ label, judgement }) =>
    judgement.kind === "judged" ? [{ label, ...judgement }] : [],
  );
  if (made.length === 0) return first.judgement;
  return {
    kind: "judged",
    values: judgements.flatMap(({ label, judgement }) =>
      judgement.kind === "judged"
        ? judgement.values.map((value) => ({ ...value, label: `${label}: ${value.label}` }))
        : [{ label, value: judgement.reason }],
    ),
    findings: made.flatMap(({ label, findings }) =>
      findings.map((finding) => ({ ...finding, message: `${label}: ${finding.message}` })),
    ),
  };
}
