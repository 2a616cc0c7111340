/** What a view of the whole project shows: findings, those that the baseline knows, and what endpoints cost. */
import type { CancellationToken, ExecuteCommandParams, Range } from "vscode-languageserver";
import type { Location } from "../base/text-range.ts";
import { findingsOf } from "../ide/code-lenses.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import { type EndpointEstimate, estimateEndpoints } from "../rules/endpoint-estimate.ts";
import type { Level } from "../rules/finding.ts";
import type { AnalysedFolder } from "./folder.ts";
import { toRange } from "./positions.ts";
import type { ServerContext } from "./server-context.ts";
import { propertyOf } from "./settings.ts";

/**
 * Answers a `ProjectOverview` of the present state. Its optional argument `{ endpoints: true }` has queries counted
 * from then on, which takes time and memory.
 */
export const projectOverviewCommand = "queryscope.server.projectOverview";

export interface ProjectOverview {
  readonly files: number;
  readonly findings: readonly OverviewFinding[];
  /** Those of the baseline, which are not reported. */
  readonly known: readonly OverviewFinding[];
  /** The dearest first; null where they are not counted. */
  readonly endpoints: readonly OverviewEndpoint[] | null;
}

export interface OverviewFinding {
  readonly fingerprint: string;
  readonly code: string;
  readonly rule: string;
  readonly level: Level;
  /** Of the scaling roadmap. */
  readonly stage: number;
  readonly message: string;
  readonly symbol: string;
  readonly uri: string;
  readonly range: Range;
}

export interface OverviewEndpoint {
  readonly kind: EndpointEstimate["kind"];
  readonly symbol: string;
  /** `2 + 3N` */
  readonly queries: string;
  /** Whether these are all. */
  readonly complete: boolean;
  /** The number of findings in its function or class. */
  readonly findings: number;
  readonly uri: string;
  readonly range: Range;
}

export async function projectOverview(
  { folders }: Pick<ServerContext, "folders">,
  { arguments: given }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<ProjectOverview> {
  const withEndpoints = propertyOf(given?.[0], "endpoints") === true;
  if (withEndpoints) for (const folder of folders.all) folder.countQueries();
  const analysed: AnalysedFolder[] = [];
  for (const folder of folders.all) analysed.push(await folder.current(token));
  return {
    files: analysed.reduce((sum, { snapshot }) => sum + snapshot.analysis.files, 0),
    findings: analysed.flatMap((folder) => placed(folder.snapshot.findings, folder)),
    known: analysed.flatMap((folder) => placed(folder.snapshot.knownFindings, folder)),
    endpoints: withEndpoints ? analysed.flatMap(endpointsOf) : null,
  };
}

function placed(findings: readonly ReportedFinding[], folder: AnalysedFolder): readonly OverviewFinding[] {
  return findings.flatMap(({ fingerprint, code, rule, level, stage, message, symbol, location }) => {
    const place = placeOf(location, folder);
    return place === undefined ? [] : [{ fingerprint, code, rule, level, stage, message, symbol, ...place }];
  });
}

function endpointsOf(folder: AnalysedFolder): readonly OverviewEndpoint[] {
  const { snapshot } = folder;
  return estimateEndpoints(snapshot.analysis.endpoints).flatMap((estimate) => {
    const { kind, symbol, queries, complete, location } = estimate;
    const place = placeOf(location, folder);
    if (place === undefined) return [];
    return [{ kind, symbol, queries, complete, findings: findingsOf(snapshot, estimate), ...place }];
  });
}

function placeOf(
  { path, range }: Location,
  folder: AnalysedFolder,
): { readonly uri: string; readonly range: Range } | undefined {
  const lines = folder.lines(path);
  return lines && { uri: folder.uriOf(path), range: toRange(lines, range) };
}
