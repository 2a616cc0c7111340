import type { FactContext, Loop } from "../interpret/facts.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { Evidence, Finding } from "./finding.ts";
import type { RuleMetadata } from "./rule.ts";

/** The parts of a finding that follow from its rule and place, for rules that do not fill them otherwise. */
export function findingBase(
  rule: RuleMetadata,
): Pick<
  Finding,
  "code" | "rule" | "level" | "stage" | "relationPaths" | "fields" | "accesses" | "queries" | "fixes"
> {
  return {
    code: rule.code,
    rule: rule.name,
    level: rule.level,
    stage: rule.stage,
    relationPaths: [],
    fields: [],
    accesses: [],
    queries: undefined,
    fixes: [],
  };
}

/** Loops and calls on the way to a fact, as steps of its evidence. */
export function stepsTo(context: FactContext): readonly Evidence[] {
  const outermost = context.loops[0];
  const calls = outermost ? context.calls.slice(outermost.depth) : context.calls;
  return [
    ...context.loops.map(stepOfLoop),
    ...calls.map((call) => ({ message: `Calls ${call.callee}`, location: call.location })),
  ];
}

type LoopText = Pick<Loop, "location" | "text">;

export function stepOfLoop({ location, text }: LoopText): Evidence {
  return { message: isHeader(text) ? `Loop: ${text}` : `For each row of ${text}`, location };
}

/** How often the body of the loop runs: `once per iteration of "task in tasks"`. */
export function oncePerRound(loop: LoopText | undefined): string {
  if (!loop) return "in each round";
  return `once ${isHeader(loop.text) ? "per iteration" : "for each row"} of "${loop.text}"`;
}

/** A list that Django goes through has the name of a class, `TaskAdmin`. */
function isHeader(text: string): boolean {
  return !/^\w+$/.test(text);
}

export function placeKey({ path, range }: FactContext["location"]): string {
  return `${path}:${range.start}:${range.end}`;
}

/** The last expression that shaped the queryset, where one is known. */
export function lastSite(queryset: Queryset) {
  return queryset.origin.sites.at(-1);
}

/** Where the queryset took its shape, as the first step of evidence; nothing where that is not known. */
export function stepToQueryset(queryset: Queryset | undefined): readonly Evidence[] {
  const site = queryset && lastSite(queryset);
  return site
    ? [{ message: `The queryset of ${queryset.model.name} is built here`, location: site.location }]
    : [];
}

/** Behind the first read in a message: how many others the finding has. */
export function otherReads(reads: number): string {
  return reads > 1 ? ` (and ${reads - 1} more ${reads === 2 ? "read" : "reads"})` : "";
}
