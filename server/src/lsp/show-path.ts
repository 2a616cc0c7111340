import type { Command, Range } from "vscode-languageserver";
import type { Evidence } from "../rules/finding.ts";
import { showPathCommand } from "./client-features.ts";
import type { AnalysedFolder } from "./folder.ts";
import { toRange } from "./positions.ts";

/** The argument of the client's command `queryscope.showPath`. */
export interface ShowPathArguments {
  readonly title: string;
  readonly steps: readonly { readonly message: string; readonly uri: string; readonly range: Range }[];
}

/** Has the client lead through places. Those in files whose text is not known are left out. */
export function showPath(
  label: string,
  title: string,
  steps: readonly Evidence[],
  folder: AnalysedFolder,
): Command {
  const placed = steps.flatMap(({ message, location: { path, range } }) => {
    const lines = folder.lines(path);
    return lines === undefined ? [] : [{ message, uri: folder.uriOf(path), range: toRange(lines, range) }];
  });
  const given: ShowPathArguments = { title, steps: placed };
  return { title: label, command: showPathCommand, arguments: [given] };
}
