/** Keys of caches, as far as code writes them down. */
import type { CacheArgument } from "../../interpret/facts.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { TextPattern, Value } from "../../queryset/value.ts";

/** What is known of the key; undefined where nothing is. */
export function keyPattern(key: CacheArgument | undefined): TextPattern | undefined {
  return key && patternOfValue(key.value);
}

/** The keys of `get_many()`, `delete_many()` and `set_many()`, or the one of the others; undefined for each that is not known. */
export function keyPatterns(key: CacheArgument | undefined): readonly (TextPattern | undefined)[] {
  if (!key) return [];
  return alternativesOf(key.value).flatMap((value): readonly (TextPattern | undefined)[] => {
    switch (value.kind) {
      case "collection":
        return value.items ? value.items.map(patternOfValue) : [patternOfValue(value.element)];
      case "mapping":
        return value.size.kind === "constant" && value.entries.size > 0
          ? [...value.entries.keys()].map((text) => [text])
          : [patternOfValue(value.key)];
      default:
        return [patternOfValue(value)];
    }
  });
}

function patternOfValue(value: Value): TextPattern | undefined {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" || typeof value.value === "number"
        ? [String(value.value)]
        : undefined;
    case "unknown":
      return value.text;
    default:
      return undefined;
  }
}

/** `project:…:stats` */
export function shownPattern(pattern: TextPattern): string {
  return pattern.map((part) => part ?? "…").join("");
}

/** Whether there is a text that both patterns fit. What is not known of a text may be anything, also nothing. */
export function mayBeSame(first: TextPattern, second: TextPattern): boolean {
  return overlap(charactersOf(first), 0, charactersOf(second), 0, new Set());
}

type Characters = readonly (string | null)[];

function charactersOf(pattern: TextPattern): Characters {
  return pattern.flatMap((part) => (part === null ? [null] : [...part]));
}

function overlap(a: Characters, i: number, b: Characters, j: number, seen: Set<number>): boolean {
  const place = i * (b.length + 1) + j;
  if (seen.has(place)) return false;
  seen.add(place);
  if (i === a.length && j === b.length) return true;
  const [x, y] = [a[i], b[j]];
  if (x === null) return overlap(a, i + 1, b, j, seen) || (j < b.length && overlap(a, i, b, j + 1, seen));
  if (y === null) return overlap(a, i, b, j + 1, seen) || (i < a.length && overlap(a, i + 1, b, j, seen));
  return x !== undefined && x === y && overlap(a, i + 1, b, j + 1, seen);
}
