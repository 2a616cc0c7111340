/** "Did you mean": names that differ from a wrong one by a slip of the keyboard or by Django's naming of relations. */

const maximumSuggestions = 3;

/** The candidates nearest to `name`, nearest first; none where nothing is near. */
export function closeNames(name: string, candidates: Iterable<string>): readonly string[] {
  const limit = name.length <= 4 ? 1 : name.length <= 8 ? 2 : 3;
  const stem = stemOf(name);
  const ranked: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    if (candidate === name) continue;
    const distance = stemOf(candidate) === stem ? 0.5 : editDistance(name, candidate, limit);
    if (distance <= limit) ranked.push({ candidate, distance });
  }
  return ranked
    .sort(
      (first, second) => first.distance - second.distance || first.candidate.localeCompare(second.candidate),
    )
    .slice(0, maximumSuggestions)
    .map((entry) => entry.candidate);
}

/** `task_set`, `tasks` and `task` name the same relation in different places. */
function stemOf(name: string): string {
  return name
    .replaceAll("_", "")
    .toLowerCase()
    .replace(/(set|s|id)$/, "");
}

/**
 * Letters to insert, delete, replace or swap with their neighbour (optimal string alignment); anything above `limit` is
 * `limit + 1`.
 */
function editDistance(first: string, second: string, limit: number): number {
  if (Math.abs(first.length - second.length) > limit) return limit + 1;
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 1; row <= first.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= second.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (first[row - 1] === second[column - 1] ? 0 : 1);
      const isSwap =
        row > 1 &&
        column > 1 &&
        first[row - 1] === second[column - 2] &&
        first[row - 2] === second[column - 1];
      const swap = isSwap ? (beforePrevious[column - 2] ?? row) + 1 : substitution;
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution, swap));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[second.length] ?? limit + 1;
}
