/** The report as Markdown (CommonMark with tables), for repositories and tickets. */
import { unreachable } from "../../base/invariant.ts";
import type { Block, Document, Inline, Line, Section } from "../document/document.ts";
import { statusText } from "../document/roadmap.ts";

export function formatMarkdown({ title, introduction, sections }: Document): string {
  const parts = [
    `# ${escaped(title)}`,
    ...introduction.flatMap(formatBlock),
    ...sections.flatMap((section) => formatSection(section, 2)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function formatSection({ title, blocks, sections = [] }: Section, level: number): readonly string[] {
  return [
    `${"#".repeat(level)} ${escaped(title)}`,
    ...blocks.flatMap(formatBlock),
    ...sections.flatMap((section) => formatSection(section, level + 1)),
  ];
}

/** Empty for what Markdown cannot show. */
function formatBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case "paragraph":
      return [formatLine(block.line)];
    case "list":
      return block.items.length === 0 ? [] : [block.items.map((item) => `- ${formatLine(item)}`).join("\n")];
    case "table": {
      const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
      return [
        [
          row(block.columns.map(({ title }) => escaped(title))),
          row(block.columns.map(({ numeric }) => (numeric ? "--:" : "---"))),
          ...block.rows.map((cells) => row(cells.map(formatLine))),
        ].join("\n"),
      ];
    }
    case "code": {
      const longest = Math.max(2, ...(block.text.match(/`+/g) ?? []).map((ticks) => ticks.length));
      const fence = "`".repeat(longest + 1);
      return [`${fence}${block.language}\n${block.text.trimEnd()}\n${fence}`];
    }
    case "chart":
      return [];
    default:
      return unreachable(block);
  }
}

function formatLine(line: Line): string {
  return line.map(formatInline).join("").replace(/\s+/g, " ").trim();
}

function formatInline(inline: Inline): string {
  if (typeof inline === "string") return escaped(inline);
  switch (inline.kind) {
    case "code":
      return codeSpan(inline.text);
    case "strong":
      return `**${escaped(inline.text)}**`;
    case "break":
      return "<br>";
    case "status":
      return inline.status === "open" ? `**${statusText(inline.status)}**` : statusText(inline.status);
    case "place":
      return codeSpan(`${inline.place.path}:${inline.place.line}`);
    case "fix":
      return "";
    default:
      return unreachable(inline);
  }
}

/** Text of the project's, which must not become markup: HTML, links, tables, emphasis. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#~]/g, (character, offset: number, whole: string) =>
      // Names with underscores read better without: those between letters mean nothing.
      character === "_" &&
      /[a-z\d]/i.test(whole[offset - 1] ?? "") &&
      /[a-z\d]/i.test(whole[offset + 1] ?? "")
        ? character
        : `\\${character}`,
    )
    .replace(/&/g, "&amp;");
}

function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${padding}${line}${padding}${fence}`;
}
