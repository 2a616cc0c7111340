import { type Baseline, BaselineError, readBaselineFile } from "../../lint/baseline.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";

/**
 * @param path absolute
 * @param shown how the user knows the file
 * @returns undefined where it does not exist
 * @throws UsageError when it cannot be read, or is no baseline
 */
export function readBaseline(
  path: string,
  shown: string,
  { files }: Pick<CliEnvironment, "files">,
): Baseline | undefined {
  try {
    return readBaselineFile(path, files);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    throw new UsageError(`${shown} is not a baseline: ${error.message}`);
  }
}
