/** What the last analysis knows of a queryset: what comes with its rows, what they are read for, how many queries. */
import type { Location, TextRange } from "../base/text-range.ts";
import type { Fact } from "../interpret/facts.ts";
import type { StatementTimes } from "../lint/slow-statements.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Description {
  readonly range: TextRange;
  /** Markdown. */
  readonly text: string;
}

/** @param offset in the text that was analysed */
export function describeQuerysetAt(
  snapshot: Snapshot,
  path: string,
  offset: number,
): Description | undefined {
  const uses = snapshot.analysis.facts(path).flatMap((fact) => useOf(fact, path, offset) ?? []);
  const range = outermost(uses.map((use) => use.range));
  if (range === undefined) return undefined;
  const here = uses.filter((use) => use.range.start === range.start && use.range.end === range.end);
  const [first] = here;
  if (first === undefined) return undefined;
  // Calls are noted with what they are made on; what is done with the rows, with the queryset as it is then.
  const [final] = here.filter(({ fact }) => !isStep(fact));
  const findings = snapshot.findingsIn(path).filter(({ origin }) => {
    const isSame = origin.range.start === range.start && origin.range.end === range.end;
    return isSame && origin.path === path;
  });
  const times = snapshot.timesAt(path, range);
  const lines = [
    ...(final === undefined ? [] : [loadedWith(final.queryset), ...limitOf(final.queryset)]),
    ...readFor(here),
    ...(final === undefined ? [] : [sentFor(final.queryset)]),
    ...(times === undefined ? [] : [measuredText(times)]),
    ...findings.flatMap(({ code, queries }) =>
      queries === undefined ? [] : [`${code}: ${queries.before} queries, with its fix ${queries.after}`],
    ),
  ];
  const head = `**QuerySet of ${first.queryset.model.label}**`;
  return { range, text: [head, lines.map((line) => `- ${line}`).join("\n")].filter(Boolean).join("\n\n") };
}

/** Where the queryset is built whose rows are loaded or read at a place. */
export function querysetBehind(snapshot: Snapshot, { path, range }: Location): Location | undefined {
  for (const fact of snapshot.analysis.facts(path)) {
    if (!("queryset" in fact && "location" in fact) || fact.location.path !== path) continue;
    const { start, end } = fact.location.range;
    if (start === range.start && end === range.end) return fact.queryset.origin.sites.at(-1)?.location;
  }
  return undefined;
}

/** `in the database: 12,345 calls, 1.5 ms each, 18,517.5 ms in all` */
function measuredText({ calls, meanTime, totalTime }: StatementTimes): string {
  const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  return `in the database: ${number(calls)} calls, ${number(meanTime)} ms each, ${number(totalTime)} ms in all`;
}

function sentFor({ prefetch }: Queryset): string {
  if (prefetch.size === 0) return "1 query for the rows";
  return `${1 + prefetch.size} queries: 1 for the rows, ${prefetch.size} for what is prefetched`;
}

interface Use {
  readonly fact: Fact;
  readonly queryset: Queryset;
  /** Of the expression that gives the queryset. */
  readonly range: TextRange;
}

function useOf(fact: Fact, path: string, offset: number): Use | undefined {
  if (!("queryset" in fact)) return undefined;
  const { queryset } = fact;
  const site = queryset.origin.sites.findLast(
    ({ location }) =>
      location.path === path && location.range.start <= offset && offset <= location.range.end,
  );
  return site && { fact, queryset, range: site.location.range };
}

/** Of the innermost chain the longest part: `Order.objects.filter(…)` rather than `Order.objects`. */
function outermost(ranges: readonly TextRange[]): TextRange | undefined {
  return ranges.reduce<TextRange | undefined>((best, range) => {
    if (best === undefined || range.start > best.start) return range;
    return range.start === best.start && range.end > best.end ? range : best;
  }, undefined);
}

function isStep({ kind }: Fact): boolean {
  return kind === "querysetCall" || kind === "eagerLoading" || kind === "lookup" || kind === "subquery";
}

function loadedWith({ select, selectsAllNonNull, prefetch, load }: Queryset): string {
  const joined = [...select.must].map((path) => `\`${path}\` (join)`);
  const fetched = [...prefetch.keys()].map((path) => `\`${path}\` (1 query)`);
  const all = selectsAllNonNull ? ["every relation that is not null (joins)"] : [];
  const loaded = [...joined, ...all, ...fetched];
  const columns =
    load.kind === "all" ? [] : [`${load.kind}: ${[...load.fields].map((name) => `\`${name}\``).join(", ")}`];
  return [loaded.length === 0 ? "Loads its rows alone" : `Loads ${loaded.join(", ")}`, ...columns].join("; ");
}

function limitOf({ bound }: Queryset): readonly string[] {
  switch (bound.kind) {
    case "slice":
      return [bound.limit === undefined ? "Some of the rows: a slice" : `At most ${bound.limit} rows`];
    case "page":
      return [bound.size === undefined ? "One page of the rows" : `One page of ${bound.size} rows`];
    case "unique":
      return ["At most one row"];
    case "empty":
      return ["No row"];
    case "none":
    case "chosen":
    case "listed":
      return [];
  }
}

/** The relations that whoever gets the rows reads of them. */
function readFor(uses: readonly Use[]): readonly string[] {
  const loaded = new Set<string>();
  const missing = new Set<string>();
  for (const { fact } of uses) {
    if (fact.kind === "coveredRead" || fact.kind === "prefetchedRead") loaded.add(fact.path.join("__"));
    if (fact.kind === "relationRead" && !fact.keyOnly) missing.add(fact.path.join("__"));
  }
  const paths = [...new Set([...loaded, ...missing])].sort();
  if (paths.length === 0) return [];
  const shown = paths.map((path) => (missing.has(path) ? `\`${path}\` (not loaded)` : `\`${path}\``));
  return [`Its rows are read for ${shown.join(", ")}`];
}
