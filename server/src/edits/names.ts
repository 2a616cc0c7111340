/** The first of the names that is not taken; the last one with a number where all are. */
export function unusedName(taken: ReadonlySet<string>, candidates: readonly [string, ...string[]]): string {
  const free = candidates.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const base = candidates.at(-1) ?? candidates[0];
  for (let number = 2; ; number++) {
    const name = `${base}_${number}`;
    if (!taken.has(name)) return name;
  }
}

/** `InvoiceLine` as the beginning of a variable's name: `invoice_line`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
