/** What a view, a task or a command costs as a whole: the sum of its queries, and where they come from. */
import { groupBy } from "../base/group-by.ts";
import type { Location } from "../base/text-range.ts";
import type { LoopWeight } from "../interpret/facts.ts";
import type { CountedQuery } from "../interpret/query-counts.ts";
import type { Endpoint, EndpointQueries } from "../interpret/roots/endpoints.ts";
import type { Evidence } from "./finding.ts";
import { stepOfLoop } from "./finding-parts.ts";
import {
  exampleOf,
  exampleRows,
  formatTerms,
  type Multiplicity,
  multiplicityOf,
  type Rounds,
  type Terms,
} from "./loop-weight.ts";

export interface EndpointEstimate extends Endpoint {
  /** A sum of terms: `2 + 3N + N·M`. */
  readonly queries: string;
  readonly example: { readonly n: number; readonly queries: number };
  /** False where it leads through more code than the limit allows: there may be more queries. */
  readonly complete: boolean;
  /** By place, the most expensive first. */
  readonly parts: readonly EstimatePart[];
}

export interface EstimatePart {
  readonly queries: string;
  /** How many that are in the example. */
  readonly count: number;
  readonly text: string;
  /** Label of the model whose rows are asked for or written. */
  readonly model: string;
  readonly location: Location;
  /** Loops and calls that lead there from the endpoint, in that order. */
  readonly steps: readonly Evidence[];
}

/** The most expensive first. An endpoint of several projects of a folder is estimated once, by its dearest. */
export function estimateEndpoints(endpoints: readonly EndpointQueries[]): readonly EndpointEstimate[] {
  const estimates = endpoints.map(estimateEndpoint).toSorted(byCost);
  return [...groupBy(estimates, ({ symbol, location }) => `${symbol} ${location.path}`).values()].map(
    ([dearest]) => dearest,
  );
}

function byCost(first: EndpointEstimate, second: EndpointEstimate): number {
  return second.example.queries - first.example.queries || (first.symbol < second.symbol ? -1 : 1);
}

function estimateEndpoint({ queries: sent, ...endpoint }: EndpointQueries): EndpointEstimate {
  // Where a value may be one of several querysets, what is done with it is one query all the same.
  const queries = [...new Map(sent.map((query) => [keyOf(query), query])).values()];
  const terms = termsOf(queries);
  return {
    ...endpoint,
    queries: formatTerms(terms),
    example: { n: exampleRows(terms.terms ?? []), queries: exampleOf(terms) },
    parts: queries.map(partOf).toSorted((first, second) => second.count - first.count),
  };
}

function keyOf({ location, operation, text, model, loops, calls }: CountedQuery): string {
  const places = [location, ...loops.map((loop) => loop.location), ...calls.map((call) => call.location)];
  return `${operation} ${text} ${model} ${places.map(({ path, range }) => `${path}:${range.start}`).join(" ")}`;
}

function partOf(query: CountedQuery): EstimatePart {
  const { text, model, location } = query;
  const terms = termsOf([query]);
  return {
    queries: formatTerms(terms),
    count: exampleOf(terms),
    text,
    model,
    location,
    steps: stepsTo(query),
  };
}

function termsOf(queries: readonly CountedQuery[]): Terms {
  const products = queries.map(({ loops }) => multiplicityOf(loops.map(roundsOf)));
  const repeated = products.filter((product): product is Multiplicity => product !== undefined);
  return { base: queries.length - repeated.length, terms: repeated };
}

/** What the code repeats a written number of times is no N+1, but it counts. */
function roundsOf({ weight }: Rounds): Rounds {
  const counted: LoopWeight =
    weight.kind === "constant" && weight.count > 1 ? { kind: "limited", count: weight.count } : weight;
  return { weight: counted };
}

function stepsTo({ loops, calls }: CountedQuery): readonly Evidence[] {
  const steps: Evidence[] = [];
  for (let depth = 0; depth <= calls.length; depth++) {
    for (const loop of loops) {
      if (loop.depth === depth) steps.push(stepOfLoop(loop));
    }
    const call = calls[depth];
    if (call) steps.push({ message: `Calls ${call.callee}`, location: call.location });
  }
  return steps;
}
