import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { skipIfUnavailable, Unavailable } from "../../support/django-environment.ts";
import type { Browser, Page, StartOptions } from "./editor-tools.ts";
import type { InstalledExtension } from "./installed-extension.ts";
import { Workbench } from "./workbench.ts";

/** Without what moves, asks or reaches for the network. */
const quietSettings = {
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
  // A row for each problem: the list is drawn only as far as it is seen.
  "problems.defaultViewMode": "table",
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "files.autoSave": "off",
  // A suggestion that comes between two keys would take the place of what is typed.
  "editor.acceptSuggestionOnEnter": "off",
  "editor.acceptSuggestionOnCommitCharacter": false,
};

/** Milliseconds until something that has to come is missed, on a busy machine. */
const patience = 180_000;

const extensionHostFailed = "Error received from starting extension host (kind: Remote)";

export interface Session {
  /** A copy of the project. */
  readonly workspace: string;
  /** Everything that VS Code and the test write. */
  readonly folder: string;
  readonly url: string;
  readonly page: Page;
  readonly workbench: Workbench;
  /** Where tests in the extension host write what came of them. */
  readonly results: string;
  /** A file of the workspace from disk. */
  read(file: string): string;
}

export interface SessionOptions extends Pick<StartOptions, "asksForTrust"> {
  /** Absolute path of tests for the extension host; see `in-host.ts`. */
  readonly inHost?: string;
  readonly project: string;
  readonly extension: InstalledExtension;
  /** A promise of them may fail with what is not available on this machine. */
  readonly settings?: object | (() => Promise<object>);
}

/**
 * One VS Code with the packaged extension, and one window, for the tests of a file in their order.
 * @returns what gives the session, once it has started
 */
export function useVsCode(options: SessionOptions): () => Session {
  let session: Session | undefined;
  let missing: Unavailable | undefined;
  let browser: Browser | undefined;
  let stop = (): void => {};
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-editor-"));
  beforeAll(async () => {
    const workspace = path.join(folder, "project");
    cpSync(options.project, workspace, { recursive: true });
    mkdirSync(path.join(folder, "screenshots"));
    const { inHost, settings = {}, asksForTrust = false } = options;
    let given: object;
    try {
      given = await givenSettings(settings);
      cpSync(options.extension.extensions(), path.join(folder, "extensions"), { recursive: true });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      missing = error;
      return;
    }
    const tools = options.extension.tools();
    const results = path.join(folder, "results.json");
    const vscode = await tools.startVsCode({
      asksForTrust,
      runsTests: inHost !== undefined,
      env: { QUERYSCOPE_TEST_RESULTS: results, QUERYSCOPE_TEST_MODULE: inHost ?? "" },
      folder,
      settings: { ...quietSettings, ...given },
    });
    stop = vscode.stop;
    browser = await tools.launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
    // Nothing waits that long on an idle machine.
    page.setDefaultTimeout(patience);
    const console = path.join(folder, "screenshots", "console.txt");
    page.on("console", (message) => {
      const text = message.text();
      appendFileSync(console, `${message.type()}: ${text}\n`);
      // VS Code gives up on an extension host that does not answer within 15 s, and offers its user to reload the window.
      if (text.includes(extensionHostFailed)) {
        page.reload().catch((error: unknown) => appendFileSync(console, `not reloaded: ${error}\n`));
      }
    });
    const read = (file: string): string => readFileSync(path.join(workspace, file), "utf8");
    session = { workspace, folder, url: vscode.url, page, workbench: new Workbench(page), results, read };
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    stop();
    const isKept = failed.has(folder) || process.env.KEEP_SCREENSHOTS !== undefined;
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (missing !== undefined) throw missing;
    if (session === undefined) throw new Error("VS Code has not started");
    return session;
  };
}

async function givenSettings(settings: NonNullable<SessionOptions["settings"]>): Promise<object> {
  return typeof settings === "function" ? settings() : settings;
}

/** Folders of sessions whose pictures and logs tell why a step failed. */
const failed = new Set<string>();

/**
 * Tests that continue where the one before stopped: after a failure the rest is skipped. Each leaves a picture, which is
 * kept after a failure and by `KEEP_SCREENSHOTS=1`, beside what the browser's console and VS Code said.
 */
export function stepsIn(session: () => Session): (name: string, step: (s: Session) => Promise<void>) => void {
  return (name, step) =>
    it(name, { timeout: 4 * patience }, async ({ skip }) => {
      const current = sessionOrSkip(session, skip);
      if (failed.has(current.folder)) skip("a step before it failed");
      const picture = path.join(current.folder, "screenshots", `${name.replaceAll(/\W+/g, "-")}.png`);
      try {
        await step(current);
      } catch (error) {
        failed.add(current.folder);
        console.error(`Pictures and logs are kept in ${current.folder}`);
        throw error;
      } finally {
        await current.page.screenshot({ path: picture });
      }
    });
}

/** The session, or what else VS Code is needed for; skips the test where it cannot be had on this machine. */
export function sessionOrSkip<Needed = Session>(
  session: () => Needed,
  skip: (reason: string) => never,
): Needed {
  try {
    return session();
  } catch (error) {
    return skipIfUnavailable(error, skip);
  }
}

/** Nothing on the page tells when the disk has it. */
export async function eventually(read: () => string, pattern: RegExp | string): Promise<void> {
  const matches = (): boolean =>
    typeof pattern === "string" ? read().includes(pattern) : pattern.test(read());
  const deadline = performance.now() + patience;
  while (!matches() && performance.now() < deadline) await setTimeout(50);
  if (typeof pattern === "string") expect(read()).toContain(pattern);
  else expect(read()).toMatch(pattern);
}
