/** The tools of `vscode-tools.mjs` for tests in TypeScript, with the little of Playwright's interface that they use. */

import { dirname } from "node:path";

export interface Browser {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  readonly keyboard: {
    press(key: string): Promise<void>;
    type(text: string, options?: { readonly delay: number }): Promise<void>;
  };
  goto(url: string, options: { readonly waitUntil: "domcontentloaded" }): Promise<unknown>;
  reload(): Promise<unknown>;
  close(): Promise<void>;
  locator(selector: string, options?: { readonly hasText: string | RegExp }): Locator;
  /** Gives the page a function of this process. */
  exposeFunction(name: string, callback: (...given: readonly unknown[]) => unknown): Promise<unknown>;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  setDefaultTimeout(milliseconds: number): void;
  addInitScript(script: string): Promise<void>;
  /** Evaluates JavaScript in the page. */
  evaluate<Result>(script: string): Promise<Result>;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
}

/** A page within a page. */
export interface Frame {
  locator(selector: string, options?: { readonly hasText: string | RegExp }): Locator;
}

export interface Locator {
  /** That of an `iframe`. */
  contentFrame(): Frame;
  /** Evaluates JavaScript in the page or frame that has the element. */
  evaluate<Result>(script: string): Promise<Result>;
  first(): Locator;
  locator(selector: string, options?: { readonly hasText: string | RegExp }): Locator;
  getByText(text: string, options: { readonly exact: boolean }): Locator;
  filter(options: { readonly hasText: string | RegExp }): Locator;
  count(): Promise<number>;
  fill(text: string, options?: Patience): Promise<void>;
  click(options?: Patience & { readonly button?: "left" | "right" }): Promise<void>;
  dblclick(options?: Patience): Promise<void>;
  hover(): Promise<void>;
  textContent(): Promise<string | null>;
  focus(): Promise<void>;
  waitFor(
    options?: Patience & { readonly state?: "visible" | "hidden" | "attached" | "detached" },
  ): Promise<void>;
}

interface Patience {
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface EditorTools {
  launchBrowser(): Promise<Browser>;
  /** @returns the path of the package */
  packageExtension(options: { readonly output: string }): Promise<string>;
  /** @param folder where VS Code keeps its data; its `extensions` can be copied to that of another one */
  installExtension(folder: string, extension: string): void;
  startVsCode(options: StartOptions): Promise<{ readonly url: string; stop(): void }>;
}

export interface StartOptions {
  /** Where VS Code keeps its data. */
  readonly folder: string;
  readonly settings: object;
  /** Whether it asks if the authors of a workspace are trusted; otherwise all are. */
  readonly asksForTrust?: boolean;
  /** Whether a suite can run in its extension host; then it shows no notifications. */
  readonly runsTests?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Of VS Code: the present one, and the oldest one that the extension supports. */
export type Release = "newest" | "oldest";

/** What `vscode-tools.mjs` and `package.mjs` export. */
interface Modules {
  ensureEditorTools(release: Release): Promise<{
    readonly chromium: string;
    readonly browserType: { launch(options: object): Promise<Browser> };
  }>;
  installExtension(tools: unknown, folder: string, extension: string): void;
  startVsCode(tools: unknown, options: StartOptions): ReturnType<EditorTools["startVsCode"]>;
  packageExtension: EditorTools["packageExtension"];
}

/** The folder of VS Code, with its packages and its own extensions. @throws where it is missing and cannot be had */
export async function editorFolder(release: Release = "newest"): Promise<string> {
  const { ensureEditor } = await import(new URL("./vscode-tools.mjs", import.meta.url).href);
  return dirname(dirname(ensureEditor(release).serverMain));
}

/** Downloads what is missing. @throws where that is not possible */
export async function editorTools(release: Release = "newest"): Promise<EditorTools> {
  const paths = ["./vscode-tools.mjs", "../../../scripts/package.mjs"];
  const loaded = await Promise.all(paths.map((path) => import(new URL(path, import.meta.url).href)));
  const modules: Modules = Object.assign({}, ...loaded);
  const tools = await modules.ensureEditorTools(release);
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  return {
    launchBrowser: () => tools.browserType.launch({ executablePath: tools.chromium, args }),
    packageExtension: modules.packageExtension,
    installExtension: (folder, extension) => modules.installExtension(tools, folder, extension),
    startVsCode: (options) => modules.startVsCode(tools, options),
  };
}
