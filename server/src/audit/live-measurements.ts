/**
 * What the running systems of a product told about themselves: the part of a scaling report that no file can tell. Plain
 * data, so that the report is computed, shown and compared without a connection to anything.
 */
import { unreachable } from "../base/invariant.ts";
import type { Level, RuleCode } from "../rules/finding.ts";

export type LiveSystem = "postgresql" | "redis" | "celery";

/** A check of a running system. */
export interface LiveCheck {
  readonly code: RuleCode;
  /** Kebab case. */
  readonly name: string;
  readonly system: LiveSystem;
  /** What is measured, as a heading: `Memory of PostgreSQL`. */
  readonly title: string;
}

export const liveChecks: readonly LiveCheck[] = [
  { code: "QS880", name: "pg-memory", system: "postgresql", title: "Memory of PostgreSQL" },
  { code: "QS881", name: "pg-planner", system: "postgresql", title: "Planner of PostgreSQL" },
  { code: "QS882", name: "pg-connections", system: "postgresql", title: "Connections to PostgreSQL" },
  {
    code: "QS883",
    name: "seq-scan-hot-table",
    system: "postgresql",
    title: "Tables that are read as a whole",
  },
  {
    code: "QS884",
    name: "unused-or-bloated-index",
    system: "postgresql",
    title: "Indexes that nothing needs",
  },
  {
    code: "QS885",
    name: "top-statements",
    system: "postgresql",
    title: "Statements that take the most time",
  },
  {
    code: "QS886",
    name: "cache-and-temp",
    system: "postgresql",
    title: "Reads from disk and temporary files",
  },
  { code: "QS887", name: "replica-lag", system: "postgresql", title: "Lag of the replicas" },
  { code: "QS888", name: "vacuum-health", system: "postgresql", title: "Dead rows and old statistics" },
  {
    code: "QS889",
    name: "schema-drift",
    system: "postgresql",
    title: "Indexes of models and of the database",
  },
  { code: "QS890", name: "redis-hit-rate", system: "redis", title: "Hit rate of the cache" },
  { code: "QS891", name: "redis-memory", system: "redis", title: "Memory of Redis" },
  {
    code: "QS892",
    name: "redis-eviction-policy",
    system: "redis",
    title: "What Redis drops when it is full",
  },
  { code: "QS893", name: "redis-persistence", system: "redis", title: "What survives a restart of Redis" },
  { code: "QS894", name: "redis-sizing", system: "redis", title: "Size of Redis for the number of users" },
  { code: "QS895", name: "queue-depth", system: "celery", title: "Tasks that wait" },
  { code: "QS896", name: "task-failure-rate", system: "celery", title: "Tasks that fail" },
  { code: "QS897", name: "worker-count", system: "celery", title: "Workers and their memory" },
  { code: "QS898", name: "redis-slow-keys", system: "redis", title: "Slow commands and large keys" },
];

export interface LiveMeasurements {
  /** One for each check, in the order of `liveChecks`. */
  readonly results: readonly LiveResult[];
}

export type LiveResult = MeasuredResult | SkippedResult;

/** A check that could be made. It is good where it has no findings. */
export interface MeasuredResult {
  readonly kind: "measured";
  readonly code: RuleCode;
  /** What was measured, the most telling first. */
  readonly values: readonly LiveValue[];
  readonly findings: readonly LiveFinding[];
}

export interface SkippedResult {
  readonly kind: "skipped";
  readonly code: RuleCode;
  /** A sentence: `Redis asks for a password.` */
  readonly reason: string;
}

export interface LiveValue {
  /** What it is: `shared_buffers`, `Hit rate`. */
  readonly label: string;
  /** With its unit: `128 MB`, `91.4 %`. */
  readonly value: string;
  /** What it should be; undefined where there is no such value. */
  readonly target?: string | undefined;
}

export interface LiveFinding {
  readonly level: Level;
  readonly message: string;
  readonly help: string;
  /** The statement or the line of a configuration file that repairs it; never executed by Queryscope. */
  readonly command?: string | undefined;
  /** Label of the model whose table it is about: `projects.Task`. */
  readonly model?: string | undefined;
}

/** The measurements where nothing was connected to. */
export const nothingMeasured: LiveMeasurements = {
  results: liveChecks.map(({ code, system }) => ({
    kind: "skipped",
    code,
    reason: `Not connected to ${systemName(system)}.`,
  })),
};

function systemName(system: LiveSystem): string {
  switch (system) {
    case "postgresql":
      return "PostgreSQL";
    case "redis":
      return "Redis";
    case "celery":
      return "Celery";
    default:
      return unreachable(system);
  }
}
