/** *Explain Queryset* in a real VS Code and browser, with a real interpreter and server. Needs what `run.mjs` needs. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, it } from "vitest";
import { shopRoot } from "../explain/shop-compiler.ts";
import { djangoPython } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { type Browser, editorTools, type Page } from "./support/editor-tools.ts";

const folder = mkdtempSync(path.join(tmpdir(), "queryscope-editor-"));
const workspace = path.join(folder, "shop");

let server: PostgresServer;
let vscode: { readonly url: string; stop(): void };
let browser: Browser;
let page: Page;

beforeAll(async () => {
  cpSync(shopRoot, workspace, { recursive: true });
  mkdirSync(path.join(folder, "screenshots"));
  server = await startPostgres();
  await server.run(`
    CREATE TABLE store_tag (id bigint PRIMARY KEY, label varchar(50));
    CREATE TABLE store_product_tags (id bigint PRIMARY KEY, product_id bigint, tag_id bigint)`);
  const tools = await editorTools();
  const extension = await tools.packageExtension({ output: path.join(folder, "queryscope.vsix") });
  const { host, port, database, user } = server;
  const settings = {
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": true,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "editor.minimap.enabled": false,
    "queryscope.explain.python": await djangoPython("5.2"),
    "queryscope.explain.connections": [{ name: "local", host, port, database, user }],
  };
  vscode = await tools.startVsCode({ folder, extension, settings });
  browser = await tools.launchBrowser();
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(30_000);
}, 1_800_000);

afterAll(async () => {
  await page?.screenshot({ path: path.join(folder, "screenshots/last.png") });
  await browser?.close();
  vscode?.stop();
  await server?.stop();
  if (process.env.KEEP_SCREENSHOTS === undefined) rmSync(folder, { recursive: true, force: true });
});

async function palette(command: string): Promise<void> {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget .quick-input-filter input");
  await input.waitFor({ state: "visible" });
  await input.fill(`>${command}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: command }).first().click();
}

const pick = (label: string) =>
  page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
const shown = (text: string) => page.locator(".editor-instance .view-line", { hasText: text }).first();

it("asks for connection and password once, and shows SQL and plan", async () => {
  await page.goto(`${vscode.url}/?folder=${encodeURIComponent(workspace)}`, {
    waitUntil: "domcontentloaded",
  });
  await page.locator(".monaco-workbench").waitFor();
  await page.keyboard.press("Control+p");
  await page.locator(".quick-input-widget .quick-input-filter input").fill("store/views.py");
  await pick("views.py").click();
  await shown("from typing").waitFor();
  await page.keyboard.press("Control+g");
  const line = readFileSync(path.join(workspace, "store/views.py"), "utf8")
    .split("\n")
    .findIndex((text) => text.includes("T.objects"));
  await page.locator(".quick-input-widget .quick-input-filter input").fill(`:${line + 1}`);
  await page.keyboard.press("Enter");

  await palette("Queryscope: Explain Queryset");
  await pick("local").click();
  await page.locator(".quick-input-widget input[type=password]").fill(server.password);
  await page.keyboard.press("Enter");
  await shown("Plan, estimated by PostgreSQL").waitFor();
  await shown("HAVING COUNT").waitFor();
  await page.screenshot({ path: path.join(folder, "screenshots/plan.png") });

  await page.locator(".tab", { hasText: "views.py" }).first().click();
  await palette("Queryscope: Explain Queryset by Running It");
  await page.locator(".monaco-dialog-box", { hasText: `postgres at 127.0.0.1:${server.port}` }).waitFor();
  await page.locator(".monaco-dialog-box .monaco-button", { hasText: "Run the Query" }).click();
  await shown("Execution time").waitFor();
  await page.screenshot({ path: path.join(folder, "screenshots/analyze.png") });
}, 300_000);
