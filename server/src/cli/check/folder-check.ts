import { neverCancelled } from "../../base/cancellation.ts";
import type { Baseline } from "../../lint/baseline.ts";
import type { ConfigurationLayer } from "../../lint/configuration.ts";
import { type LoadedConfiguration, loadConfiguration } from "../../lint/configuration-loading.ts";
import { type LintOptions, type LintResult, lintAnalysis } from "../../lint/lint.ts";
import { isSelected } from "../../lint/selection.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import type { Analysis, Workspace } from "../../program/workspace.ts";
import type { CliEnvironment } from "../environment.ts";
import type { Progress } from "../terminal/progress.ts";
import { UsageError } from "../usage-error.ts";
import type { CheckOptions } from "./options.ts";
import type { Target } from "./targets.ts";
import { absolutePath } from "./working-folder.ts";

/** One folder under check: its workspace, and how its findings are judged. */
export interface FolderCheck {
  readonly workspace: Workspace;
  analyze(): Promise<Analysis>;
  /** What is reported of an analysis, wherever in the folder. */
  lint(analysis: Analysis): LintResult;
}

export interface FolderSettings {
  readonly loaded: LoadedConfiguration;
  readonly files: FileSystem;
  /** Findings that are counted, but not reported. */
  readonly baseline?: Baseline;
}

export async function openFolder(
  target: Target,
  options: CheckOptions,
  environment: CliEnvironment,
  progress: Progress,
  { loaded, files, baseline }: FolderSettings,
): Promise<FolderCheck> {
  const { configuration } = loaded;
  const workspace = await environment.openWorkspace({
    folder: target.folder,
    files,
    configuration,
    pathPrefix: loaded.pathPrefix,
    asks: (rule) => isSelected(rule, configuration),
  });
  const lintOptions: LintOptions = {
    rules: environment.rules,
    pathPrefix: loaded.pathPrefix,
    minimumLevel: options.minimumLevel,
    minimumConfidence: options.minimumConfidence,
    ...(baseline && { baseline }),
  };
  return {
    workspace,
    async analyze() {
      try {
        return await workspace.analyze(neverCancelled, progress.update);
      } finally {
        progress.clear();
      }
    },
    lint: (analysis) => lintAnalysis(analysis, configuration, lintOptions),
  };
}

/** @throws UsageError when `--config` names a file that does not exist. */
export function loadFor(
  { folder }: Pick<Target, "folder">,
  { config, layer }: { readonly config: string | undefined; readonly layer: ConfigurationLayer },
  { files, rules, workingFolder }: Pick<CliEnvironment, "files" | "rules" | "workingFolder">,
): LoadedConfiguration {
  const file = config === undefined ? undefined : absolutePath(config, workingFolder);
  if (file !== undefined && files.stat(file)?.type !== "file") {
    throw new UsageError(`--config: ${config} is not a file`);
  }
  return loadConfiguration({ root: folder, files, rules, file, commandLine: layer });
}
