/** Every rule. The order decides which code a finding with reads of several rules has. */

import { cacheCallInLoop } from "./caching/cache-call-in-loop.ts";
import { cacheClearShared } from "./caching/cache-clear-shared.ts";
import { cacheDefaultTtl } from "./caching/cache-default-ttl.ts";
import { cacheForever } from "./caching/cache-forever.ts";
import { cacheKeyMissingScope } from "./caching/cache-key-missing-scope.ts";
import { cachePageOnPrivateView } from "./caching/cache-page-on-private-view.ts";
import { cacheStampede } from "./caching/cache-stampede.ts";
import { cacheablePublicPage } from "./caching/cacheable-public-page.ts";
import { cachingModelObjects } from "./caching/caching-model-objects.ts";
import { falsyCacheMiss } from "./caching/falsy-cache-miss.ts";
import { fragmentDoesNotSaveQuery } from "./caching/fragment-does-not-save-query.ts";
import { fragmentMissingVary } from "./caching/fragment-missing-vary.ts";
import { getOrSetEagerDefault } from "./caching/get-or-set-eager-default.ts";
import { invalidateBeforeCommit } from "./caching/invalidate-before-commit.ts";
import { invalidationBypassed } from "./caching/invalidation-bypassed.ts";
import { largeSession } from "./caching/large-session.ts";
import { lruCacheOnOrm } from "./caching/lru-cache-on-orm.ts";
import { noInvalidation } from "./caching/no-invalidation.ts";
import { repeatedPerRequestLookup } from "./caching/repeated-per-request-lookup.ts";
import { sessionWritePerRequest } from "./caching/session-write-per-request.ts";
import { uncachedExpensiveView } from "./caching/uncached-expensive-view.ts";
import { unstableCacheKey } from "./caching/unstable-cache-key.ts";
import { versionBumpedOnRead } from "./caching/version-bumped-on-read.ts";
import { costlyMetaOrdering } from "./indexes/costly-meta-ordering.ts";
import { genericFkIndex } from "./indexes/generic-fk-index.ts";
import { jsonLookupWithoutGin } from "./indexes/json-lookup-without-gin.ts";
import { lockingIndexMigration } from "./indexes/locking-index-migration.ts";
import { lookupByNonUniqueField } from "./indexes/lookup-by-non-unique-field.ts";
import { lowSelectivityIndex } from "./indexes/low-selectivity-index.ts";
import { missingCompositeIndex } from "./indexes/missing-composite-index.ts";
import { missingIndexFilter } from "./indexes/missing-index-filter.ts";
import { missingIndexOrderBy } from "./indexes/missing-index-order-by.ts";
import { redundantIndex } from "./indexes/redundant-index.ts";
import { softDeletePartialIndex } from "./indexes/soft-delete-partial-index.ts";
import { startswithWithoutPatternIndex } from "./indexes/startswith-without-pattern-index.ts";
import { tenantIndex } from "./indexes/tenant-index.ts";
import { unbatchedDataMigration } from "./indexes/unbatched-data-migration.ts";
import { unindexedFk } from "./indexes/unindexed-fk.ts";
import { wrongFunctionalIndex } from "./indexes/wrong-functional-index.ts";
import { adminFkSelectExplosion } from "./n-plus-one/admin-fk-select-explosion.ts";
import { bulkWriteFkLookups } from "./n-plus-one/bulk-write-fk-lookups.ts";
import { fetchPeersIneffective } from "./n-plus-one/fetch-peers-ineffective.ts";
import { fkIdViaInstance } from "./n-plus-one/fk-id-via-instance.ts";
import { invalidRelationPath } from "./n-plus-one/invalid-relation-path.ts";
import { nPlusOneAggregate } from "./n-plus-one/n-plus-one-aggregate.ts";
import { nPlusOneDeferredField } from "./n-plus-one/n-plus-one-deferred-field.ts";
import { nPlusOneForward } from "./n-plus-one/n-plus-one-forward.ts";
import { nPlusOneGenericFk } from "./n-plus-one/n-plus-one-generic-fk.ts";
import { nPlusOneInAdminList } from "./n-plus-one/n-plus-one-in-admin-list.ts";
import { nPlusOneInFormChoices } from "./n-plus-one/n-plus-one-in-form-choices.ts";
import { nPlusOneInGraphqlResolver } from "./n-plus-one/n-plus-one-in-graphql-resolver.ts";
import { nPlusOneInSerializer } from "./n-plus-one/n-plus-one-in-serializer.ts";
import { nPlusOneInSerializerMethod } from "./n-plus-one/n-plus-one-in-serializer-method.ts";
import { nPlusOneInTemplate } from "./n-plus-one/n-plus-one-in-template.ts";
import { nPlusOnePermissionCheck } from "./n-plus-one/n-plus-one-permission-check.ts";
import { nPlusOneQueryInLoop } from "./n-plus-one/n-plus-one-query-in-loop.ts";
import { nPlusOneReverseOneToOne } from "./n-plus-one/n-plus-one-reverse-one-to-one.ts";
import { nPlusOneToMany } from "./n-plus-one/n-plus-one-to-many.ts";
import { nPlusOneViaMethod } from "./n-plus-one/n-plus-one-via-method.ts";
import { prefetchBypassed } from "./n-plus-one/prefetch-bypassed.ts";
import { prefetchLostByIterator } from "./n-plus-one/prefetch-lost-by-iterator.ts";
import { refreshInLoop } from "./n-plus-one/refresh-in-loop.ts";
import { repeatedRelationQuery } from "./n-plus-one/repeated-relation-query.ts";
import { selectRelatedBare } from "./n-plus-one/select-related-bare.ts";
import { unusedEagerLoad } from "./n-plus-one/unused-eager-load.ts";
import { cursorOrderNotIndexed } from "./pagination/cursor-order-not-indexed.ts";
import { expensiveTotalCount } from "./pagination/expensive-total-count.ts";
import { nonUniquePageOrder } from "./pagination/non-unique-page-order.ts";
import { offsetBatchLoop } from "./pagination/offset-batch-loop.ts";
import { offsetPaginationOnLargeTable } from "./pagination/offset-pagination-on-large-table.ts";
import { paginatorOverList } from "./pagination/paginator-over-list.ts";
import { unboundedPageSize } from "./pagination/unbounded-page-size.ts";
import { unorderedPagination } from "./pagination/unordered-pagination.ts";
import { unpaginatedList } from "./pagination/unpaginated-list.ts";
import { aggregateInPython } from "./query-shape/aggregate-in-python.ts";
import { asyncOrmMisuse } from "./query-shape/async-orm-misuse.ts";
import { caseInsensitiveLookup } from "./query-shape/case-insensitive-lookup.ts";
import { countComparedForExistence } from "./query-shape/count-compared-for-existence.ts";
import { countThenIterate } from "./query-shape/count-then-iterate.ts";
import { deadQuery } from "./query-shape/dead-query.ts";
import { distinctOrGroupInPython } from "./query-shape/distinct-or-group-in-python.ts";
import { doubleJoinFilter } from "./query-shape/double-join-filter.ts";
import { duplicateQuery } from "./query-shape/duplicate-query.ts";
import { existsThenEvaluate } from "./query-shape/exists-then-evaluate.ts";
import { expensiveCountQuery } from "./query-shape/expensive-count-query.ts";
import { filterInPython } from "./query-shape/filter-in-python.ts";
import { joinThenDistinct } from "./query-shape/join-then-distinct.ts";
import { latestPerGroupInPython } from "./query-shape/latest-per-group-in-python.ts";
import { leadingWildcardSearch } from "./query-shape/leading-wildcard-search.ts";
import { lenOfQueryset } from "./query-shape/len-of-queryset.ts";
import { loadAllForOne } from "./query-shape/load-all-for-one.ts";
import { loopInvariantQuery } from "./query-shape/loop-invariant-query.ts";
import { materialisedInList } from "./query-shape/materialised-in-list.ts";
import { membershipInQueryset } from "./query-shape/membership-in-queryset.ts";
import { missingIterator } from "./query-shape/missing-iterator.ts";
import { multiJoinAggregation } from "./query-shape/multi-join-aggregation.ts";
import { negatedToManyFilter } from "./query-shape/negated-to-many-filter.ts";
import { nonSargableDateLookup } from "./query-shape/non-sargable-date-lookup.ts";
import { orderByRandom } from "./query-shape/order-by-random.ts";
import { overFetchingColumns } from "./query-shape/over-fetching-columns.ts";
import { rawSqlInLoop } from "./query-shape/raw-sql-in-loop.ts";
import { sortInPython } from "./query-shape/sort-in-python.ts";
import { subqueryNotSingle } from "./query-shape/subquery-not-single.ts";
import { truthinessInsteadOfExists } from "./query-shape/truthiness-instead-of-exists.ts";
import { unboundedQuerysetInRequest } from "./query-shape/unbounded-queryset-in-request.ts";
import { valuesListOpportunity } from "./query-shape/values-list-opportunity.ts";
import { wideRowLock } from "./query-shape/wide-row-lock.ts";
import { blockingCallInAsyncView } from "./request/blocking-call-in-async-view.ts";
import { blockingSignalHandler } from "./request/blocking-signal-handler.ts";
import { bufferedExport } from "./request/buffered-export.ts";
import { emailInLoop } from "./request/email-in-loop.ts";
import { fileReadIntoMemory } from "./request/file-read-into-memory.ts";
import { httpInLoop } from "./request/http-in-loop.ts";
import { httpWithoutTimeout } from "./request/http-without-timeout.ts";
import { mediaServedByDjango } from "./request/media-served-by-django.ts";
import { queryAtImportTime } from "./request/query-at-import-time.ts";
import { queryOnEveryRequest } from "./request/query-on-every-request.ts";
import { sleepOrSubprocessInRequest } from "./request/sleep-or-subprocess-in-request.ts";
import { syncDocumentInRequest } from "./request/sync-document-in-request.ts";
import { syncEmailInRequest } from "./request/sync-email-in-request.ts";
import { syncHttpInRequest } from "./request/sync-http-in-request.ts";
import { syncUploadProcessing } from "./request/sync-upload-processing.ts";
import { taskRunSynchronously } from "./request/task-run-synchronously.ts";
import { uploadThroughAppServer } from "./request/upload-through-app-server.ts";
import { webhookProcessedInline } from "./request/webhook-processed-inline.ts";
import type { Rule } from "./rule.ts";
import { acksLateVisibility } from "./settings/acks-late-visibility.ts";
import { alwaysEager } from "./settings/always-eager.ts";
import { atomicRequestsWithSlowViews } from "./settings/atomic-requests-with-slow-views.ts";
import { beatEntryInvalid } from "./settings/beat-entry-invalid.ts";
import { blockingLoggingHandler } from "./settings/blocking-logging-handler.ts";
import { brokerMissingOrLocalhost } from "./settings/broker-missing-or-localhost.ts";
import { brokerRetryOnStartup } from "./settings/broker-retry-on-startup.ts";
import { cacheDefaultTimeout } from "./settings/cache-default-timeout.ts";
import { cacheMiddlewareOrder } from "./settings/cache-middleware-order.ts";
import { cacheWithoutKeyPrefix } from "./settings/cache-without-key-prefix.ts";
import { connMaxAgeZero } from "./settings/conn-max-age-zero.ts";
import { connectionBudget } from "./settings/connection-budget.ts";
import { databaseSessions } from "./settings/database-sessions.ts";
import { debugInProduction } from "./settings/debug-in-production.ts";
import { djangoTasksImmediate } from "./settings/django-tasks-immediate.ts";
import { emailWithoutTimeout } from "./settings/email-without-timeout.ts";
import { fileSessions } from "./settings/file-sessions.ts";
import { geventDbDriver } from "./settings/gevent-db-driver.ts";
import { mediaOnLocalDisk } from "./settings/media-on-local-disk.ts";
import { memcachedOrValkeyNotes } from "./settings/memcached-or-valkey-notes.ts";
import { misplacedDatabaseOption } from "./settings/misplaced-database-option.ts";
import { namespaceMismatch } from "./settings/namespace-mismatch.ts";
import { nginxMedia } from "./settings/nginx-media.ts";
import { noCeleryMonitoring } from "./settings/no-celery-monitoring.ts";
import { noCompressionOrEtag } from "./settings/no-compression-or-etag.ts";
import { noConnectionHealthCheck } from "./settings/no-connection-health-check.ts";
import { noGlobalTimeLimits } from "./settings/no-global-time-limits.ts";
import { noProfilingOrMonitoring } from "./settings/no-profiling-or-monitoring.ts";
import { noSharedCache } from "./settings/no-shared-cache.ts";
import { noStatementTimeout } from "./settings/no-statement-timeout.ts";
import { noTaskQueue } from "./settings/no-task-queue.ts";
import { pgbouncerIni } from "./settings/pgbouncer-ini.ts";
import { pgbouncerServerSideCursors } from "./settings/pgbouncer-server-side-cursors.ts";
import { pickleSerializer } from "./settings/pickle-serializer.ts";
import { poolConflictsWithConnMaxAge } from "./settings/pool-conflicts-with-conn-max-age.ts";
import { poolSize } from "./settings/pool-size.ts";
import { poolTypeMismatch } from "./settings/pool-type-mismatch.ts";
import { prefetchWithLongTasks } from "./settings/prefetch-with-long-tasks.ts";
import { preparedStatementsBehindPgbouncer } from "./settings/prepared-statements-behind-pgbouncer.ts";
import { profilingToolsUnguarded } from "./settings/profiling-tools-unguarded.ts";
import { queueWithoutWorker } from "./settings/queue-without-worker.ts";
import { readYourWrites } from "./settings/read-your-writes.ts";
import { redisConnectionPool } from "./settings/redis-connection-pool.ts";
import { redisDbCollision } from "./settings/redis-db-collision.ts";
import { redisSocketTimeouts } from "./settings/redis-socket-timeouts.ts";
import { replicaWithoutRouter } from "./settings/replica-without-router.ts";
import { resultBackend } from "./settings/result-backend.ts";
import { resultExpiry } from "./settings/result-expiry.ts";
import { routeMatchesNothing } from "./settings/route-matches-nothing.ts";
import { routerIncomplete } from "./settings/router-incomplete.ts";
import { runserverInProduction } from "./settings/runserver-in-production.ts";
import { s3Options } from "./settings/s3-options.ts";
import { scheduledJobMissing } from "./settings/scheduled-job-missing.ts";
import { sessionAgeAndSize } from "./settings/session-age-and-size.ts";
import { sessionAliasInvalidOrEvictable } from "./settings/session-alias-invalid-or-evictable.ts";
import { sessionSaveEveryRequest } from "./settings/session-save-every-request.ts";
import { sessionStateBehindPgbouncer } from "./settings/session-state-behind-pgbouncer.ts";
import { sessionsNeverCleared } from "./settings/sessions-never-cleared.ts";
import { singleQueue } from "./settings/single-queue.ts";
import { sqliteInProduction } from "./settings/sqlite-in-production.ts";
import { stackedOrPersistentPooling } from "./settings/stacked-or-persistent-pooling.ts";
import { staticServedByDjango } from "./settings/static-served-by-django.ts";
import { staticWithoutCdn } from "./settings/static-without-cdn.ts";
import { staticWithoutHashedNames } from "./settings/static-without-hashed-names.ts";
import { synchronousEmailBackend } from "./settings/synchronous-email-backend.ts";
import { templateLoaderUncached } from "./settings/template-loader-uncached.ts";
import { uploadLimits } from "./settings/upload-limits.ts";
import { workerCount } from "./settings/worker-count.ts";
import { workerMemory } from "./settings/worker-memory.ts";
import { workerRecycling } from "./settings/worker-recycling.ts";
import { workerTimeout } from "./settings/worker-timeout.ts";
import { blockingOnTaskResult } from "./tasks/blocking-on-task-result.ts";
import { broadOrUnboundedRetry } from "./tasks/broad-or-unbounded-retry.ts";
import { crontabEveryMinute } from "./tasks/crontab-every-minute.ts";
import { eagerOrImmediateTask } from "./tasks/eager-or-immediate-task.ts";
import { largeTaskPayload } from "./tasks/large-task-payload.ts";
import { longEta } from "./tasks/long-eta.ts";
import { nonIdempotentRetriedTask } from "./tasks/non-idempotent-retried-task.ts";
import { overlappingBeatTask } from "./tasks/overlapping-beat-task.ts";
import { retryWithoutBackoff } from "./tasks/retry-without-backoff.ts";
import { sleepInTask } from "./tasks/sleep-in-task.ts";
import { taskEnqueuedInLoop } from "./tasks/task-enqueued-in-loop.ts";
import { taskEnqueuedInsideTransaction } from "./tasks/task-enqueued-inside-transaction.ts";
import { taskReceivesModelInstance } from "./tasks/task-receives-model-instance.ts";
import { taskWithoutRateLimit } from "./tasks/task-without-rate-limit.ts";
import { taskWithoutRetry } from "./tasks/task-without-retry.ts";
import { taskWithoutTenant } from "./tasks/task-without-tenant.ts";
import { taskWithoutTimeLimit } from "./tasks/task-without-time-limit.ts";
import { tenantContextLeak } from "./tasks/tenant-context-leak.ts";
import { unboundedTask } from "./tasks/unbounded-task.ts";
import { unusedTaskResult } from "./tasks/unused-task-result.ts";
import { bulkSkipsSideEffects } from "./writes/bulk-skips-side-effects.ts";
import { bulkWithoutBatchSize } from "./writes/bulk-without-batch-size.ts";
import { cascadeDeleteInRequest } from "./writes/cascade-delete-in-request.ts";
import { createInLoop } from "./writes/create-in-loop.ts";
import { deleteInLoop } from "./writes/delete-in-loop.ts";
import { getOrCreateInLoop } from "./writes/get-or-create-in-loop.ts";
import { m2mAddInLoop } from "./writes/m2m-add-in-loop.ts";
import { nPlusOneViaSignal } from "./writes/n-plus-one-via-signal.ts";
import { readModifyWrite } from "./writes/read-modify-write.ts";
import { saveAgainInPostSave } from "./writes/save-again-in-post-save.ts";
import { saveInLoop } from "./writes/save-in-loop.ts";
import { saveWithoutUpdateFields } from "./writes/save-without-update-fields.ts";
import { slowIoInTransaction } from "./writes/slow-io-in-transaction.ts";
import { updateInLoop } from "./writes/update-in-loop.ts";
import { writesInAutocommitLoop } from "./writes/writes-in-autocommit-loop.ts";
export const rules: readonly Rule[] = [
  nPlusOneInAdminList,
  nPlusOneInSerializer,
  nPlusOneInSerializerMethod,
  nPlusOneInTemplate,
  nPlusOneInGraphqlResolver,
  nPlusOneInFormChoices,
  nPlusOneGenericFk,
  nPlusOneViaMethod,
  nPlusOneReverseOneToOne,
  nPlusOneToMany,
  nPlusOneForward,
  prefetchBypassed,
  nPlusOneQueryInLoop,
  nPlusOneAggregate,
  nPlusOneDeferredField,
  nPlusOnePermissionCheck,
  refreshInLoop,
  fkIdViaInstance,
  prefetchLostByIterator,
  selectRelatedBare,
  invalidRelationPath,
  createInLoop,
  saveInLoop,
  deleteInLoop,
  m2mAddInLoop,
  updateInLoop,
  nPlusOneViaSignal,
  syncEmailInRequest,
  missingIndexFilter,
  repeatedRelationQuery,
  bulkWriteFkLookups,
  adminFkSelectExplosion,
  unusedEagerLoad,
  fetchPeersIneffective,
  crontabEveryMinute,
  countComparedForExistence,
  truthinessInsteadOfExists,
  taskEnqueuedInsideTransaction,
  multiJoinAggregation,
  taskReceivesModelInstance,
  eagerOrImmediateTask,
  blockingOnTaskResult,
  taskWithoutRetry,
  retryWithoutBackoff,
  broadOrUnboundedRetry,
  taskWithoutTimeLimit,
  taskEnqueuedInLoop,
  taskWithoutRateLimit,
  sleepInTask,
  longEta,
  tenantContextLeak,
  largeTaskPayload,
  unboundedTask,
  unusedTaskResult,
  httpWithoutTimeout,
  syncHttpInRequest,
  syncDocumentInRequest,
  sleepOrSubprocessInRequest,
  blockingCallInAsyncView,
  emailInLoop,
  httpInLoop,
  uploadThroughAppServer,
  taskRunSynchronously,
  blockingSignalHandler,
  syncUploadProcessing,
  mediaServedByDjango,
  fileReadIntoMemory,
  bufferedExport,
  orderByRandom,
  nonSargableDateLookup,
  leadingWildcardSearch,
  caseInsensitiveLookup,
  doubleJoinFilter,
  negatedToManyFilter,
  joinThenDistinct,
  wideRowLock,
  queryOnEveryRequest,
  queryAtImportTime,
  lenOfQueryset,
  aggregateInPython,
  valuesListOpportunity,
  existsThenEvaluate,
  countThenIterate,
  membershipInQueryset,
  filterInPython,
  sortInPython,
  distinctOrGroupInPython,
  loadAllForOne,
  materialisedInList,
  getOrSetEagerDefault,
  versionBumpedOnRead,
  fragmentMissingVary,
  cacheClearShared,
  cacheDefaultTtl,
  cacheForever,
  cacheCallInLoop,
  invalidateBeforeCommit,
  cachingModelObjects,
  lruCacheOnOrm,
  falsyCacheMiss,
  cacheKeyMissingScope,
  noInvalidation,
  unstableCacheKey,
  sessionWritePerRequest,
  largeSession,
  cachePageOnPrivateView,
  invalidationBypassed,
  uncachedExpensiveView,
  fragmentDoesNotSaveQuery,
  cacheStampede,
  loopInvariantQuery,
  missingIterator,
  unboundedQuerysetInRequest,
  duplicateQuery,
  unpaginatedList,
  paginatorOverList,
  unorderedPagination,
  unboundedPageSize,
  bulkWithoutBatchSize,
  getOrCreateInLoop,
  readModifyWrite,
  slowIoInTransaction,
  rawSqlInLoop,
  subqueryNotSingle,
  bulkSkipsSideEffects,
  asyncOrmMisuse,
  offsetPaginationOnLargeTable,
  nonUniquePageOrder,
  offsetBatchLoop,
  saveWithoutUpdateFields,
  saveAgainInPostSave,
  writesInAutocommitLoop,
  expensiveCountQuery,
  latestPerGroupInPython,
  deadQuery,
  overlappingBeatTask,
  repeatedPerRequestLookup,
  taskWithoutTenant,
  webhookProcessedInline,
  cascadeDeleteInRequest,
  overFetchingColumns,
  nonIdempotentRetriedTask,
  connMaxAgeZero,
  noConnectionHealthCheck,
  poolConflictsWithConnMaxAge,
  pgbouncerServerSideCursors,
  stackedOrPersistentPooling,
  preparedStatementsBehindPgbouncer,
  noStatementTimeout,
  misplacedDatabaseOption,
  sqliteInProduction,
  debugInProduction,
  noSharedCache,
  redisDbCollision,
  cacheDefaultTimeout,
  redisSocketTimeouts,
  templateLoaderUncached,
  cacheMiddlewareOrder,
  databaseSessions,
  sessionAliasInvalidOrEvictable,
  sessionSaveEveryRequest,
  expensiveTotalCount,
  emailWithoutTimeout,
  brokerMissingOrLocalhost,
  noGlobalTimeLimits,
  routeMatchesNothing,
  alwaysEager,
  beatEntryInvalid,
  pickleSerializer,
  resultExpiry,
  replicaWithoutRouter,
  uploadLimits,
  profilingToolsUnguarded,
  routerIncomplete,
  runserverInProduction,
  workerCount,
  workerRecycling,
  workerTimeout,
  pgbouncerIni,
  sessionsNeverCleared,
  connectionBudget,
  sessionStateBehindPgbouncer,
  brokerRetryOnStartup,
  prefetchWithLongTasks,
  acksLateVisibility,
  missingIndexOrderBy,
  missingCompositeIndex,
  tenantIndex,
  redundantIndex,
  startswithWithoutPatternIndex,
  wrongFunctionalIndex,
  lowSelectivityIndex,
  softDeletePartialIndex,
  unindexedFk,
  genericFkIndex,
  lockingIndexMigration,
  lookupByNonUniqueField,
  jsonLookupWithoutGin,
  costlyMetaOrdering,
  fileSessions,
  sessionAgeAndSize,
  staticWithoutHashedNames,
  djangoTasksImmediate,
  queueWithoutWorker,
  cacheablePublicPage,
  cursorOrderNotIndexed,
  staticServedByDjango,
  synchronousEmailBackend,
  atomicRequestsWithSlowViews,
  readYourWrites,
  poolSize,
  geventDbDriver,
  cacheWithoutKeyPrefix,
  redisConnectionPool,
  memcachedOrValkeyNotes,
  mediaOnLocalDisk,
  s3Options,
  staticWithoutCdn,
  nginxMedia,
  singleQueue,
  unbatchedDataMigration,
  noProfilingOrMonitoring,
  noCompressionOrEtag,
  blockingLoggingHandler,
  noTaskQueue,
  resultBackend,
  workerMemory,
  namespaceMismatch,
  noCeleryMonitoring,
  poolTypeMismatch,
  scheduledJobMissing,
];
