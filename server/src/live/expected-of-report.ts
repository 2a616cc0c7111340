/** What the checks have to know about a product, from its scaling report and its models. */

import type { AuditReport } from "../audit/report.ts";
import type { ModelGraph } from "../django/model-graph.ts";
import { tableName } from "../django/table-name.ts";
import { type DeclaredTable, type LiveConnections, nothingExpected } from "./live-connections.ts";

const gigabyte = 1024 ** 3;

export function expectedOf(
  { assumptions, processes, queue }: Pick<AuditReport, "assumptions" | "processes" | "queue">,
  models: Pick<ModelGraph, "models"> | undefined,
): Pick<LiveConnections, "queues" | "expectations"> {
  const workers = processes.filter(({ kind }) => kind === "worker");
  const database = assumptions.servers.find(({ name }) => /^(db|database|postgres)/i.test(name));
  const named = [...workers.flatMap(({ queues }) => queues ?? []), ...queue.tasks.map((task) => task.queue)];
  return {
    // Tasks show their queue as it is written, which may be the name of a constant.
    queues: [
      ...new Set(["celery", ...named.filter((name) => name !== undefined && /^[a-z][\w:-]*$/.test(name))]),
    ].filter((name) => name !== undefined),
    expectations: {
      ...nothingExpected,
      databaseMemory: database && database.memory * gigabyte,
      workers: workers.length > 0 ? workers.reduce((sum, { copies }) => sum + copies, 0) : undefined,
      tables: models ? tablesOf(models) : [],
    },
  };
}

function tablesOf({ models }: Pick<ModelGraph, "models">): readonly DeclaredTable[] {
  return [...models.values()]
    .filter(
      ({ abstract, proxyFor, managed, symbol }) =>
        managed && !abstract && proxyFor === undefined && symbol?.module.firstParty === true,
    )
    .map((model) => ({
      name: tableName(model),
      model: model.label,
      indexes: model.meta.indexes.flatMap(({ name: index, origin }) =>
        index !== undefined && (origin === "index" || origin === "uniqueConstraint") ? [index] : [],
      ),
    }));
}
