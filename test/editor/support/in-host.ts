import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { serversIn } from "./places.ts";
import { type Session, sessionOrSkip } from "./vscode-session.ts";

const modules = fileURLToPath(new URL("../in-host", import.meta.url));

/** Of all tests together; a window that never comes is one failure. */
const patience = 900_000;

/** What the module `example` expects. */
export const exampleSettings = {
  "queryscope.codeLens": true,
  "queryscope.inlayHints": true,
  // Where a test set it just before it saves, VS Code may not have heard of it yet.
  "editor.codeActionsOnSave": { "source.fixAll.queryscope": "explicit" },
};

/** The absolute path of a module of tests for the extension host. */
export function inHostModule(name: string): string {
  return path.join(modules, `${name}.cjs`);
}

/** Runs the tests of a module in the extension host of a session that was started for it. */
export function testsInHost(session: () => Session, module: string): void {
  let results: Promise<Record<string, string | null>> | undefined;
  const tests: object = createRequire(import.meta.url)(module);
  for (const name of Object.keys(tests)) {
    it(name, { timeout: patience + 60_000 }, async ({ skip }) => {
      const current = sessionOrSkip(session, skip);
      results ??= resultsIn(current);
      expect((await results)[name]).toBeNull();
    });
  }
}

async function resultsIn({
  page,
  url,
  workspace,
  results,
  folder,
}: Session): Promise<Record<string, string | null>> {
  await page.exposeFunction("codeAutomationLog", () => {});
  await page.exposeFunction("codeAutomationExit", () => {});
  const remote = `vscode-remote://${new URL(url).host}${modules}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", remote],
    ["extensionTestsPath", `${remote}/index.cjs`],
  ]);
  const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
  await page.goto(`${url}/?${query}`, { waitUntil: "domcontentloaded" });
  const deadline = performance.now() + patience;
  while (!existsSync(results) && performance.now() < deadline) await setTimeout(50);
  await page.screenshot({ path: path.join(folder, "screenshots", "extension-host.png") });
  const outcomes: Record<string, string | null> = JSON.parse(readFileSync(results, "utf8"));
  const servers = `${serversIn(folder).length} servers run.`;
  return Object.fromEntries(
    Object.entries(outcomes).map(([name, reason]) => [name, reason && `${reason}\n${servers}`]),
  );
}
