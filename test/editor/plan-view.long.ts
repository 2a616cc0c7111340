/** The page of the plan view in a real browser, with plans that the command line gives. Needs what `run.mjs` needs. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExplainedStatement } from "../../src/explanation.ts";
import type { MessageToExtension, PlanViewLabels } from "../../src/plan-view/messages.ts";
import { planPage } from "../../src/plan-view/page.ts";
import { planView } from "../../src/plan-view/plan-view.ts";
import { shopRoot } from "../explain/shop-compiler.ts";
import { djangoPython } from "../support/django-environment.ts";
import { inRepository } from "../support/repository.ts";
import { violationsIn } from "./support/axe.ts";
import { type Browser, editorTools, type Page } from "./support/editor-tools.ts";

const labels: PlanViewLabels = {
  title: "Plan of",
  statement: "Statement",
  measured: "Measured on PostgreSQL",
  estimated: "Estimated by PostgreSQL",
  hotspots: "What costs most",
  goToLine: "Go to line",
  openRule: "Open the page of the rule",
  diagram: "Diagram",
  skipDiagram: "Skip the diagram",
  share: "Share of the whole",
  tree: "Plan as text",
  language: "en",
};

/** Colours and classes that VS Code gives to the page, as its three kinds of themes have them. */
const themes = {
  "vscode-light": { background: "#ffffff", foreground: "#3b3b3b", link: "#005fb8", contrast: "" },
  "vscode-dark": { background: "#1f1f1f", foreground: "#cccccc", link: "#4daafc", contrast: "" },
  "vscode-high-contrast": {
    background: "#000000",
    foreground: "#ffffff",
    link: "#21a6ff",
    contrast: "#6fc3df",
  },
} as const;

let server: Server;
let browser: Browser;
let statements: readonly ExplainedStatement[];
const screenshots = process.env.KEEP_SCREENSHOTS;

beforeAll(async () => {
  const python = await djangoPython("5.2");
  const args = ["dist/cli.cjs", "explain", "--python", python, "--output-format", "json"];
  const output = execFileSync(
    process.execPath,
    [...args, `${path.join(shopRoot, "store/views.py")}:46`, "--quiet"],
    {
      cwd: inRepository(""),
      encoding: "utf8",
    },
  );
  statements = JSON.parse(output)[0].statements;
  server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? "";
    const isPage = name === "" || name.startsWith("?");
    response.setHeader(
      "Content-Type",
      isPage ? "text/html" : name.endsWith(".css") ? "text/css" : "text/javascript",
    );
    const { port } = addressOf(server);
    const source = `http://127.0.0.1:${port}`;
    const files = { script: `${source}/plan-view.js`, style: `${source}/plan-view-style.css` };
    if (name === "favicon.ico") response.writeHead(204).end();
    else if (isPage) response.end(planPage({ nonce: "bm9uY2U=", source, title: "Plan", ...files }));
    else response.end(readFileSync(inRepository(`dist/plan-view/${name}`)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await (await editorTools()).launchBrowser();
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

function addressOf(listening: Server): { readonly port: number } {
  const address = listening.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return address;
}

interface Opened {
  readonly page: Page;
  /** What the page told the editor. */
  sent(): Promise<readonly MessageToExtension[]>;
  /** What the browser refused or complained about. */
  readonly complaints: readonly string[];
}

async function open(theme: keyof typeof themes): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const { background, foreground, link, contrast } = themes[theme];
  const variables = Object.entries({
    "--vscode-editor-background": background,
    "--vscode-editor-foreground": foreground,
    "--vscode-foreground": foreground,
    "--vscode-textLink-foreground": link,
    "--vscode-contrastBorder": contrast,
    "--vscode-font-family": "sans-serif",
    "--vscode-font-size": "13px",
    "--vscode-editor-font-family": "monospace",
    "--vscode-editor-font-size": "12px",
    "--vscode-focusBorder": link,
  }).filter(([, value]) => value !== "");
  // What VS Code itself puts into a webview.
  await page.addInitScript(
    `globalThis.sent = [];
     globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => sent.push(message) });
     document.addEventListener("DOMContentLoaded", () => {
       document.body.classList.add(${JSON.stringify(theme)});
       for (const [name, value] of ${JSON.stringify(variables)}) document.documentElement.style.setProperty(name, value);
     });`,
  );
  await page.goto(`http://127.0.0.1:${addressOf(server).port}/`, { waitUntil: "domcontentloaded" });
  const view = planView("store/views.py:46", statements, labels);
  await page.evaluate(`window.postMessage(${JSON.stringify({ kind: "show", view })}, "*")`);
  await page.locator("h1", { hasText: "Plan of store/views.py:46" }).waitFor();
  await page.locator(".diagram svg .plan-node, .diagram .plan-node").first().waitFor();
  if (screenshots !== undefined) await page.screenshot({ path: path.join(screenshots, `${theme}.png`) });
  return { page, complaints, sent: () => page.evaluate("sent") };
}

describe.each(Object.keys(themes) as (keyof typeof themes)[])("in %s", (theme) => {
  it("draws the plan under the strict policy, and axe finds nothing to complain about", async () => {
    const { page, complaints } = await open(theme);
    expect(await violationsIn(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 120_000);
});

it("leads from a step to the line and the rule by keyboard", async () => {
  const { page, sent } = await open("vscode-dark");
  await page.locator("button.link").first().focus();
  await page.keyboard.press("Enter");
  expect(await sent()).toEqual([
    { kind: "ready" },
    { kind: "goTo", line: expect.any(Number), column: expect.any(Number) },
  ]);
}, 120_000);
