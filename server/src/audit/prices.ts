/** What the parts of an infrastructure usually cost, and how large they have to be. Estimates, in EUR per month. */
import type { Range } from "./stages.ts";

export interface Price {
  readonly part: string;
  readonly cost: Range;
}

export const prices: readonly Price[] = [
  { part: "Server with 2 processors and 4 GB", cost: { from: 8, to: 24 } },
  { part: "Application server with 4 processors and 8 GB", cost: { from: 40, to: 60 } },
  { part: "Another application server", cost: { from: 20, to: 40 } },
  { part: "Load balancer", cost: { from: 20, to: 20 } },
  { part: "Managed PostgreSQL", cost: { from: 30, to: 80 } },
  { part: "Replica at a small host", cost: { from: 20, to: 40 } },
  { part: "Replica at a large cloud", cost: { from: 50, to: 100 } },
  { part: "Redis with 1 GB", cost: { from: 15, to: 30 } },
  { part: "Redis with 2 to 4 GB, that survives a failure", cost: { from: 30, to: 60 } },
  { part: "Storage for uploads", cost: { from: 5, to: 15 } },
  { part: "CDN (about 1 per TB)", cost: { from: 1, to: 5 } },
  { part: "Monitoring", cost: { from: 10, to: 30 } },
  { part: "E-mail", cost: { from: 10, to: 25 } },
  { part: "Domain and certificate", cost: { from: 5, to: 10 } },
];

/** What a product of 500 users usually pays for all of it. */
export const costFor500Users: Range = { from: 130, to: 260 };

/** Rewriting a product in another framework, in EUR. */
export const rewriteCost: Range = { from: 50_000, to: 150_000 };

export interface RedisSize {
  readonly users: string;
  readonly size: string;
}

export const redisSizes: readonly RedisSize[] = [
  { users: "up to 100", size: "256 MB on the application server" },
  { users: "up to 500", size: "1 GB of its own" },
  {
    users: "1,000 and more",
    size: "2 to 4 GB with snapshots; Sentinel or a managed service, so that it survives a failure",
  },
];

export interface ServerSize {
  readonly cpus: number;
  /** GB */
  readonly memory: number;
}

/** Sizes for which the values are shown where nobody named the product's own servers. */
export const commonServers: readonly ServerSize[] = [
  { cpus: 2, memory: 4 },
  { cpus: 4, memory: 8 },
  { cpus: 8, memory: 16 },
];

export interface ServerValues {
  readonly webWorkers: number;
  /** Processes of Celery that fit beside it, at 200 MB each in a quarter of the memory. */
  readonly taskWorkers: number;
  readonly postgres: {
    readonly sharedBuffers: string;
    readonly effectiveCacheSize: string;
    readonly workMem: string;
    readonly maintenanceWorkMem: string;
  };
}

/** Connections that `work_mem` has to be enough for. */
const connections = 100;

/** Values for a server that runs one thing: the application, the tasks or the database. */
export function valuesFor({ cpus, memory }: ServerSize): ServerValues {
  const megabytes = memory * 1024;
  // Each of the connections may sort twice at the same time, in a quarter of the memory.
  const workMem = Math.min(64, Math.max(4, Math.floor(megabytes / 4 / connections / 2)));
  return {
    webWorkers: 2 * cpus + 1,
    taskWorkers: Math.max(1, Math.min(2 * cpus, Math.floor(megabytes / 4 / 200))),
    postgres: {
      sharedBuffers: size(megabytes / 4),
      effectiveCacheSize: size((megabytes * 3) / 4),
      workMem: size(workMem),
      maintenanceWorkMem: size(Math.min(1024, megabytes / 20)),
    },
  };
}

function size(megabytes: number): string {
  return megabytes >= 1024 && megabytes % 1024 === 0
    ? `${megabytes / 1024} GB`
    : `${Math.round(megabytes)} MB`;
}
