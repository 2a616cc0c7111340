import { stringify } from "smol-toml";
import { type Configuration, kebabCase } from "../../lint/configuration.ts";
import type { OptionSpecifications } from "../arguments.ts";
import { parseArguments } from "../arguments.ts";
import { configurationProblemsOf, problemLine } from "../check/configuration-problems.ts";
import { loadFor } from "../check/folder-check.ts";
import { createLog } from "../check/log.ts";
import { resolveTargets } from "../check/targets.ts";
import { shownPath } from "../check/working-folder.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";

export const configOptions = {
  project: { kind: "value", placeholder: "DIR", description: "The folder whose configuration is shown" },
  config: {
    kind: "value",
    placeholder: "FILE",
    description: "Read this configuration instead of the nearest",
  },
} as const satisfies OptionSpecifications;

/** `queryscope config`: the configuration that `check` would use, as TOML. */
export function runConfig(args: readonly string[], environment: CliEnvironment): number {
  const { options, positionals } = parseArguments(args, configOptions);
  if (positionals.length > 1) throw new UsageError("config takes one path");
  const { workingFolder, files } = environment;
  const [target] = resolveTargets({ paths: positionals, project: options.project, workingFolder, files });
  if (target === undefined) throw new UsageError("there is nothing to configure");
  const loaded = loadFor(target, { config: options.config, layer: {} }, environment);
  const source =
    loaded.file === undefined ? "defaults: no file found" : shownPath(loaded.file.path, workingFolder);
  environment.stdout.write(`# ${source}\n${toToml(loaded.configuration)}`);
  const mistakes = configurationProblemsOf([{ loaded }], workingFolder);
  const log = createLog(environment.stderr, { quiet: false, verbose: false });
  for (const mistake of mistakes) log.error(problemLine(mistake));
  return mistakes.length > 0 ? 2 : 0;
}

function toToml(configuration: Configuration): string {
  const entries = Object.entries(configuration).map(([key, value]) => [kebabCase(key), value]);
  return stringify(Object.fromEntries(entries));
}
