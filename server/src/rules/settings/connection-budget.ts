import { groupBy } from "../../base/group-by.ts";
import type { Deployment, OptionValue, Process } from "../../deployment/deployment.ts";
import { truthOf } from "../../django/static-value.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { configuredDatabases, driverOption, isBehindPooler, isServer } from "./databases.ts";
import { deployedFinding } from "./deployed.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";

export const connectionBudget: FactRule = {
  kind: "facts",
  code: "QS815",
  name: "connection-budget",
  summary: "The processes may open more connections than the database accepts",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const limit = production && limitOf(production, context.deployment);
    if (!production || !limit || mayPool(production)) return [];
    return [...groupBy(counted(context.deployment), groupOf).values()].flatMap((processes) =>
      findingOf(processes, limit),
    );
  },
};

export interface Limit {
  readonly connections: number;
  readonly name: string;
}

interface CountedProcess {
  readonly process: Process;
  readonly connections: number;
  readonly formula: string;
}

/** Of the pooler where there is one, else of the server; undefined where that is not known. */
export function limitOf(
  production: ProductionSettings,
  { poolers, databases, services }: Deployment,
): Limit | undefined {
  const database = configuredDatabases(production).find(({ alias }) => alias === "default");
  if (!database || !isServer(database, /postgres|postgis/)) return undefined;
  const [pooler] = poolers.filter(({ purpose }) => purpose !== "development");
  const isPooled = isBehindPooler(database) || services.some(({ kind }) => kind === "pgbouncer");
  if (pooler || isPooled) {
    const given = pooler?.settings.get("max_client_conn")?.value;
    return pooler && { connections: Number(given ?? 100), name: "max_client_conn" };
  }
  const [file] = databases.filter(({ purpose }) => purpose !== "development");
  const service = services.find(({ kind, purpose }) => kind === "postgresql" && purpose !== "development");
  const given = file?.settings.get("max_connections")?.value ?? service?.options.get("max_connections");
  return { connections: Number(given ?? 100), name: "max_connections" };
}

function mayPool(production: ProductionSettings): boolean {
  return configuredDatabases(production).some((database) => {
    const pool = driverOption(database, "pool");
    return pool !== undefined && truthOf(pool) !== false;
  });
}

/** Only what is certain: processes whose number depends on the machine count as one. */
function counted({ processes }: Deployment): readonly CountedProcess[] {
  return processes.flatMap((process): readonly CountedProcess[] => {
    if (process.purpose === "development") return [];
    if (process.kind === "web") {
      if (process.program === "runserver") return [];
      const [workers, threads] = [numberOf(process.workers), numberOf(process.threads)];
      return [count(process, [process.replicas, workers, threads])];
    }
    if (process.kind === "celeryWorker")
      return [count(process, [process.replicas, numberOf(process.concurrency)])];
    return [];
  });
}

/** An option that is not given, or not known, counts as one. */
export function numberOf(option: OptionValue<number>): number {
  return option === undefined || option === "unknown" ? 1 : option.value;
}

function count(process: Process, factors: readonly number[]): CountedProcess {
  const shown = factors.filter((factor) => factor !== 1);
  const formula = shown.length === 0 ? "1" : shown.join(" × ");
  return { process, connections: factors.reduce((product, factor) => product * factor, 1), formula };
}

/** A compose file or a Procfile is a deployment of its own; manifests and units are one per folder. */
function groupOf({ process: { location } }: CountedProcess): string {
  const { path } = location;
  return /compose|Procfile/.test(path) ? path : path.replace(/[^/]*$/, "");
}

/** Connections that PostgreSQL keeps for administrators, and for the ones who look what is wrong. */
export const margin = 10;

function findingOf(processes: readonly CountedProcess[], limit: Limit): readonly Finding[] {
  const total = processes.reduce((sum, { connections }) => sum + connections, 0);
  const [largest] = processes.toSorted((first, second) => second.connections - first.connections);
  if (!largest || total <= limit.connections - (limit.name === "max_connections" ? margin : 0)) return [];
  const { process } = largest;
  const terms = processes.map(({ process: { name }, formula }) => `${name} ${formula}`).join(", ");
  return [
    deployedFinding(connectionBudget, {
      message: `${total} connections are possible (${terms}), and ${limit.name} is ${limit.connections}.`,
      help: "Put PgBouncer between them, give each process a small pool, or start fewer workers and threads: what is refused is an error 500.",
      location: process.location,
      purpose: process.purpose,
      subject: process.name,
    }),
  ];
}
