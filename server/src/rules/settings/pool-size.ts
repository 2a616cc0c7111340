import type { Process, WebProcess } from "../../deployment/deployment.ts";
import { mappingOf, truthOf } from "../../django/static-value.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Limit, limitOf, margin, numberOf } from "./connection-budget.ts";
import { configuredDatabases, type Database, databaseOption, driverOption, isServer } from "./databases.ts";
import { deployedProcesses } from "./deployed.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, replaceEntryFix } from "./setting-fixes.ts";

export const poolSize: FactRule = {
  kind: "facts",
  code: "QS816",
  name: "pool-size",
  summary:
    "A pool of connections is smaller than the threads that use it, or all pools are larger than the server",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return configuredDatabases(production)
      .filter((database) => isServer(database, /postgres|postgis/))
      .flatMap((database) => {
        const pool = poolOf(database);
        if (!pool) return [];
        const limit = limitOf(production, context.deployment);
        return (
          tooSmall(context, production, database, pool) ??
          (limit && tooLarge(context, production, database, pool, limit)) ??
          []
        );
      });
  },
};

interface Pool {
  readonly smallest: number;
  readonly largest: number;
}

/** psycopg's own default, which is also the largest where nothing else is said. */
const defaultSize = 4;

/** Undefined where there is no pool, or its sizes are not known. */
function poolOf(database: Database): Pool | undefined {
  const option = driverOption(database, "pool");
  if (option?.kind !== "known") return undefined;
  if (option.value === true) return { smallest: defaultSize, largest: defaultSize };
  const mapping = mappingOf(option);
  if (!mapping?.complete || mapping.united || truthOf(option) !== true) return undefined;
  const sizeOf = (name: string, byDefault: number): number | undefined => {
    const value = mapping.entries.get(name);
    if (value === undefined) return byDefault;
    if (value.kind === "known" && value.value === null) return byDefault;
    return value.kind === "known" && typeof value.value === "number" ? value.value : undefined;
  };
  const smallest = sizeOf("min_size", defaultSize);
  const largest = smallest === undefined ? undefined : sizeOf("max_size", smallest);
  return smallest === undefined || largest === undefined ? undefined : { smallest, largest };
}

function tooSmall(
  context: RuleContext,
  production: ProductionSettings,
  database: Database,
  { largest }: Pool,
): Finding | undefined {
  const [busiest] = deployedProcesses(context, "web").toSorted(
    (first, second) => numberOf(second.threads) - numberOf(first.threads),
  );
  const threads = busiest ? numberOf(busiest.threads) : 1;
  if (!busiest || threads <= largest) return undefined;
  return findingOf(production, database, {
    message: `The pool of "${database.alias}" gives out ${largest} connections, and each worker of "${busiest.name}" runs ${threads} threads: ${threads - largest} of them wait for a connection, and fail after 30 seconds.`,
    help: "Let max_size be the number of threads of a process.",
    process: busiest,
    fixes: fixOf(context, database, threads),
  });
}

function tooLarge(
  context: RuleContext,
  production: ProductionSettings,
  database: Database,
  { smallest, largest }: Pool,
  limit: Limit,
): Finding | undefined {
  const web = deployedProcesses(context, "web").filter(({ program }) => program !== "runserver");
  const [first] = web;
  const total =
    sum(web, (process: WebProcess) => process.replicas * numberOf(process.workers) * largest) +
    // A process of Celery runs one task at a time, and opens the smallest number of connections all the same.
    sum(
      deployedProcesses(context, "celeryWorker"),
      (worker) => worker.replicas * numberOf(worker.concurrency) * Math.max(1, smallest),
    );
  if (!first || total <= limit.connections - (limit.name === "max_connections" ? margin : 0))
    return undefined;
  return findingOf(production, database, {
    message: `The pools of "${database.alias}" may open ${total} connections, ${largest} for each process that answers requests, and ${limit.name} is ${limit.connections}.`,
    help: "Let max_size be the number of threads of a process, and min_size be 1 or 2: pools are one per process, not one for all.",
    process: first,
    fixes: [],
  });
}

function sum<Counted extends Process>(
  processes: readonly Counted[],
  count: (process: Counted) => number,
): number {
  return processes.reduce((total, process) => total + count(process), 0);
}

function findingOf(
  production: ProductionSettings,
  database: Database,
  found: Pick<Finding, "message" | "help" | "fixes"> & { readonly process: Process },
): Finding {
  const { process, ...parts } = found;
  const options = databaseOption(database, "OPTIONS");
  return settingFinding(poolSize, production, {
    ...parts,
    location: entryPlace(production, "DATABASES", options && mappingOf(options), "pool"),
    subject: database.alias,
    confidence: process.purpose === "production" ? "high" : "medium",
    restsOn: [driverOption(database, "pool")],
    evidence: [{ message: `Starts "${process.name}"`, location: process.location }],
  });
}

function fixOf(context: RuleContext, database: Database, threads: number): readonly Fix[] {
  const title = `Let the pool have ${threads} connections`;
  const value = { type: "int", value: threads } as const;
  const pool = driverOption(database, "pool");
  const mapping = pool && mappingOf(pool);
  if (mapping?.entries.has("max_size")) return replaceEntryFix(context, title, mapping, "max_size", value);
  if (mapping)
    return addEntriesFix(
      context,
      title,
      mapping,
      [["max_size", value]],
      ["DATABASES", database.alias, "OPTIONS", "pool"],
    );
  const options = databaseOption(database, "OPTIONS");
  const written = options && mappingOf(options);
  const code = `{"min_size": 2, "max_size": ${threads}, "timeout": 10}`;
  return written ? replaceEntryFix(context, title, written, "pool", { type: "code", code }) : [];
}
