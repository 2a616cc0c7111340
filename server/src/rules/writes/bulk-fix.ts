/** What the fixes that write in bulk have in common. */
import type { Model } from "../../django/model-graph.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Fix, Safety } from "../finding.ts";
import type { Multiplicity } from "../loop-weight.ts";

/** Rows per statement: more make statements long and locks last. */
export const batchSize = 500;

/** One query for all rounds. */
export const once: Multiplicity = { constant: 1, unbounded: 0 };

export interface Remedy {
  readonly fixes: readonly Fix[];
  /** Loops that go on around the place to which the writes move. */
  readonly outside: Multiplicity;
  /** Why there is no fix, as the end of a sentence that begins with "because". */
  readonly obstacle: string | undefined;
}

export function withoutFix(obstacle: string): Remedy {
  return { fixes: [], outside: once, obstacle };
}

export interface BulkOperation {
  /** What the fix does: `Replace the loop with update()`. */
  readonly title: string;
  readonly skipped: readonly string[];
  /** Reasons for which it is only suggested, beside what is skipped. */
  readonly doubts: readonly string[];
  /** What else to know before it is applied. */
  readonly notes: readonly string[];
}

export function bulkFix(operation: BulkOperation, path: string, edits: readonly TextEdit[]): Fix {
  const { title, skipped, doubts, notes } = operation;
  const skips = skipped.length === 0 ? "save() and signals" : inWords(skipped);
  const safety: Safety = skipped.length + doubts.length > 0 ? "suggestion" : "unsafe";
  return {
    title: `${title} (${[`skips ${skips}`, ...doubts, ...notes].join("; ")})`,
    safety,
    preferred: safety !== "suggestion",
    edits: edits.map((edit) => ({ path, ...edit })),
  };
}

const mostNamed = 2;

function inWords(names: readonly string[]): string {
  const named = names.slice(0, mostNamed);
  const others = names.length - named.length;
  const parts = others > 0 ? [...named, `${others} more`] : named;
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "");
}

/**
 * The manager for operations on rows that are at hand already: the default one, or where that may leave rows out,
 * the one that Django's own `save()` uses.
 */
export function managerOf(program: PythonProgram, model: Model): string {
  const manager = model.managers.get(model.defaultManager);
  if (!manager?.known) return "_base_manager";
  const filtering = manager.managerClass && program.lookupMember(manager.managerClass, "get_queryset");
  const isPlain =
    !filtering || (filtering.kind === "found" && filtering.owner.module.name.startsWith("django."));
  return isPlain || filtering.kind === "absent" ? manager.name : "_base_manager";
}
