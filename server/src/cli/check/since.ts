import { type Baseline, baselineOf } from "../../lint/baseline.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import { joinPath } from "../../platform/paths.ts";
import type { CheckInput } from "./check-folder.ts";
import { keptOutcome } from "./folder-outcome.ts";
import { changesSince } from "./git.ts";
import { overlayFileSystem } from "./overlay-file-system.ts";
import { isWanted, type Target } from "./targets.ts";

/**
 * What the folder's findings were at a commit, under the configuration of today. The commit is not checked out: its
 * version of the changed files is laid over the folder, so that installed libraries and generated files stay in sight.
 */
export async function baselineAt(
  reference: string,
  target: Target,
  loaded: LoadedConfiguration,
  input: CheckInput,
  note: (message: string) => void,
): Promise<Baseline> {
  const { contents } = changesSince(target.folder, reference);
  const absolute = new Map([...contents].map(([path, bytes]) => [joinPath(target.folder, path), bytes]));
  const files = overlayFileSystem(input.environment.files, absolute);
  const { findings } = await keptOutcome(target, { loaded, files, state: "before" }, input, note);
  return baselineOf(findings.filter(({ location }) => isWanted(target, location.path)));
}
