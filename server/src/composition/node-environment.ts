import { readFileSync } from "node:fs";
import { startingPointFilter } from "../lint/starting-points.ts";
import { nodeFileSystem } from "../platform/node-file-system.ts";
import { nodeMemory } from "../platform/node-memory.ts";
import { openWorkspace } from "../program/open-workspace.ts";
import { rules } from "../rules/registry.ts";
import { createPythonParser, type PythonParser } from "../syntax/python-parser.ts";
import type { AnalysisEnvironment } from "./environment.ts";

/**
 * The composition root of all front ends: the analysis on a real disk, with the rules that there are.
 * @param bundle the folder with the files that the program reads at run time
 */
export function nodeEnvironment(bundle: URL): AnalysisEnvironment {
  let parser: Promise<PythonParser> | undefined;
  const sharedParser = (): Promise<PythonParser> => {
    parser ??= createPythonParser({
      runtime: readFileSync(new URL("web-tree-sitter.wasm", bundle)),
      grammar: readFileSync(new URL("tree-sitter-python.wasm", bundle)),
    });
    return parser;
  };
  return {
    version: versionOfPackage(bundle),
    files: nodeFileSystem,
    memory: nodeMemory,
    rules,
    embeddedPostgres: new URL("embedded/", bundle),
    pythonParser: sharedParser,
    openWorkspace: async ({
      folder,
      configuration,
      pathPrefix,
      files = nodeFileSystem,
      countQueries,
      asks = () => true,
    }) =>
      openWorkspace({
        root: folder,
        fileSystem: files,
        parser: await sharedParser(),
        // Rules about relations share their findings, so that each of them needs the others.
        rules: rules.filter((rule) => rule.kind === "relationReads" || asks(rule)),
        ruleOptions: { smallLoop: configuration.smallLoop, tableRows: configuration.tableRows },
        // Files that are left out of the report are still read: others use their models.
        exclude: [],
        settingsModule: configuration.settingsModule,
        countQueries,
        isStartingPoint: startingPointFilter(configuration, pathPrefix),
        environment: { active: process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX },
        yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
      }),
  };
}

function versionOfPackage(bundle: URL): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", bundle), "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
}
