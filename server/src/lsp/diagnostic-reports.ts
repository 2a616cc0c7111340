import { createHash } from "node:crypto";
import type { Diagnostic as LspDiagnostic } from "vscode-languageserver";
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
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

const known = new AnswersOf<AnalysedFolder, Map<string, DiagnosticReport>>();

/** Diagnostics as the client gets them, whether it pulls them or they are pushed. */
export class DiagnosticReports {
  readonly #client: ClientFeatures;

  constructor(client: ClientFeatures) {
    this.#client = client;
  }

  /** @param path relative to the folder */
  of(folder: AnalysedFolder, path: string): DiagnosticReport {
    const reports = remembered(known, folder, () => new Map<string, DiagnosticReport>());
    return remembered(reports, path, () => this.#create(folder, path));
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
