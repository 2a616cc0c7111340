/** Stage 3: a database of its own, pooling, caching by levels, monitoring, queues. */
import { mappingOf } from "../../django/static-value.ts";
import { tasksOf } from "../../django/tasks.ts";
import { queueSetting, usesCelery } from "../../rules/settings/celery.ts";
import { databaseOption, isBehindPooler, mayUsePool, usesPool } from "../../rules/settings/databases.ts";
import { monitorOf } from "../../rules/settings/monitoring.ts";
import type { ProductionSettings } from "../../rules/settings/production-settings.ts";
import { isRemoteStorage, storageBackends } from "../../rules/settings/published-files.ts";
import { manyTasks } from "../../rules/settings/single-queue.ts";
import { counted } from "../document/numbers.ts";
import type { Product } from "../product.ts";
import { cacheUses } from "./code.ts";
import {
  databaseHosts,
  defaultDatabase,
  fileFields,
  isLocalHost,
  isOfMachine,
  setting,
  storagePlace,
  usesSqlite,
  variableOf,
} from "./settings.ts";
import {
  type AuditTask,
  codes,
  done,
  type Judgement,
  noProductionSettings,
  notApplicable,
  open,
  unknown,
  unknownLocally,
} from "./task.ts";

/** A dashboard, permissions and configuration: with less, caching is a trial and no strategy. */
const fewestPlaces = 3;

export const infrastructureTasks: readonly AuditTask[] = [
  {
    id: "S3.1",
    stage: 3,
    title: "The database on a server of its own",
    days: { from: 1, to: 2 },
    estimated: true,
    rules: [],
    judge(product) {
      return product.production ? databaseServer(product, product.production) : noProductionSettings;
    },
  },
  {
    id: "S3.2",
    stage: 3,
    title: "Connections from a pool",
    days: { from: 1, to: 1 },
    rules: codes([801, 808], 815, 819),
    live: codes(882),
    judge({ production, context: { deployment } }) {
      if (!production) return noProductionSettings;
      if (usesSqlite(production)) return notApplicable("SQLite has no connections to pool.");
      const found = defaultDatabase(production);
      if (!found) return unknown("The settings do not tell which database is used.");
      const where = { text: "DATABASES", location: found.place };
      if (isBehindPooler(found.database)) return done("The database is reached through a pooler.", where);
      if (usesPool(found.database)) return done("Django keeps a pool of connections.", where);
      const pooler = deployment.services.find(({ kind }) => kind === "pgbouncer");
      if (pooler)
        return done("PgBouncer is deployed.", { text: `Service ${pooler.name}`, location: pooler.location });
      if (isOfMachine(production, found.database))
        return unknownLocally("will say how the database is reached", where);
      if (databaseHosts(found.database) === undefined)
        return unknown(
          "Whether the database is reached through a pooler is decided where it is deployed.",
          where,
        );
      if (mayUsePool(found.database))
        return unknown("Whether Django keeps a pool of connections is decided where it is deployed.", where);
      const variable = variableOf(databaseOption(found.database, "HOST"));
      return variable === undefined
        ? open("No pool and no pooler: every worker has connections of its own.", where)
        : unknown(`Whether ${variable} names a pooler is decided where it is deployed.`, where);
    },
  },
  {
    id: "S3.3",
    stage: 3,
    title: "Caching by levels, with invalidation",
    days: { from: 3, to: 4 },
    rules: codes(416, [701, 722]),
    live: codes(890, 891),
    judge(product) {
      const { calls, fragments, pages } = cacheUses(product);
      const levels = [
        { name: "values", places: calls.map(({ location }) => location) },
        { name: "template fragments", places: fragments },
        { name: "whole pages", places: pages },
      ].filter(({ places }) => places.length > 0);
      const evidence = levels.map(({ name, places }) => ({
        text: `${places.length} ${places.length === 1 ? "place keeps" : "places keep"} ${name}`,
        location: places[0],
      }));
      const counts = levels.map(({ name, places }) => `${name} (${counted(places.length, "place")})`);
      if (levels.length === 0) return open("The project's code caches nothing.");
      const all = levels.reduce((sum, { places }) => sum + places.length, 0);
      return levels.length >= 2 && all >= fewestPlaces
        ? done(`Cached are ${counts.join(" and ")}, and no rule finds fault with it.`, ...evidence)
        : open(`Only ${counts.join(" and ")} are cached.`, ...evidence);
    },
  },
  {
    id: "S3.4",
    stage: 3,
    title: "Monitoring of errors and performance",
    days: { from: 2, to: 2 },
    rules: codes(857, 875),
    judge({ project }) {
      const found = monitorOf(project);
      return found
        ? done("Errors or performance are monitored.", found)
        : open("Neither Sentry nor another monitor is set up in the code.");
    },
  },
  {
    id: "S3.5",
    stage: 3,
    title: "Queues, retries and limits of tasks",
    days: { from: 1, to: 2 },
    rules: codes([863, 868], [905, 909], 917),
    live: codes(895, 896, 897),
    judge({ production, project }) {
      const tasks = tasksOf(project.program).filter(({ declaration }) => declaration.library === "celery");
      if (tasks.length === 0) return notApplicable("The project has no tasks of Celery.");
      const first = tasks[0]?.task;
      const counted = {
        text: tasks.length === 1 ? "1 task" : `${tasks.length} tasks`,
        location: first && {
          path: first.module.file.path,
          range: { start: first.node.name.start, end: first.node.name.end },
        },
      };
      if (!production || !usesCelery(production))
        return unknown("How Celery is configured is not known.", counted);
      const routes = queueSetting(production, "task_routes");
      const size = routes && mappingOf(routes)?.entries.size;
      if (routes !== undefined && size === undefined)
        return unknown("The routes of the tasks are not known.", counted);
      if (size !== undefined && size > 0) {
        return done(
          "Tasks are routed to queues of their own.",
          counted,
          setting(production, "CELERY_TASK_ROUTES", "Routes"),
        );
      }
      return tasks.length >= manyTasks
        ? open(`${tasks.length} tasks share one queue: a long report delays the next e-mail.`, counted)
        : done("With so few tasks, one queue is enough.", counted);
    },
  },
  {
    id: "S3.6",
    stage: 3,
    title: "Uploads in a storage with signed URLs",
    days: { from: 1, to: 1 },
    rules: codes(413, 420, 842, 843),
    judge(product) {
      return product.production ? uploads(product, product.production) : noProductionSettings;
    },
  },
  {
    id: "S3.7",
    stage: 3,
    title: "Parameters of PostgreSQL for its memory",
    days: { from: 0.5, to: 0.5 },
    estimated: true,
    rules: [],
    live: codes(880, 881),
    judge({ production, context: { deployment } }) {
      if (usesSqlite(production)) return notApplicable("The database is SQLite.");
      const [file] = deployment.databases;
      return unknown(
        "Only the server tells its parameters.",
        ...(file
          ? [{ text: "Parameters of PostgreSQL", location: { path: file.path, range: { start: 0, end: 0 } } }]
          : []),
      );
    },
  },
];

