import {
  DiagnosticSeverity,
  type Diagnostic as LspDiagnostic,
  type Location as LspLocation,
} from "vscode-languageserver";
import { unreachable } from "../base/invariant.ts";
import type { Location } from "../base/text-range.ts";
import type { Diagnostic } from "../ide/diagnostics.ts";
import type { Level } from "../rules/finding.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { AnalysedFolder } from "./folder.ts";
import { startOfFile, toRange } from "./positions.ts";
import { rulePage } from "./rule-page.ts";

export function toDiagnostic(
  diagnostic: Diagnostic,
  path: string,
  folder: AnalysedFolder,
  client: ClientFeatures,
): LspDiagnostic {
  const lines = folder.lines(path);
  return {
    range: lines === undefined ? startOfFile : toRange(lines, diagnostic.range),
    severity: toSeverity(diagnostic.level),
    ...(diagnostic.code !== undefined && { code: diagnostic.code }),
    source: "queryscope",
    message: diagnostic.message,
    ...(client.codeDescription &&
      diagnostic.rule !== undefined && { codeDescription: { href: rulePage(diagnostic.rule) } }),
    ...(client.relatedInformation &&
      diagnostic.related.length > 0 && {
        relatedInformation: diagnostic.related.map(({ message, location }) => ({
          message,
          location: toLocation(location, folder),
        })),
      }),
  };
}

function toLocation({ path, range }: Location, folder: AnalysedFolder): LspLocation {
  const lines = folder.lines(path);
  return { uri: folder.uriOf(path), range: lines === undefined ? startOfFile : toRange(lines, range) };
}

function toSeverity(level: Level): DiagnosticSeverity {
  switch (level) {
    case "error":
      return DiagnosticSeverity.Error;
    case "warning":
      return DiagnosticSeverity.Warning;
    case "info":
      return DiagnosticSeverity.Information;
    case "hint":
      return DiagnosticSeverity.Hint;
    default:
      return unreachable(level);
  }
}
