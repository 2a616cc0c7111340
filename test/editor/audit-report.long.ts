/** The page of the scaling report in a real browser, read by axe. Needs what `run.mjs` needs. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { createDocument } from "../../server/src/audit/document/create-document.ts";
import { formatHtml } from "../../server/src/audit/output/html.ts";
import type { AuditReport } from "../../server/src/audit/report.ts";
import { queryscope } from "../cli/support/command.ts";
import { inRepository } from "../support/repository.ts";
import { violationsIn } from "./support/axe.ts";
import { type Browser, editorTools, type Page } from "./support/editor-tools.ts";

let browser: Browser;
let report: AuditReport;

beforeAll(async () => {
  browser = await (await editorTools()).launchBrowser();
  const { stdout } = await queryscope(
    { folder: inRepository("examples/tenantly") },
    ...["audit", "--output-format", "json", "--quiet"],
  );
  report = JSON.parse(stdout);
}, 600_000);

afterAll(() => browser?.close());

const nonce = "0123456789abcdef";

/** Colours and classes that VS Code gives to a page. */
const themes = {
  "vscode-light": { background: "#ffffff", foreground: "#3b3b3b", link: "#005fb8", faint: "#3b3b3b" },
  "vscode-dark": { background: "#1f1f1f", foreground: "#cccccc", link: "#4daafc", faint: "#9d9d9d" },
} as const;

it.each(["light", "dark"] as const)(
  "is accessible as a page of its own, in %s",
  async (scheme) => {
    const page = await open(formatHtml(createDocument(report)));
    await page.emulateMedia({ colorScheme: scheme });
    expect(await violationsIn(page)).toEqual([]);
  },
  120_000,
);

it.each(["vscode-light", "vscode-dark"] as const)(
  "is accessible in an editor, in %s",
  async (name) => {
    const { background, foreground, link, faint } = themes[name];
    const page = await open(formatHtml(createDocument(report), { nonce }));
    const variables = {
      "--vscode-editor-background": background,
      "--vscode-editor-foreground": foreground,
      "--vscode-editorWidget-background": background,
      "--vscode-descriptionForeground": faint,
      "--vscode-textLink-foreground": link,
      "--vscode-focusBorder": link,
      "--vscode-button-background": "#0e639c",
      "--vscode-button-foreground": "#ffffff",
    };
    await page.evaluate(
      `document.body.className = ${JSON.stringify(name)};
       for (const [key, value] of Object.entries(${JSON.stringify(variables)}))
         document.documentElement.style.setProperty(key, value);`,
    );
    expect(await violationsIn(page)).toEqual([]);
  },
  120_000,
);

interface PageWithMedia extends Page {
  setContent(html: string): Promise<void>;
  emulateMedia(media: { readonly colorScheme: "light" | "dark" }): Promise<void>;
}

async function open(html: string): Promise<PageWithMedia> {
  const page = (await browser.newPage({ viewport: { width: 1200, height: 900 } })) as PageWithMedia;
  await page.setContent(html);
  return page;
}
