/**
 * What `check` has to say, in the shape of the JSON output: lines and columns from 1 (columns in UTF-16 units), `end`
 * exclusive, paths relative with `/`. Every output format is a function of it.
 */

import type { StatementTimes } from "../../lint/slow-statements.ts";
import type { Confidence, Level, RuleCode, Safety } from "../../rules/finding.ts";
import type { RuleMetadata } from "../../rules/rule.ts";

export interface Report {
  readonly version: string;
  readonly projects: readonly ReportedProject[];
  readonly findings: readonly PlacedFinding[];
  readonly problems: readonly PlacedProblem[];
  readonly files: number;
  readonly suppressed: number;
  readonly baselined: number;
  readonly durationMs: number;
  /** Every rule that may occur in it. */
  readonly rules: readonly RuleMetadata[];
  /** The text of a file that the report names. */
  text(path: string): string | undefined;
}

export interface ReportedProject {
  readonly root: string;
  readonly settings: string | null;
  readonly django: string | null;
  readonly models: number;
  readonly files: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

export interface Place {
  readonly path: string;
  readonly range: PositionRange;
}

export interface PlacedFinding extends Place {
  readonly code: RuleCode;
  readonly rule: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help: string;
  readonly symbol: string;
  readonly model: string | null;
  readonly relationPaths: readonly string[];
  readonly fields: readonly string[];
  /** Rows of the model's table, for findings about indexes, where `--connection` or the setting `table-rows` tells. */
  readonly tableRows?: number;
  readonly origin: Place;
  readonly accesses: readonly (Place & { readonly relationPath: string; readonly code: RuleCode })[];
  readonly evidence: readonly (Place & { readonly message: string })[];
  readonly queries: PlacedQueries | null;
  /** What the database measured of the queryset, in milliseconds, where the setting `slow-statements` names a report. */
  readonly measured?: StatementTimes;
  readonly stage: number;
  readonly fingerprint: string;
  readonly fixes: readonly PlacedFix[];
}

export interface PlacedQueries {
  readonly before: string;
  readonly after: string;
  readonly example: { readonly n: number; readonly before: number; readonly after: number };
}

export interface PlacedFix {
  readonly title: string;
  readonly safety: Safety;
  readonly preferred: boolean;
  readonly edits: readonly (Place & { readonly newText: string })[];
}

export interface PlacedProblem {
  readonly path: string;
  readonly message: string;
  /** Where a place in the file is to blame. */
  readonly range?: PositionRange;
}

export type OutputFormat = "full" | "concise" | "json" | "sarif" | "github" | "gitlab" | "junit";

export const outputFormats = [
  "full",
  "concise",
  "json",
  "sarif",
  "github",
  "gitlab",
  "junit",
] as const satisfies readonly OutputFormat[];

export type FixMode = "safe" | "unsafe";

/** The fix that `--fix` takes, with `--unsafe-fixes` where the mode says so. */
export function applicableFix<Fix extends { readonly safety: Safety; readonly preferred: boolean }>(
  fixes: readonly Fix[],
  mode: FixMode,
): Fix | undefined {
  const applicable = fixes.filter(
    ({ safety }) => safety === "safe" || (mode === "unsafe" && safety === "unsafe"),
  );
  return applicable.find(({ preferred }) => preferred) ?? applicable[0];
}
