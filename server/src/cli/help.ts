import { type OptionSpecification, usageOf } from "./arguments.ts";
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

export function formatCommandHelp(
  command: Command,
  options: Readonly<Record<string, OptionSpecification>>,
): string {
  const rows = Object.entries(options).map(([name, specification]) => {
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

/** Columns of a terminal that is not wide. */
const labelWidth = 30;

/** Long labels get a line of their own. */
function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(labelWidth, Math.max(...rows.map(([label]) => label.length)));
  return rows.flatMap(([label, text]) =>
    label.length > width
      ? [`  ${label}`, `  ${" ".repeat(width)}  ${text}`]
      : [`  ${label.padEnd(width)}  ${text}`],
  );
}
