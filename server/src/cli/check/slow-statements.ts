import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import type { ReportedFinding } from "../../lint/fingerprint.ts";
import {
  notSlowStatements,
  parseSlowStatements,
  type StatementTimes,
  timesAt,
} from "../../lint/slow-statements.ts";
import { joinPath } from "../../platform/paths.ts";
import type { CliEnvironment } from "../environment.ts";
import type { PlacedProblem } from "../output/report.ts";
import { shownPath } from "./working-folder.ts";

export interface FolderStatements {
  timesOf(finding: ReportedFinding, text: (path: string) => string | undefined): StatementTimes | undefined;
  readonly problems: readonly PlacedProblem[];
}

/** What the database measured of a folder's querysets, from the file that its configuration names. */
export function slowStatementsOf(
  { slowStatementsPath, pathPrefix }: LoadedConfiguration,
  { files, workingFolder }: Pick<CliEnvironment, "files" | "workingFolder">,
): FolderStatements {
  if (slowStatementsPath === undefined) return { timesOf: () => undefined, problems: [] };
  const read = files.readText(slowStatementsPath);
  const slow = read.kind === "text" ? parseSlowStatements(read.text) : undefined;
  if (slow === undefined) {
    const path = shownPath(slowStatementsPath, workingFolder);
    return { timesOf: () => undefined, problems: [{ path, message: notSlowStatements }] };
  }
  return {
    timesOf: ({ origin: { path, range } }, text) =>
      timesAt(slow, joinPath(pathPrefix, path), range, text(path) ?? ""),
    problems: [],
  };
}
