/** Code that the open tasks of a product ask for. */
import { productionCaches } from "../../rules/settings/caches.ts";
import { importOf } from "../../rules/settings/mentions.ts";
import { queuesByUrgency } from "../../rules/settings/task-urgency.ts";
import type { JudgedTask } from "../judge-tasks.ts";
import type { Product } from "../product.ts";
import type { Snippet } from "../report.ts";
import type { StageNumber } from "../stages.ts";
import { hasTenants } from "../tasks/code.ts";
import { usesSqlite } from "../tasks/settings.ts";
import { cacheHits, versionedKeys } from "./cache-hits.ts";
import { materialisedView, replicaRouter } from "./database.ts";
import { sharedCache, taskRoutes, tenantTask } from "./settings.ts";

export function snippetsFor(
  product: Product,
  tasks: readonly JudgedTask[],
  next: StageNumber,
): readonly Snippet[] {
  const isOpen = (id: string): boolean =>
    tasks.some(({ task, judgement }) => task.id === id && judgement.status === "open");
  const findings = (pattern: RegExp): boolean => product.findings.some(({ code }) => pattern.test(code));
  const snippets: Snippet[] = [];
  if (isOpen("S2.4") && findings(/^QS8(20|30|31)$/)) snippets.push(sharedCache);
  const backend = cacheBackend(product);
  if (backend) snippets.push(cacheHits(backend));
  if (findings(/^QS7(03|06|11|12)$/)) snippets.push(versionedKeys);
  if (findings(/^QS(106|701|214|226)$/) && !usesSqlite(product.production)) snippets.push(materialisedView);
  const routes = product.production
    ? queuesByUrgency(product.production)
    : new Map<string, readonly string[]>();
  if (routes.size > 1 && isOpen("S3.5")) snippets.push(taskRoutes(routes));
  if (next === 4 && isOpen("S4.2")) snippets.push(replicaRouter);
  const hasSchemas = importOf(product.project, /django_tenants/) !== undefined;
  if (hasSchemas && hasTenants(product) && isOpen("S4.7")) snippets.push(tenantTask);
  return snippets;
}

/** The shared cache that the production settings use. */
function cacheBackend({ production }: Product): Parameters<typeof cacheHits>[0] | undefined {
  const backends = (production && productionCaches(production))?.flatMap((cache) => cache.backends) ?? [];
  if (backends.some((name) => /^django_redis\./.test(name))) return "django-redis";
  if (backends.some((name) => /^django\.core\.cache\.backends\.redis\./.test(name))) return "django";
  return backends.some((name) => /PyMemcacheCache$/.test(name)) ? "memcached" : undefined;
}
