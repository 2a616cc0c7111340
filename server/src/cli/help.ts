import { usageOf } from "./arguments.ts";
import type { Command } from "./commands.ts";

export function formatHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    "Shows Django developers what their code will do to their database, and repairs it.",
    "",
    "Usage: queryscope COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...table(rows),
    "",
    "Options:",
    ...table([
      ["-h, --help", "Show this text; after a command, the text of the command"],
      ["-V, --version", "Show the version"],
    ]),
    "",
  ].join("\n");
}

export function formatCommandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, specification]) => {
    const short = specification.short === undefined ? "" : `-${specification.short}, `;
    return [`${short}${usageOf(`--${name}`, specification)}`, specification.description] as const;
  });
  return [
    `${command.summary}.`,
    "",
    `Usage: queryscope ${command.name} ${command.usage}`,
    "",
    ...(command.details.length > 0 ? [...command.details, ""] : []),
    "Options:",
    ...table([...rows, ["-h, --help", "Show this text"]]),
    "",
  ].join("\n");
}

/** The column of labels, and all columns of a terminal that is not wide. */
const labelWidth = 30;
const lineWidth = 100;

/** Long labels get a line of their own, long texts several. */
function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(labelWidth, Math.max(...rows.map(([label]) => label.length)));
  const margin = " ".repeat(width + 4);
  return rows.flatMap(([label, text]) => {
    const [first = "", ...others] = wrap(text, lineWidth - margin.length);
    const rest = others.map((line) => margin + line);
    return label.length > width
      ? [`  ${label}`, margin + first, ...rest]
      : [`  ${label.padEnd(width)}  ${first}`, ...rest];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
