/** `npm run try`: a VS Code with the extension in your browser, on a copy of the example project. Ends with Ctrl+C. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEditor, installExtension, startVsCode } from "../test/editor/support/vscode-tools.mjs";
import { packageExtension } from "./package.mjs";
import { inRepository, runMain, say } from "./support/repository.mjs";

const settings = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "queryscope.codeLens": true,
};

const openers = { darwin: "open", win32: "explorer" };

await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), "queryscope-try-"));
  const workspace = join(folder, "tenantly");
  cpSync(inRepository("examples/tenantly"), workspace, { recursive: true });
  const extension = await packageExtension({ output: join(folder, "queryscope.vsix") });
  const editor = ensureEditor();
  installExtension(editor, folder, extension);
  const vscode = await startVsCode(editor, { folder, settings });
  const url = `${vscode.url}/?folder=${encodeURIComponent(workspace)}`;
  say(`VS Code is at ${url}\nOpen projects/views.py to begin. Ctrl+C ends it.`);
  const opener = openers[/** @type {keyof typeof openers} */ (process.platform)] ?? "xdg-open";
  // Where there is no browser, the address is enough.
  spawn(opener, [url], { stdio: "ignore" }).on("error", () => {});
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  vscode.stop();
  rmSync(folder, { recursive: true, force: true });
  return 0;
});
