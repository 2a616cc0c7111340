import { absolutePath } from "../check/working-folder.ts";
import { writeAtomically } from "../check/write-files.ts";
import type { CliEnvironment, Output } from "../environment.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Writes to the file of `--output-file`, else to the output.
 * @throws UsageError that says why the file cannot be written
 */
export function writeOutput(
  file: string | undefined,
  text: string,
  { workingFolder }: Pick<CliEnvironment, "workingFolder">,
  output?: Output,
): void {
  if (file === undefined) {
    output?.write(text);
    return;
  }
  try {
    writeAtomically(absolutePath(file, workingFolder), text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}
