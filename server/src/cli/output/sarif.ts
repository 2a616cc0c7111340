import type { Level } from "../../rules/finding.ts";
import type { RuleMetadata } from "../../rules/rule.ts";
import type { Place, PlacedFinding, PlacedFix, Position, Report } from "./report.ts";

export interface SarifOptions {
  rulePage(name: string): string | undefined;
  rulePageAddress(name: string): string;
}

/** SARIF 2.1.0, as GitHub's code scanning and other viewers read it. */
export function formatSarif(report: Report, options: SarifOptions): string {
  const codes = new Set(report.findings.map(({ code }) => code));
  const rules = report.rules
    .filter(({ code }) => codes.has(code))
    .sort((first, second) => first.code.localeCompare(second.code));
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "queryscope",
            semanticVersion: report.version,
            informationUri: "https://github.com/queryscope/queryscope",
            rules: rules.map((rule) => descriptor(rule, options)),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { SRCROOT: { description: { text: "The folder that was checked." } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.problems.map(({ path, message }) => ({
              level: "warning",
              message: { text: message },
              locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
            })),
          },
        ],
        results: report.findings.map((finding) => result(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function descriptor(rule: RuleMetadata, { rulePage, rulePageAddress }: SarifOptions) {
  const page = rulePage(rule.name);
  return {
    id: rule.code,
    name: rule.name,
    shortDescription: { text: rule.summary },
    helpUri: rulePageAddress(rule.name),
    ...(page === undefined ? {} : { help: { text: page, markdown: page } }),
    defaultConfiguration: { level: sarifLevel(rule.level) },
    properties: { tags: ["performance", "django"] },
  };
}

function result(finding: PlacedFinding, rules: readonly RuleMetadata[]) {
  const { code, level, message, help, evidence, fixes, fingerprint } = finding;
  const ruleIndex = rules.findIndex((rule) => rule.code === code);
  return {
    ruleId: code,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: sarifLevel(level),
    message: { text: [message, help].filter(Boolean).join("\n") },
    locations: [
      { ...physical(finding), logicalLocations: [{ fullyQualifiedName: finding.symbol, kind: "function" }] },
    ],
    relatedLocations: evidence.map((step, id) => ({
      id,
      ...physical(step),
      message: { text: step.message },
    })),
    ...(evidence.length === 0 ? {} : { codeFlows: [codeFlow(evidence)] }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.filter(({ edits }) => edits.length > 0).map(sarifFix) }),
    partialFingerprints: { "queryscope/v1": fingerprint },
    properties: {
      confidence: finding.confidence,
      stage: finding.stage,
      ...(finding.queries === null ? {} : { queries: finding.queries }),
    },
  };
}

function codeFlow(evidence: PlacedFinding["evidence"]) {
  const locations = evidence.map((step) => ({
    location: { ...physical(step), message: { text: step.message } },
  }));
  return { threadFlows: [{ locations }] };
}

function sarifFix({ title, edits }: PlacedFix) {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: edits
        .filter((edit) => edit.path === path)
        .map(({ range, newText }) => ({
          deletedRegion: region(range.start, range.end),
          insertedContent: { text: newText },
        })),
    })),
  };
}

function physical({ path, range }: Place) {
  return {
    physicalLocation: { artifactLocation: artifact(path), region: region(range.start, range.end) },
  };
}

function region(start: Position, end: Position) {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function artifact(path: string) {
  const uri = path.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: "SRCROOT" };
}

function sarifLevel(level: Level): "error" | "warning" | "note" {
  return level === "error" || level === "warning" ? level : "note";
}
