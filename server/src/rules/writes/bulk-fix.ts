/** What the fixes that write in bulk have in common. */
import type { Model } from "../../django/model-graph.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Loop } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Fix, Safety } from "../finding.ts";
import type { Multiplicity } from "../loop-weight.ts";

/** Rows per statement: more make statements long and locks last. */
export const batchSize = 500;

/** One query for all rounds. */
export const once: Multiplicity = { constant: 1, unbounded: 0 };

export const createTitle = "Replace the loop's inserts with one bulk_create()";

export interface Remedy {
  readonly fixes: readonly Fix[];
  /** Loops that go on around the place to which the writes move. */
  readonly outside: Multiplicity;
  /** Why there is no fix, as the end of a sentence that begins with "because". */
  readonly obstacle: string | undefined;
  /** As a factor of the finding's score: writing in bulk is doubtful where each write is needed in its round. */
  readonly benefit: number;
}

export const doubtful = 0.75;

/** The code could be written with a bulk operation, but the analysis does not know how. */
export function withoutFix(obstacle: string): Remedy {
  return { fixes: [], outside: once, obstacle, benefit: 1 };
}

/** As the code stands, a bulk operation can't take the place of the single writes. */
export function impossible(obstacle: string): Remedy {
  return { fixes: [], outside: once, obstacle, benefit: doubtful };
}

export function withFix(fix: Fix, outside: Multiplicity): Remedy {
  return { fixes: [fix], outside, obstacle: undefined, benefit: 1 };
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
    edits: tidied(edits).map((edit) => ({ path, ...edit })),
  };
}

/** Several parts of a fix may need the same import, or new ones at the same place. */
function tidied(edits: readonly TextEdit[]): readonly TextEdit[] {
  const tidy: TextEdit[] = [];
  for (const edit of edits) {
    const index = tidy.findIndex(
      (other) => isSamePlace(edit, other) && isNewImport(edit) && isNewImport(other),
    );
    const other = tidy[index];
    if (tidy.some((made) => isSamePlace(edit, made) && made.newText === edit.newText)) continue;
    if (other) tidy[index] = { range: edit.range, newText: sortedImports(other.newText, edit.newText) };
    else tidy.push(edit);
  }
  return tidy;
}

function isSamePlace({ range }: TextEdit, other: TextEdit): boolean {
  return range.start === other.range.start && range.end === other.range.end;
}

/** Lines of imports, perhaps with an empty line below them. */
function isNewImport({ newText }: TextEdit): boolean {
  return /^(from \S+ import \w+(\r?\n)+)+$/.test(newText);
}

/** Both groups of lines as one, with the empty line below it. */
function sortedImports(first: string, second: string): string {
  const [, end = ""] = /(\n[\r\n]*)$/.exec(first) ?? [];
  const lines = new Set([...first.trimEnd().split(/\r?\n/), ...second.trimEnd().split(/\r?\n/)]);
  return [...lines].sort().join("\n") + end;
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

/** As a reason to suggest a fix only: the loop stands in one over parts of a larger whole. */
export function isInBatches(loops: readonly Loop[]): readonly string[] {
  return loops.some(({ weight }) => weight.kind === "batches") ? ["the rows come in batches already"] : [];
}
