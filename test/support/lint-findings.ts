import { type ConfigurationLayer, mergeLayers } from "../../server/src/lint/configuration.ts";
import { type LintOptions, type LintResult, lintAnalysis } from "../../server/src/lint/lint.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { type Files, fakeAnalysis, fakeRules } from "./fake-analysis.ts";

/** What is reported of findings in files, under a configuration. */
export async function lint(
  files: Files,
  findings: readonly Finding[],
  configuration: ConfigurationLayer = {},
  options: Partial<LintOptions> = {},
): Promise<LintResult> {
  const analysis = await fakeAnalysis(files, findings);
  return lintAnalysis(analysis, mergeLayers([configuration]), { rules: fakeRules, ...options });
}

export async function codes(...args: Parameters<typeof lint>): Promise<readonly string[]> {
  return (await lint(...args)).findings.map(({ code }) => code);
}