function databaseServer({ context: { deployment } }: Product, production: ProductionSettings): Judgement {
  if (usesSqlite(production)) return open("SQLite lies on the disk of the application server.");
  const found = defaultDatabase(production);
  if (!found) return unknown("The settings do not tell where the database is.");
  const where = { text: "DATABASES", location: found.place };
  const hosts = databaseHosts(found.database);
  const variable = variableOf(databaseOption(found.database, "HOST"));
  if (hosts === undefined) return unknown("The host of the database is decided where it is deployed.", where);
  if (variable !== undefined) {
    return unknown(`${variable} names the host of the database where it is deployed.`, where);
  }
  if (hosts.length === 0) return unknown("The settings do not tell where the database is.", where);
  if (isOfMachine(production, found.database))
    return unknownLocally("will name the host of the database", where);
  if (hosts.every(isLocalHost)) return open("The database runs on the application's server.", where);
  const container = deployment.services.find(
    ({ kind, name, purpose }) => kind === "postgresql" && purpose !== "development" && hosts.includes(name),
  );
  if (container) {
    return open("The database is a container beside the application.", {
      text: `Service ${container.name}`,
      location: container.location,
    });
  }
  return hosts.some((host) => host.includes("."))
    ? done("The database has a host of its own.", where)
    : unknown(`Whether the host "${hosts[0]}" is another machine, the settings do not tell.`, where);
}

function uploads(product: Product, production: ProductionSettings): Judgement {
  const fields = fileFields(product);
  if (fields.length === 0) return notApplicable("No model of the project holds a file.");
  const evidence = fields.slice(0, 3);
  const backends = storageBackends(production, "default");
  if (backends === undefined)
    return unknown("The storage of uploads is decided where it is deployed.", ...evidence);
  if (backends.length > 0 && backends.every(isRemoteStorage)) {
    return done("Uploads lie in a remote storage.", {
      text: backends[0] ?? "",
      location: storagePlace(production, "default"),
    });
  }
  if (backends.some(isRemoteStorage)) {
    return unknown("The environment decides whether uploads lie in a remote storage.", ...evidence);
  }
  return open("Uploads lie on the disk of one server.", ...evidence);
}
