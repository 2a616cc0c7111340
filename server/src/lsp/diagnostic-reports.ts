import { createHash } from "node:crypto";
import type { Diagnostic as LspDiagnostic } from "vscode-languageserver";
import { type Diagnostic, diagnosticsIn } from "../ide/diagnostics.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { AnalysedFolder } from "./folder.ts";
import { toDiagnostic } from "./to-diagnostic.ts";

/** The diagnostics of one document. */
export interface DiagnosticReport {
  /** Equal for equal diagnostics. */
  readonly resultId: string;
  readonly items: LspDiagnostic[];
  /** What each of `items` was made from. */
  readonly sources: readonly Diagnostic[];
}

export const emptyReport: DiagnosticReport = { resultId: resultIdOf([]), items: [], sources: [] };

/** Diagnostics as the client gets them, whether it pulls them or they are pushed. */
export class DiagnosticReports {
  readonly #client: ClientFeatures;
  readonly #reports = new WeakMap<AnalysedFolder, Map<string, DiagnosticReport>>();

  constructor(client: ClientFeatures) {
    this.#client = client;
  }

  /** @param path relative to the folder */
  of(folder: AnalysedFolder, path: string): DiagnosticReport {
    const reports = this.#reports.get(folder) ?? new Map<string, DiagnosticReport>();
    this.#reports.set(folder, reports);
    const report = reports.get(path) ?? this.#create(folder, path);
    reports.set(path, report);
    return report;
  }

  #create(folder: AnalysedFolder, path: string): DiagnosticReport {
    const sources = diagnosticsIn(folder.snapshot, path);
    if (sources.length === 0) return emptyReport;
    const items = sources.map((source) => toDiagnostic(source, path, folder, this.#client));
    return { resultId: resultIdOf(items), items, sources };
  }
}

function resultIdOf(items: readonly LspDiagnostic[]): string {
  return createHash("sha256").update(JSON.stringify(items)).digest("base64url").slice(0, 22);
}
