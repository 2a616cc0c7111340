/** What the code of a project says, as tasks of the roadmap ask for it. */
import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import { tasksOf } from "../../django/tasks.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import type { EndpointKind, EndpointQueries } from "../../interpret/roots/endpoints.ts";
import { cacheCalls } from "../../rules/caching/cache-calls.ts";
import { queryShapes } from "../../rules/indexes/query-shapes.ts";
import { tenantModels } from "../../rules/indexes/tenant-models.ts";
import { multiplicityOf } from "../../rules/loop-weight.ts";
import { factsOfKind } from "../../rules/rule-context.ts";
import { importOf } from "../../rules/settings/mentions.ts";
import { callsOfLibrary } from "../../rules/tasks/library-calls.ts";
import type { Product } from "../product.ts";
import type { JudgementEvidence } from "./task.ts";

/** Pages that somebody opens. */
const pages: ReadonlySet<EndpointKind> = new Set(["view", "api", "admin"]);

/** Operations that give many rows. */
const listing: ReadonlySet<string> = new Set(["iterate", "list"]);

export interface ListPages {
  readonly all: number;
  /** Those that send no query for each row. */
  readonly clean: number;
}

/** Pages that go through the rows of a queryset. */
export function listPages({ endpoints }: Pick<Product, "endpoints">): ListPages {
  const bySymbol = groupBy(
    endpoints.filter(
      ({ kind, queries }) => pages.has(kind) && queries.some(({ operation }) => listing.has(operation)),
    ),
    ({ symbol }) => symbol,
  );
  const lists = [...bySymbol.values()].map(([first]) => first);
  return { all: lists.length, clean: lists.filter((page) => !readsPerRow(page)).length };
}

function readsPerRow({ queries }: EndpointQueries): boolean {
  return queries.some(({ operation, loops }) => operation !== "write" && multiplicityOf(loops) !== undefined);
}

/** How something is kept in a cache, by the guide's levels. */
export interface CacheUses {
  readonly calls: readonly CacheCall[];
  readonly fragments: readonly Location[];
  readonly pages: readonly Location[];
}

export function cacheUses({ context, project }: Product): CacheUses {
  const fragments = factsOfKind(context.facts, "cachedFragment").map(({ location }) => location);
  const unique = [
    ...new Map(fragments.map((place) => [`${place.path}:${place.range.start}`, place])).values(),
  ];
  return {
    calls: cacheCalls(context, "set", "get_or_set", "add", "set_many"),
    fragments: unique,
    pages: callsOfLibrary(project.program, "django.views.decorators.cache.cache_page").map(
      ({ module, call: { start, end } }) => ({ path: module.file.path, range: { start, end } }),
    ),
  };
}

/** A library that runs functions outside of requests, and where the project uses it. */
export interface QueueUse {
  readonly library: string;
  readonly evidence: JudgementEvidence;
}

export function taskQueue({ project }: Product): QueueUse | undefined {
  const [first] = tasksOf(project.program);
  if (first) {
    const { module, node } = first.task;
    return {
      library: first.declaration.library === "celery" ? "Celery" : "django.tasks",
      evidence: {
        text: `${module.name}.${first.task.qualifiedName} is a task`,
        location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
      },
    };
  }
  for (const [library, pattern] of otherQueues) {
    const evidence = importOf(project, pattern);
    if (evidence) return { library, evidence };
  }
  return undefined;
}

const otherQueues: readonly (readonly [library: string, pattern: RegExp])[] = [
  ["Celery", /celery/],
  ["RQ", /django_rq|rq/],
  ["Huey", /huey/],
  ["Dramatiq", /dramatiq|django_dramatiq/],
  ["Django Q", /django_q/],
  ["Procrastinate", /procrastinate/],
];

/** Models whose rows belong to different tenants, by a key or by a schema of their own. */
export function hasTenants({ context, project, configuration }: Product): boolean {
  if (configuration.tenantField !== undefined) return true;
  if (importOf(project, /django_tenants|tenant_schemas|django_multitenant/)) return true;
  const isTenant = tenantModels(context, queryShapes(context));
  return [...project.models.models.values()].some((model) => isTenant(model));
}
