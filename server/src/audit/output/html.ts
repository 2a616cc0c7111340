/**
 * The report as one page without anything from elsewhere: readable in dark and light, on paper, and with a screen
 * reader. In an editor, places and fixes are buttons that a small script reports.
 */
import { unreachable } from "../../base/invariant.ts";
import type { Block, Document, Inline, Line, Section } from "../document/document.ts";
import { statusText } from "../document/roadmap.ts";
import { chartSvg } from "./chart.ts";
import { escapeHtml } from "./escape-html.ts";
import { editorScript, editorStyles, styles } from "./page-assets.ts";

export interface HtmlOptions {
  /** Set for a page in an editor: allows its own styles and its script, and nothing else. Letters and digits. */
  readonly nonce?: string | undefined;
}

export function formatHtml(document: Document, { nonce }: HtmlOptions = {}): string {
  const { title, introduction, sections } = document;
  const page = new Page(nonce !== undefined);
  const policy =
    nonce === undefined
      ? "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
      : `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  const mark = nonce === undefined ? "" : ` nonce="${escapeHtml(nonce)}"`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style${mark}>${styles}${nonce === undefined ? "" : editorStyles}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${introduction.map((block) => page.block(block)).join("\n")}
</header>
<nav aria-label="Contents">
<ol>
${sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`).join("\n")}
</ol>
</nav>
<main>
${sections.map((section) => page.section(section, 2)).join("\n")}
</main>
${nonce === undefined ? "" : `<script${mark}>${editorScript}</script>\n`}</body>
</html>
`;
}

/** Names and paths may be broken behind what joins their parts, rather than within a word. */
function breakable(text: string): string {
  return escapeHtml(text).replace(/[./_](?=\w)/g, "$&<wbr>");
}

class Page {
  readonly #isInEditor: boolean;
  #charts = 0;

  constructor(isInEditor: boolean) {
    this.#isInEditor = isInEditor;
  }

  section({ id, title, blocks, sections = [] }: Section, level: number): string {
    return `<section id="${id}" aria-labelledby="${id}-title">
<h${level} id="${id}-title">${escapeHtml(title)}</h${level}>
${[...blocks.map((block) => this.block(block)), ...sections.map((part) => this.section(part, level + 1))].join("\n")}
</section>`;
  }

  block(block: Block): string {
    switch (block.kind) {
      case "paragraph":
        return `<p>${this.#line(block.line)}</p>`;
      case "list":
        return `<ul>\n${block.items.map((item) => `<li>${this.#line(item)}</li>`).join("\n")}\n</ul>`;
      case "table":
        return this.#table(block);
      case "code":
        return `<pre tabindex="0"><code>${escapeHtml(block.text.trimEnd())}</code></pre>`;
      case "chart":
        this.#charts += 1;
        return chartSvg(block.chart, `chart-${this.#charts}`);
      default:
        return unreachable(block);
    }
  }

  #table({ caption, columns, rows }: Block & { readonly kind: "table" }): string {
    const classOf = (index: number): string => (columns[index]?.numeric ? ' class="number"' : "");
    const head = columns
      .map(({ title }, index) => `<th scope="col"${classOf(index)}>${escapeHtml(title)}</th>`)
      .join("");
    const body = rows.map((cells) => {
      const [first, ...others] = cells;
      const header = first ? `<th scope="row">${this.#line(first)}</th>` : "";
      return `<tr>${header}${others.map((cell, index) => `<td${classOf(index + 1)}>${this.#line(cell)}</td>`).join("")}</tr>`;
    });
    // What is wider than the page can be scrolled, also with the keyboard.
    return `<div class="table" role="region" tabindex="0" aria-label="${escapeHtml(caption)}">
<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>`;
  }

  #line(line: Line): string {
    return line.map((inline) => this.#inline(inline)).join("");
  }

  #inline(inline: Inline): string {
    if (typeof inline === "string") return escapeHtml(inline);
    switch (inline.kind) {
      case "code":
        return `<code>${breakable(inline.text)}</code>`;
      case "strong":
        return `<strong>${escapeHtml(inline.text)}</strong>`;
      case "break":
        return "<br>";
      case "status":
        return `<span class="status ${inline.status}">${escapeHtml(statusText(inline.status))}</span>`;
      case "place": {
        const { path, line, column } = inline.place;
        const text = breakable(`${path}:${line}`);
        return this.#isInEditor
          ? `<button type="button" class="place" data-path="${escapeHtml(path)}" data-line="${line}" data-column="${column}">${text}</button>`
          : `<code class="place">${text}</code>`;
      }
      case "fix": {
        if (!this.#isInEditor) return "";
        const { fingerprint, index, title } = inline.fix;
        const label = escapeHtml(`Apply: ${title}`);
        return ` <button type="button" class="fix" data-fingerprint="${escapeHtml(fingerprint)}" data-index="${index}" title="${escapeHtml(title)}" aria-label="${label}">Apply</button>`;
      }
      default:
        return unreachable(inline);
    }
  }
}
