/**
 * `node test/editor/run.mjs`: packages the extension, installs it in a real VS Code, and uses it in a real browser.
 * Not part of `npm test`: the first run downloads about 1 GB, later ones take a minute.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packageExtension } from "../../scripts/package.mjs";
import { ensureEditorTools, say, startVsCode } from "./support/vscode-tools.mjs";
import { steps } from "./vscode-steps.mjs";

const settings = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "files.autoSave": "off",
};

const project = fileURLToPath(new URL("project", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "queryscope-editor-"));
const workspace = path.join(folder, "project");
const screenshots = path.join(folder, "screenshots");
cpSync(project, workspace, { recursive: true });
mkdirSync(screenshots);

const tools = await ensureEditorTools();
const extension = await packageExtension({ output: path.join(folder, "queryscope.vsix") });
const vscode = await startVsCode(tools, { folder, extension, settings });
const browser = await tools.browserType.launch({
  executablePath: tools.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(30_000);
const read = (/** @type {string} */ file) => readFileSync(path.join(workspace, file), "utf8");

let failed = 0;
try {
  await page.goto(`${vscode.url}/?folder=${encodeURIComponent(workspace)}`, {
    waitUntil: "domcontentloaded",
  });
  for (const [name, step] of Object.entries(steps)) {
    const start = performance.now();
    await step({ page, read });
    say(`ok   ${name} (${Math.round(performance.now() - start)} ms)`);
    await page.screenshot({ path: path.join(screenshots, `${name.replaceAll(/\W+/g, "-")}.png`) });
  }
} catch (error) {
  failed = 1;
  await page.screenshot({ path: path.join(screenshots, "failure.png") });
  say(`FAIL ${error instanceof Error ? error.message : String(error)}\nscreenshots are in ${screenshots}`);
} finally {
  await browser.close();
  vscode.stop();
}
if (failed === 0 && process.env.KEEP_SCREENSHOTS === undefined) rmSync(folder, { recursive: true });
process.exitCode = failed;
