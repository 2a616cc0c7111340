import { unreachable } from "../../base/invariant.ts";
import type { Styles } from "../terminal/style.ts";
import { formatConcise } from "./concise.ts";
import { formatFull } from "./full.ts";
import { formatGithub } from "./github.ts";
import { formatGitlab } from "./gitlab.ts";
import { formatJson } from "./json.ts";
import { formatJunit } from "./junit.ts";
import type { OutputFormat, Report } from "./report.ts";
import { formatSarif, type SarifOptions } from "./sarif.ts";

export function formatReport(
  report: Report,
  format: OutputFormat,
  styles: Styles,
  pages: SarifOptions,
): string {
  switch (format) {
    case "full":
      return formatFull(report, styles);
    case "concise":
      return formatConcise(report, styles);
    case "json":
      return formatJson(report);
    case "sarif":
      return formatSarif(report, pages);
    case "github":
      return formatGithub(report);
    case "gitlab":
      return formatGitlab(report);
    case "junit":
      return formatJunit(report);
    default:
      return unreachable(format);
  }
}
