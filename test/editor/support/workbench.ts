/** What a user does in VS Code's window. Each method waits for what it is to see; nothing waits for time to pass. */
import type { Frame, Locator, Page } from "./editor-tools.ts";

export class Workbench {
  readonly page: Page;
  #folder = "";

  constructor(page: Page) {
    this.page = page;
  }

  async goto(url: string, folder: string): Promise<void> {
    this.#folder = folder;
    await this.page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
    await this.page.locator(".monaco-workbench").waitFor();
  }

  /** @param command its title in the command palette */
  async run(command: string): Promise<void> {
    await this.#palette(command);
    await this.choose(command);
  }

  /** Runs a command that asks for one of several things, and then for more: the quick input stays open. */
  async runAsking(command: string, answer: string): Promise<void> {
    await this.#palette(command);
    await clickUntil(this.row(command), this.row(answer), "visible");
    await this.row(answer).click();
  }

  /** Runs a command that asks for a text. */
  async runWith(command: string, answer: string): Promise<void> {
    await this.#palette(command);
    const widget = this.page.locator(".quick-input-widget");
    // The palette itself becomes the box that asks.
    const question = widget.locator(".quick-input-message", { hasText: "Enter" }).first();
    await clickUntil(this.row(command), question, "visible");
    await widget.locator(".quick-input-filter input").fill(answer);
    await this.page.keyboard.press("Enter");
    await widget.waitFor({ state: "hidden" });
  }

  /** The rows of the command palette for a text. */
  async paletteRows(text: string): Promise<string> {
    await this.#quickInput("F1", `>${text}`);
    const list = this.page.locator(".quick-input-list .monaco-list-rows");
    await list.locator(".monaco-list-row").first().waitFor();
    const rows = await list.textContent();
    await this.page.keyboard.press("Escape");
    return rows ?? "";
  }

  /** By its absolute path, which VS Code opens without a search: that may wait for all extension hosts. */
  async open(file: string): Promise<void> {
    await this.#quickInput("Control+p", `${this.#folder}/${file}`);
    const name = file.split("/").at(-1) ?? file;
    // Recently opened files of the same name stand there until the path has been looked up.
    await this.#chooseRow(
      this.#rows(name)
        .filter({ hasText: file.slice(0, -name.length - 1) })
        .first(),
    );
    // The file that was there before may have the same name, and the keyboard.
    await this.page
      .locator(`.editor-instance .monaco-editor.focused[data-uri$="/${file}"]`)
      .first()
      .waitFor();
  }

  /** Clicks a row of the quick input: Enter would take whichever has the focus at that moment. */
  async choose(label: string): Promise<void> {
    await this.#chooseRow(this.row(label));
  }

  #chooseRow(row: Locator): Promise<void> {
    return clickUntil(row, this.page.locator(".quick-input-widget"), "hidden");
  }

  row(label: string): Locator {
    return this.#rows(label).first();
  }

  #rows(label: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: label });
  }

  /** Brings a line of the file into view, with the cursor on the text. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#quickInput("Control+g", `:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  line(text: string): Locator {
    return this.page.locator(".editor-instance .view-line", { hasText: text }).first();
  }

  /** The editor that has the keyboard. */
  get focused(): Locator {
    return this.page.locator(".editor-instance .monaco-editor.focused").first();
  }

  problem(text: string): Locator {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).first();
  }

  get warning(): Locator {
    return this.page.locator(".squiggly-warning").first();
  }

  lens(text: string): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  hover(text: string): Locator {
    return this.page.locator(".monaco-hover", { hasText: text }).first();
  }

  /**
   * Takes an action at the cursor. What VS Code shows was asked for at some moment; where that was before the analysis or
   * the cursor came here, it is asked again. So it is where nothing comes at all: VS Code drops what it asked when the
   * cursor or the text moves meanwhile. An edit comes after that: its text has to be waited for.
   */
  async apply(title: string): Promise<void> {
    await this.focused.waitFor();
    const menu = this.page.locator(".action-widget .monaco-list-row");
    const nothing = this.page.locator(".monaco-editor-overlaymessage", { hasText: "No " });
    const action = menu.filter({ hasText: title }).first();
    for (let attempts = 0; attempts < 10; attempts++) {
      await this.page.keyboard.press("Control+.");
      const answer = this.page
        .locator(".action-widget .monaco-list-row, .monaco-editor-overlaymessage")
        .first();
      if (!(await becomes(answer, "visible", 15_000))) continue;
      if ((await action.count()) > 0) break;
      await this.page.keyboard.press("Escape");
      await menu.first().waitFor({ state: "hidden" });
      await nothing.waitFor({ state: "hidden" });
    }
    await action.click();
    await menu.first().waitFor({ state: "hidden" });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tab.active.dirty").first().waitFor({ state: "hidden" });
  }

  /** Goes to a problem of the Problems view, with the keyboard in the editor. */
  async goToProblem(text: string): Promise<void> {
    await this.problem(text).dblclick();
    // The first click shows the place and leaves the keyboard with the list.
    await this.focused.locator(".selected-text").first().waitFor();
  }

  /** A command of the menu of a row in the side bar. */
  async menu(row: string | RegExp, command: string): Promise<void> {
    await this.treeRow(row).click({ button: "right" });
    // By keyboard: for a moment after it was opened a menu takes no clicks, lest the one that opened it chooses.
    const item = this.page.locator(".monaco-menu .action-item", { hasText: command }).first();
    await item.hover();
    await this.page.locator(".monaco-menu .action-item.focused", { hasText: command }).waitFor();
    await this.page.keyboard.press("Enter");
    await item.waitFor({ state: "detached" });
  }

  /** A row of the tree in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text }).first();
  }

  /** The page of the extension that is shown; VS Code puts it into two frames. */
  get webview(): Frame {
    const outer = this.page.locator("iframe.webview.ready").first().contentFrame();
    return outer.locator("#active-frame").contentFrame();
  }

  button(text: string): Locator {
    return this.page.locator(".monaco-dialog-box .monaco-button", { hasText: text }).first();
  }

  /** The palette does not notice that a command has become available while it is open. */
  async #palette(command: string): Promise<void> {
    for (;;) {
      await this.#quickInput("F1", `>${command}`);
      const list = this.page.locator(".quick-input-list .monaco-list-row");
      await list.first().waitFor();
      if ((await this.row(command).count()) > 0) return;
      await this.page.keyboard.press("Escape");
      await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    }
  }

  async #quickInput(key: string, text: string): Promise<void> {
    await this.page.keyboard.press(key);
    const input = this.page.locator(".quick-input-widget .quick-input-filter input");
    await input.waitFor({ state: "visible" });
    await input.fill(text);
  }
}

/** A list that is filled again between the press and the release of the button has taken no click: a user clicks again. */
async function clickUntil(row: Locator, result: Locator, state: "visible" | "hidden"): Promise<void> {
  for (let attempts = 0; attempts < 10; attempts++) {
    await row.click();
    if (await becomes(result, state, 15_000)) return;
  }
  await result.waitFor({ state });
}

/** @param patience milliseconds */
async function becomes(locator: Locator, state: "visible" | "hidden", patience: number): Promise<boolean> {
  try {
    await locator.waitFor({ state, timeout: patience });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return false;
    throw error;
  }
}
