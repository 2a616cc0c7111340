/** What the live checks may talk to, and what they have to know about the product. */
import type { ConnectionDetails } from "../explain/connection-url.ts";

export interface LiveConnections {
  readonly postgres: ConnectionDetails | undefined;
  readonly redis: readonly RedisConnection[];
  /** Names of Celery's queues; `celery` where nothing is said. */
  readonly queues: readonly string[];
  readonly expectations: Expectations;
}

export type RedisRole = "cache" | "sessions" | "broker" | "results";

export interface RedisConnection {
  /** What reports call it, in the place of its address: the name of a variable, `CACHES["default"]`. */
  readonly label: string;
  /** `redis://` or `rediss://`, with its password. */
  readonly url: string;
  readonly roles: readonly RedisRole[];
}

export interface Expectations {
  /** Bytes of the machine on which PostgreSQL runs; undefined where nobody said. */
  readonly databaseMemory: number | undefined;
  /** Workers of Celery that the deployment starts. */
  readonly workers: number | undefined;
  /** The models' tables, for what the database has and the models don't, and the other way round. */
  readonly tables: readonly DeclaredTable[];
  /** How long counters are watched, in milliseconds. */
  readonly window: number;
}

export interface DeclaredTable {
  readonly name: string;
  /** `projects.Task` */
  readonly model: string;
  /** Names of the indexes that the model declares. */
  readonly indexes: readonly string[];
}

export const nothingExpected: Expectations = {
  databaseMemory: undefined,
  workers: undefined,
  tables: [],
  window: 2_000,
};
