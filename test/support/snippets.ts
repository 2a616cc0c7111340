/** Every snippet that a report can show. */
import { cacheHits, versionedKeys } from "../../server/src/audit/snippets/cache-hits.ts";
import { materialisedView, replicaRouter } from "../../server/src/audit/snippets/database.ts";
import { sharedCache, taskRoutes, tenantTask } from "../../server/src/audit/snippets/settings.ts";

export const routes = taskRoutes(new Map([["critical", ["apps.billing.tasks.charge"]]]));

export const allSnippets = [
  cacheHits("django"),
  cacheHits("django-redis"),
  cacheHits("memcached"),
  versionedKeys,
  materialisedView,
  replicaRouter,
  sharedCache,
  routes,
  tenantTask,
];
