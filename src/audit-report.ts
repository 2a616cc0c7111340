/** The part of the server's answer to `queryscope.server.audit` that this extension uses; see `server/src/audit/report.ts`. */

export interface AuditResult {
  readonly report: AuditReport;
  /** The whole page. */
  readonly html: string;
  /** Names of the running systems that ask for a password, or another one. */
  readonly passwordsWanted: readonly string[];
}

export interface AuditReport {
  readonly project: { readonly name: string };
  readonly stages: readonly AuditStage[];
  readonly tasks: readonly AuditTask[];
}

export interface AuditStage {
  readonly number: number;
  readonly title: string;
  readonly done: number;
  readonly open: number;
  readonly unknown: number;
}

export interface AuditTask {
  readonly id: string;
  readonly stage: number;
  readonly title: string;
  readonly status: "done" | "open" | "unknown" | "notApplicable";
  readonly reason: string;
  readonly evidence: readonly { readonly text: string; readonly place?: AuditPlace }[];
  readonly days?: { readonly from: number; readonly to: number };
  readonly due: boolean;
}

/** Lines and columns from 1; the path is relative to the audited folder. */
export interface AuditPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** What the page posts. */
export type AuditMessage =
  | (AuditPlace & { readonly kind: "open" })
  | { readonly kind: "fix"; readonly fingerprint: string; readonly index: number };

/** Undefined for anything else: a page shows texts of the project. */
export function auditMessage(message: unknown): AuditMessage | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  if (message.kind === "open" && "path" in message && "line" in message && "column" in message) {
    const { path, line, column } = message;
    if (typeof path === "string" && isCount(line) && isCount(column))
      return { kind: "open", path, line, column };
  }
  if (message.kind === "fix" && "fingerprint" in message && "index" in message) {
    const { fingerprint, index } = message;
    if (typeof fingerprint === "string" && typeof index === "number")
      return { kind: "fix", fingerprint, index };
  }
  return undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}
