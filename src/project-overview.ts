/** What the server answers about the whole project; see `server/src/lsp/project-overview.ts`. */
export interface ProjectOverview {
  readonly files: number;
  readonly findings: readonly OverviewFinding[];
  /** Those of the baseline, which are not reported. */
  readonly known: readonly OverviewFinding[];
  /** The dearest first; null where they are not counted. */
  readonly endpoints: readonly OverviewEndpoint[] | null;
}

export interface OverviewFinding extends Place {
  readonly fingerprint: string;
  readonly code: string;
  readonly rule: string;
  readonly level: "error" | "warning" | "info" | "hint";
  readonly stage: number;
  readonly message: string;
  readonly symbol: string;
}

export interface OverviewEndpoint extends Place {
  readonly kind: "view" | "api" | "admin" | "task" | "command";
  readonly symbol: string;
  readonly queries: string;
  readonly complete: boolean;
  readonly findings: number;
}

export interface Place {
  readonly uri: string;
  readonly range: { readonly start: LinePosition; readonly end: LinePosition };
}

interface LinePosition {
  readonly line: number;
  readonly character: number;
}
