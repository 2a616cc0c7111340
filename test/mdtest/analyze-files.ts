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
import { parsedOnce } from "./parsed-once.ts";

const root = "/project";
const parser = testParser().then(parsedOnce);

/** @throws Error when the analyser reports a problem with the files */
export async function analyzeFiles(files: Files): Promise<Analyzed> {
  const { problems, ...analyzed } = await analyzeWithProblems(files);
  const [problem] = problems;
  if (problem) throw new Error(`${problem.path}: ${problem.message}`);
  return analyzed;
}

/** Also tells what the analyser has to say about the files beside its findings. */
export async function analyzeWithProblems(
  files: Files,
): Promise<Analyzed & { readonly problems: readonly { readonly path: string; readonly message: string }[] }> {
  const fileSystem = new MemoryFileSystem(
    Object.fromEntries([...files].map(([path, text]) => [`${root}/${path}`, text])),
  );
  const { configuration, pathPrefix, problems } = loadConfiguration({ root, files: fileSystem, rules });
  const workspace = openWorkspace({
    root,
    fileSystem,
    parser: await parser,
    rules,
    ruleOptions: { smallLoop: configuration.smallLoop, tableRows: configuration.tableRows },
    exclude: [],
    settingsModule: configuration.settingsModule,
    isStartingPoint: startingPointFilter(configuration, pathPrefix),
    environment: {},
    yieldToOthers: async () => {},
  });
  const analysis = await workspace.analyze(neverCancelled);
  const { findings } = lintAnalysis(analysis, configuration, { rules, pathPrefix });
  return {
    problems: [...problems, ...analysis.problems],
    findings,
    refactorings: [...files.keys()].flatMap((path) => analysis.refactorings(path)),
    text: (path) => files.get(path),
    ruleName: (code) => rules.find((rule) => rule.code === code)?.name ?? "",
  };
}
