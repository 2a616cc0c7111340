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
    await untilTrue(`running ${command}`, async () => {
      await this.#palette(command);
      return this.#take(this.row(command));
    });
  }

  /** Runs a command that asks for one of several things, and then for more: the quick input stays open. */
  async runAsking(command: string, answer: string): Promise<void> {
    await this.#palette(command);
    await clickUntil(this.row(command), this.row(answer));
    await clickUntil(this.row(answer), this.row(answer), "hidden");
  }

  /** Runs a command that asks for a text. */
  async runWith(command: string, answer: string): Promise<void> {
    await this.#palette(command);
    // The palette itself becomes the box that asks.
    const question = this.#quickInput.locator(".quick-input-message", { hasText: "Enter" }).first();
    await clickUntil(this.row(command), question);
    await this.#quickInput.locator(".quick-input-filter input").fill(answer);
    await this.page.keyboard.press("Enter");
    await this.#quickInput.waitFor({ state: "hidden" });
  }

  /** The rows of the command palette for a text. */
  async paletteRows(text: string): Promise<string> {
    await this.#ask("F1", `>${text}`);
    const list = this.page.locator(".quick-input-list .monaco-list-rows");
    await list.locator(".monaco-list-row").first().waitFor();
    const rows = await list.textContent();
    await this.#closeQuickInput();
    return rows ?? "";
  }

  /** By its absolute path, which VS Code opens without a search: that may wait for all extension hosts. */
  async open(file: string): Promise<void> {
    const name = file.split("/").at(-1) ?? file;
    // Recently opened files of the same name stand there until the path has been looked up.
    const row = this.#rows(name)
      .filter({ hasText: file.slice(0, -name.length - 1) })
      .first();
    // The file that was there before may have the same name, and the keyboard.
    const editor = this.page.locator(`.editor-instance .monaco-editor.focused[data-uri$="/${file}"]`).first();
    await untilTrue(`opening ${file}`, async () => {
      await this.#ask("Control+p", `${this.#folder}/${file}`);
      return (await this.#take(row)) && becomes(editor, "visible");
    });
  }

  /** Clicks a row of the quick input: Enter would take whichever has the focus at that moment. */
  async choose(label: string): Promise<void> {
    await this.row(label).waitFor();
    await clickUntil(this.row(label), this.#quickInput, "hidden");
  }

  row(label: string): Locator {
    return this.#rows(label).first();
  }

  #rows(label: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: label });
  }

  /** Brings a line of the file into view, with the cursor on the text. */
  async goTo(line: number, column = 1): Promise<void> {
    const place = this.page.locator('[id="status.editor.selection"]', {
      hasText: new RegExp(`Ln ${line}, Col ${column}(?!\\d)`),
    });
    await untilTrue(`going to line ${line}`, async () => {
      await this.#ask("Control+g", `:${line}:${column}`);
      await this.page.keyboard.press("Enter");
      await this.#quickInput.waitFor({ state: "hidden" });
      return becomes(place, "visible");
    });
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

  /** Shows the hover at the cursor. It goes where the mouse moves: another one is asked for then. */
  async showHover(text: string): Promise<Locator> {
    const hover = this.page.locator(".monaco-hover", { hasText: text }).first();
    await untilTrue(`a hover with ${text}`, async () => {
      await this.run("Show or Focus Hover");
      return becomes(hover, "visible");
    });
    return hover;
  }

  /**
   * Takes an action at the cursor. What VS Code shows was asked for at some moment; where that was before the analysis or
   * the cursor came here, it is asked again. So it is where nothing comes at all: VS Code drops what it asked when the
   * cursor or the text moves meanwhile. What the action does comes after that, and has to be waited for.
   * @param beforeClick when the action is there and is not taken yet
   */
  async apply(title: string, beforeClick: () => void = () => {}): Promise<void> {
    await this.focused.waitFor();
    const menu = this.page.locator(".action-widget .monaco-list-row");
    const nothing = this.page.locator(".monaco-editor-overlaymessage", { hasText: "No " });
    const answer = this.page
      .locator(".action-widget .monaco-list-row, .monaco-editor-overlaymessage")
      .first();
    const action = menu.filter({ hasText: title }).first();
    await untilTrue(`the action ${title}`, async () => {
      await this.page.keyboard.press("Control+.");
      if (!(await becomes(answer, "visible"))) return false;
      if ((await action.count()) > 0) {
        beforeClick();
        // A menu goes too when its editor gets another size (`onDidLayoutChange` in `codeActionController.ts`).
        return succeeds(action.click({ timeout: aWhile }));
      }
      await this.page.keyboard.press("Escape");
      await menu.first().waitFor({ state: "hidden" });
      await nothing.waitFor({ state: "hidden" });
      return false;
    });
    await menu.first().waitFor({ state: "hidden" });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tab.active.dirty").first().waitFor({ state: "hidden" });
  }

  /** Goes to a problem of the Problems view, with the keyboard in the editor. */
  async goToProblem(text: string): Promise<void> {
    // The first click shows the place and leaves the keyboard with the list.
    const place = this.focused.locator(".selected-text").first();
    await clickUntil(this.problem(text), place, "visible", (row) => row.dblclick({ timeout: aWhile }));
  }

  /** A command of the menu of a row in the side bar. */
  async menu(row: string | RegExp, command: string): Promise<void> {
    const item = this.page.locator(".monaco-menu .action-item", { hasText: command }).first();
    const open = (each: Locator): Promise<void> => each.click({ button: "right", timeout: aWhile });
    await clickUntil(this.treeRow(row), item, "visible", open);
    // By keyboard: for a moment after it was opened a menu takes no clicks, lest the one that opened it chooses.
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

  get #quickInput(): Locator {
    return this.page.locator(".quick-input-widget");
  }

  /** The palette does not notice that a command has become available while it is open. */
  async #palette(command: string): Promise<void> {
    for (;;) {
      await this.#ask("F1", `>${command}`);
      await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
      if ((await this.row(command).count()) > 0) return;
      await this.#closeQuickInput();
    }
  }

  /**
   * Writes into the quick input that a key opens. Whatever takes the keyboard closes it, an editor that an extension
   * shows or one that comes late (`onDidBlur` in `quickInputController.ts`): a user presses the key again.
   */
  async #ask(key: string, text: string): Promise<void> {
    const input = this.#quickInput.locator(".quick-input-filter input");
    await untilTrue(`the input for ${text}`, async () => {
      await this.page.keyboard.press(key);
      return (await becomes(input, "visible")) && (await succeeds(input.fill(text, { timeout: aWhile })));
    });
  }

  /** @returns whether the row was there to be clicked, and took the click */
  async #take(row: Locator): Promise<boolean> {
    for (let attempts = 0; attempts < 3; attempts++) {
      if (!(await succeeds(row.click({ timeout: aWhile })))) continue;
      if (await becomes(this.#quickInput, "hidden")) return true;
    }
    return false;
  }

  async #closeQuickInput(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.#quickInput.waitFor({ state: "hidden" });
  }
}

/** Milliseconds after which something is tried again; nothing waits that long on an idle machine. */
const aWhile = 15_000;

/**
 * A list or a view that is drawn again between the press and the release of the button has taken no click: a user clicks
 * again. Not for what must not be done twice.
 */
export async function clickUntil(
  target: Locator,
  result: Locator,
  state: "visible" | "hidden" = "visible",
  click: (target: Locator) => Promise<void> = (each) => each.click({ timeout: aWhile }),
): Promise<void> {
  for (let attempts = 0; attempts < 10; attempts++) {
    await succeeds(click(target));
    if (await becomes(result, state)) return;
  }
  // Its failure names what was waited for.
  await result.waitFor({ state });
}

/** @param what is tried, for a failure */
async function untilTrue(what: string, attempt: () => Promise<boolean>): Promise<void> {
  for (let attempts = 0; attempts < 10; attempts++) if (await attempt()) return;
  throw new Error(`Ten times in vain: ${what}`);
}

async function becomes(locator: Locator, state: "visible" | "hidden"): Promise<boolean> {
  return succeeds(locator.waitFor({ state, timeout: aWhile }));
}

/** Whether something was done before its time was over. */
async function succeeds(action: Promise<void>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return false;
    throw error;
  }
}
