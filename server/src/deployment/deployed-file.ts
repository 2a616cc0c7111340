/** A file that is read, and the places in it. */
import type { Location } from "../base/text-range.ts";
import { commandsOf, type Variables, type Word } from "./command-words.ts";
import type { DeployedVariable, Process, Purpose } from "./deployment.ts";
import { startedBy } from "./programs.ts";

export interface DeployedFile {
  readonly path: string;
  readonly text: string;
  readonly purpose: Purpose;
}

/** Where a process is started, and how often. */
export interface Start {
  readonly name: string;
  readonly location: Location;
  readonly purpose: Purpose;
  readonly replicas?: number | undefined;
  readonly variables?: Variables;
  readonly files?: Process["files"];
}

/** The processes that a command line starts. */
export function processesOfLine(line: string, start: Start): readonly Process[] {
  return processesOf(commandsOf(line, start.variables), start);
}

export function processesOf(
  commands: readonly (readonly Word[])[],
  { name, location, purpose, replicas = 1, variables, files }: Start,
): readonly Process[] {
  return commands.flatMap((words) => {
    const started = startedBy(words, variables);
    return started ? [{ name, location, purpose, replicas, ...(files && { files }), ...started }] : [];
  });
}

/** What a file sets for the processes that it starts; a text with `$` in it is put together elsewhere. */
export function deployedVariables(variables: Variables, purpose: Purpose): readonly DeployedVariable[] {
  return [...variables].map(([name, text]) => ({
    name,
    value: text === "" || text.includes("$") ? undefined : text,
    purpose,
  }));
}

/** The line without its indentation. */
export function lineAt(file: DeployedFile, start: number, end: number): Location {
  const line = file.text.slice(start, end);
  const indentation = line.length - line.trimStart().length;
  return { path: file.path, range: { start: start + indentation, end: start + line.trimEnd().length } };
}

/** Lines with their offsets; those that end in a backslash are continued by the next. */
export function logicalLinesOf(
  text: string,
): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  const lines: { text: string; start: number; end: number }[] = [];
  let continued = false;
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + line.length;
    const last = lines.at(-1);
    const content = line.replace(/\\?\r?$/, "");
    if (continued && last) {
      last.text += ` ${content.trim()}`;
      last.end = end;
    } else lines.push({ text: content, start, end });
    continued = /\\\r?$/.test(line);
    start = end + 1;
  }
  return lines;
}
