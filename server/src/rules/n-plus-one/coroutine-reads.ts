/** Lazy loads that fail instead of costing a query. */
import type { DeferredRead, RelationRead } from "../../interpret/facts.ts";

/**
 * Django raises `SynchronousOnlyOperation` there, whatever the number of rows. It prefetches in a thread, where a lazy
 * load works.
 */
export function raisesInCoroutine(read: RelationRead | DeferredRead): boolean {
  if (!read.inCoroutine) return false;
  return read.kind === "deferredRead"
    ? read.reason === "read"
    : read.coverage === "missing" && !read.comesWithLazyLoad;
}

/** The end of a message that starts with what is not loaded. */
export const raisesInCoroutineText = "a coroutine cannot load it: Django raises SynchronousOnlyOperation.";
