/** What `queries` has to say: places as in the report of `check`. */
import type { EndpointEstimate } from "../../rules/endpoint-estimate.ts";
import type { Styles } from "../terminal/style.ts";
import type { Place, PlacedProblem } from "./report.ts";
import { counted, singleLine } from "./text.ts";

export interface QueriesReport {
  readonly version: string;
  /** The most expensive first. */
  readonly endpoints: readonly PlacedEndpoint[];
  readonly problems: readonly PlacedProblem[];
}

export interface PlacedEndpoint extends Place {
  readonly kind: EndpointEstimate["kind"];
  readonly symbol: string;
  readonly queries: string;
  readonly example: { readonly n: number; readonly queries: number };
  /** The setting `query-budget`. */
  readonly budget: number;
  readonly overBudget: boolean;
  readonly complete: boolean;
  readonly parts: readonly PlacedPart[];
}

export interface PlacedPart extends Place {
  readonly queries: string;
  readonly count: number;
  readonly text: string;
  readonly model: string;
  readonly steps: readonly (Place & { readonly message: string })[];
}

/** @param options.verbose also shows where the queries come from that are within the budget */
export function formatQueries(
  report: QueriesReport,
  format: "full" | "json",
  styles: Styles,
  options: { readonly verbose: boolean },
): string {
  return format === "json" ? formatJson(report) : formatFull(report, styles, options.verbose);
}

function formatJson({ version, endpoints, problems }: QueriesReport): string {
  const summary = {
    endpoints: endpoints.length,
    overBudget: endpoints.filter(({ overBudget }) => overBudget).length,
  };
  const output = {
    schemaVersion: 1,
    tool: { name: "queryscope", version },
    summary,
    problems,
    endpoints,
  };
  return `${JSON.stringify(output, null, 2)}\n`;
}

function formatFull({ endpoints }: QueriesReport, styles: Styles, verbose: boolean): string {
  if (endpoints.length === 0) return "No views, tasks or commands were found.\n";
  const lines = endpoints.flatMap((endpoint) => [
    ...formatEndpoint(endpoint, styles),
    ...(endpoint.overBudget || verbose
      ? [...endpoint.parts.flatMap((part) => formatPart(part, endpoint, styles)), ""]
      : []),
  ]);
  return `${lines.join("\n")}\n${formatSummary(endpoints)}\n`;
}

function formatEndpoint(endpoint: PlacedEndpoint, styles: Styles): readonly string[] {
  const { kind, symbol, queries, example, budget, overBudget, complete } = endpoint;
  const inNumbers =
    queries === String(example.queries) ? "" : ` (N = ${example.n}: ${example.queries.toLocaleString("en")})`;
  const estimate = `${complete ? "" : "at least "}${queries}${inNumbers}`;
  const mark = overBudget
    ? `${styles.warning(estimate)} ${styles.strong(`more than ${budget}`)}`
    : styles.good(estimate);
  return [
    `${styles.strong(symbol)} ${styles.faint(`[${kind}]`)} ${styles.faint(placeOf(endpoint))}: ${mark}`,
  ];
}

function formatPart(part: PlacedPart, endpoint: PlacedEndpoint, styles: Styles): readonly string[] {
  let { path } = endpoint;
  const moved = (place: Place): string => {
    const shown = place.path === path ? `line ${place.range.start.line}` : placeOf(place);
    path = place.path;
    return styles.faint(`(${shown})`);
  };
  return [
    `  ${part.queries}  ${styles.strong(singleLine(part.text))} ${part.model} ${styles.faint(`(${placeOf(part)})`)}`,
    ...part.steps.map((step) => `      ${singleLine(step.message)} ${moved(step)}`),
  ];
}

function placeOf({ path, range }: Place): string {
  return `${path}:${range.start.line}:${range.start.column}`;
}

function formatSummary(endpoints: readonly PlacedEndpoint[]): string {
  const over = endpoints.filter(({ overBudget }) => overBudget).length;
  const [budget, ...others] = [...new Set(endpoints.map((endpoint) => endpoint.budget))];
  const limit =
    others.length === 0 && budget !== undefined ? `the budget of ${budget} queries` : "their budget";
  return `${counted(endpoints.length, "endpoint")}, ${over} above ${limit}.`;
}
