/** The tools of `vscode-tools.mjs` for tests in TypeScript, with the little of Playwright's interface that they use. */

export interface Browser {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  readonly keyboard: { press(key: string): Promise<void> };
  goto(url: string, options: { readonly waitUntil: "domcontentloaded" }): Promise<unknown>;
  locator(selector: string, options?: { readonly hasText: string }): Locator;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  setDefaultTimeout(milliseconds: number): void;
  addInitScript(script: string): Promise<void>;
  /** Evaluates JavaScript in the page. */
  evaluate<Result>(script: string): Promise<Result>;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
}

export interface Locator {
  first(): Locator;
  fill(text: string): Promise<void>;
  click(): Promise<void>;
  focus(): Promise<void>;
  waitFor(options?: { readonly state: "visible" | "hidden" | "attached" | "detached" }): Promise<void>;
}

export interface EditorTools {
  launchBrowser(): Promise<Browser>;
  /** @returns the path of the package */
  packageExtension(options: { readonly output: string }): Promise<string>;
  startVsCode(options: {
    /** Where VS Code keeps its data. */
    readonly folder: string;
    readonly extension: string;
    readonly settings: object;
  }): Promise<{ readonly url: string; stop(): void }>;
}

/** What `vscode-tools.mjs` and `package.mjs` export. */
interface Modules {
  ensureEditorTools(): Promise<{
    readonly chromium: string;
    readonly browserType: { launch(options: object): Promise<Browser> };
  }>;
  startVsCode(
    tools: unknown,
    options: Parameters<EditorTools["startVsCode"]>[0],
  ): ReturnType<EditorTools["startVsCode"]>;
  packageExtension: EditorTools["packageExtension"];
}

/** Downloads what is missing. @throws where that is not possible */
export async function editorTools(): Promise<EditorTools> {
  const paths = ["./vscode-tools.mjs", "../../../scripts/package.mjs"];
  const loaded = await Promise.all(paths.map((path) => import(new URL(path, import.meta.url).href)));
  const modules: Modules = Object.assign({}, ...loaded);
  const tools = await modules.ensureEditorTools();
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  return {
    launchBrowser: () => tools.browserType.launch({ executablePath: tools.chromium, args }),
    packageExtension: modules.packageExtension,
    startVsCode: (options) => modules.startVsCode(tools, options),
  };
}
