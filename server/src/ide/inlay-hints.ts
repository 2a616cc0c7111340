/** Where the code sends queries, said behind the expressions that do it. */
import { rangesTouch, type TextRange } from "../base/text-range.ts";
import type { Fact } from "../interpret/facts.ts";
import type { Snapshot } from "./snapshot.ts";

export interface InlayHint {
  readonly offset: number;
  /** `→ Order: 1 query`, `→ Customer: a query for each row` */
  readonly label: string;
}

/** @param range of the text that was analysed */
export function inlayHintsIn(snapshot: Snapshot, path: string, range: TextRange): readonly InlayHint[] {
  const hints = new Map<string, InlayHint>();
  for (const fact of snapshot.analysis.facts(path)) {
    const hint = hintOf(fact, path);
    if (hint === undefined || !rangesTouch({ start: hint.offset, end: hint.offset }, range)) continue;
    // What is said of a place in loops holds for it without them too.
    const key = `${hint.offset} ${hint.model}`;
    const other = hints.get(key);
    if (other === undefined || hint.repeated) hints.set(key, { offset: hint.offset, label: labelOf(hint) });
  }
  return [...hints.values()].sort((first, second) => first.offset - second.offset);
}

interface SentQuery {
  readonly offset: number;
  readonly model: string;
  readonly repeated: boolean;
}

function hintOf(fact: Fact, path: string): SentQuery | undefined {
  if (fact.kind !== "rowsUse" && fact.kind !== "query" && fact.kind !== "relationRead") return undefined;
  if (fact.location.path !== path) return undefined;
  const offset = fact.location.range.end;
  const repeated = fact.loops.length > 0;
  if (fact.kind === "relationRead") {
    const { keyOnly, relation, coverage, comesWithLazyLoad } = fact;
    if (keyOnly || comesWithLazyLoad || coverage !== "missing") return undefined;
    return { offset, model: nameOf(relation.target ?? "row"), repeated };
  }
  if (fact.kind === "rowsUse" && fact.fromCache) return undefined;
  return { offset, model: nameOf(fact.queryset.model.label), repeated };
}

function nameOf(label: string): string {
  return label.slice(label.lastIndexOf(".") + 1);
}

function labelOf({ model, repeated }: SentQuery): string {
  return `→ ${model}: ${repeated ? "a query in each round" : "1 query"}`;
}
