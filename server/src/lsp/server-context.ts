import type { Connection, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Logger } from "../base/logger.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { ChangeSignal } from "./change-signal.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { DiagnosticReports } from "./diagnostic-reports.ts";
import type { ExplainerOnDemand } from "./explain-request.ts";
import type { Folders } from "./folders.ts";
import type { LiveFiles } from "./live-files.ts";
import type { ReportedDiagnostics } from "./reported-diagnostics.ts";
import type { Settings } from "./settings.ts";

/** What every method's handler works with. Made by `initialize`. */
export interface ServerContext {
  /** Of Queryscope. */
  readonly version: string;
  readonly connection: Connection;
  readonly client: ClientFeatures;
  readonly documents: TextDocuments<TextDocument>;
  /** Trees of the open documents. */
  readonly liveFiles: LiveFiles;
  readonly folders: Folders;
  /** The rules that the folders are analysed by. */
  readonly rules: readonly RuleMetadata[];
  readonly settings: Settings;
  readonly reports: DiagnosticReports;
  readonly reported: ReportedDiagnostics;
  /** Anything that may give a document other diagnostics. */
  readonly changes: ChangeSignal;
  readonly explainer: ExplainerOnDemand;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

export interface Lifecycle {
  shutDown: boolean;
}
