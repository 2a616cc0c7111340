/**
 * `node scripts/editor-pictures.mjs`: draws the pictures of the README and the walkthrough from a real VS Code on the example
 * project: a finding with its hover, and its fixes.
 */
import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEditorTools, installExtension, startVsCode } from "../test/editor/support/vscode-tools.mjs";
import { packageExtension } from "./package.mjs";
import { inRepository, Refusal, runMain, say } from "./support/repository.mjs";

const output = "media/walkthrough";
/** Bytes: they are downloaded with the page of the extension. */
const largest = 150_000;

const settings = {
  "workbench.colorTheme": "Default Light Modern",
  "workbench.startupEditor": "none",
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.commandCenter": false,
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "problems.defaultViewMode": "table",
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "breadcrumbs.enabled": false,
  "queryscope.codeLens": true,
};

await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), "queryscope-pictures-"));
  const workspace = join(folder, "tenantly");
  cpSync(inRepository("examples/tenantly"), workspace, { recursive: true });
  const tools = await ensureEditorTools();
  const extension = await packageExtension({ output: join(folder, "queryscope.vsix") });
  installExtension(tools, folder, extension);
  const vscode = await startVsCode(tools, { folder, settings });
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const browser = await tools.browserType.launch({ executablePath: tools.chromium, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 620 } });
    page.setDefaultTimeout(120_000);
    await page.goto(`${vscode.url}/?folder=${encodeURIComponent(workspace)}`, {
      waitUntil: "domcontentloaded",
    });
    await draw(page);
  } finally {
    await browser.close();
    vscode.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
});

/** @param {any} page of Playwright */
async function draw(page) {
  const widget = page.locator(".quick-input-widget");
  const ask = async (/** @type {string} */ key, /** @type {string} */ text) => {
    await page.keyboard.press(key);
    await widget.locator(".quick-input-filter input").fill(text);
  };
  const choose = async (/** @type {string} */ text) => {
    await widget.locator(".monaco-list-row", { hasText: text }).first().click();
    await widget.waitFor({ state: "hidden" });
  };
  await page.locator(".monaco-workbench").waitFor();
  await ask("Control+p", "projects/views.py");
  await choose("views.py");
  await page.locator(".codelens-decoration a", { hasText: "2 + 3N queries" }).first().waitFor();
  await page.locator(".squiggly-warning").first().waitFor();
  await ask("F1", ">View: Toggle Primary Side Bar Visibility");
  await choose("Toggle Primary Side Bar");
  await ask("Control+g", ":23:30");
  await page.keyboard.press("Enter");
  await widget.waitFor({ state: "hidden" });
  await ask("F1", ">Show or Focus Hover");
  await choose("Show or Focus Hover");
  await page.locator(".monaco-hover", { hasText: "queries" }).first().waitFor();
  await picture(page, "finding");
  await page.keyboard.press("Escape");
  await page.locator(".editor-instance .monaco-editor.focused").first().waitFor();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget .monaco-list-row", { hasText: "select_related" }).first().waitFor();
  await picture(page, "fixes");
}

/**
 * @param {any} page of Playwright
 * @param {string} name
 */
async function picture(page, name) {
  const file = `${output}/${name}.png`;
  await page.screenshot({ path: inRepository(file) });
  const { size } = statSync(inRepository(file));
  if (size > largest) throw new Refusal(`${file} has ${size} bytes, more than ${largest}`);
  say(`${file} written`);
}
