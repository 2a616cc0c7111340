import { type Baseline, baselineOf } from "../../lint/baseline.ts";
import { joinPath } from "../../platform/paths.ts";
import type { CliEnvironment } from "../environment.ts";
import type { Progress } from "../terminal/progress.ts";
import { openFolder } from "./folder-check.ts";
import { changesSince } from "./git.ts";
import type { CheckOptions } from "./options.ts";
import { overlayFileSystem } from "./overlay-file-system.ts";
import type { Target } from "./targets.ts";

/**
 * What the folder's findings were at a commit, under the configuration of today. The commit is not checked out: its
 * version of the changed files is laid over the folder, so that installed libraries and generated files stay in sight.
 */
export async function baselineAt(
  reference: string,
  target: Target,
  options: CheckOptions,
  environment: CliEnvironment,
  progress: Progress,
): Promise<Baseline> {
  const { contents } = changesSince(target.folder, reference);
  const absolute = new Map([...contents].map(([path, bytes]) => [joinPath(target.folder, path), bytes]));
  const files = overlayFileSystem(environment.files, absolute);
  const check = await openFolder(target, options, environment, progress, { files });
  return baselineOf(check.lint(await check.analyze()).findings);
}
