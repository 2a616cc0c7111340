/** The analyser under test: from the files of a project to what a user sees of it, hints and low confidence included. */
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { loadConfiguration } from "../../server/src/lint/configuration-loading.ts";
import { lintAnalysis } from "../../server/src/lint/lint.ts";
import { startingPointFilter } from "../../server/src/lint/starting-points.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import { openWorkspace } from "../../server/src/program/open-workspace.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { testParser } from "../support/python-parser.ts";
import type { Files } from "./apply-fixes.ts";
import type { Analyzed } from "./compare-findings.ts";

const root = "/project";

/** @throws Error when the analyser reports a problem with the files */
export async function analyzeFiles(files: Files): Promise<Analyzed> {
  const fileSystem = new MemoryFileSystem(
    Object.fromEntries([...files].map(([path, text]) => [`${root}/${path}`, text])),
  );
  const { configuration, pathPrefix, problems } = loadConfiguration({ root, files: fileSystem, rules });
  const workspace = openWorkspace({
    root,
    fileSystem,
    parser: await testParser(),
    rules,
    ruleOptions: { smallLoop: configuration.smallLoop },
    exclude: [],
    settingsModule: configuration.settingsModule,
    isStartingPoint: startingPointFilter(configuration, pathPrefix),
    environment: {},
    yieldToOthers: async () => {},
  });
  const analysis = await workspace.analyze(neverCancelled);
  const [problem] = [...problems, ...analysis.problems];
  if (problem) throw new Error(`${problem.path}: ${problem.message}`);
  const { findings } = lintAnalysis(analysis, configuration, { rules, pathPrefix });
  return {
    findings,
    text: (path) => files.get(path),
    ruleName: (code) => rules.find((rule) => rule.code === code)?.name ?? "",
  };
}
