/** Lazy loads that fail instead of costing a query. */
import type { DeferredRead, RelationRead } from "../../interpret/facts.ts";

/** Django raises `SynchronousOnlyOperation` there, whatever the number of rows. */
export function raisesInCoroutine(read: RelationRead | DeferredRead): boolean {
  return read.inCoroutine && (read.kind === "deferredRead" || read.coverage === "missing");
}

/** The end of a message that starts with what is not loaded. */
export const raisesInCoroutineText = "a coroutine cannot load it: Django raises SynchronousOnlyOperation.";
