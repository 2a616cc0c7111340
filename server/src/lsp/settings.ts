import { Emitter, type Event } from "vscode-languageserver";

export type DiagnosticMode = "openFiles" | "workspace" | "off";

/** The settings that concern the editor alone; those of the analysis belong to `lint/`. */
export class Settings {
  readonly #changed = new Emitter<void>();
  #configuredMode: DiagnosticMode | undefined;
  #section: unknown;
  #wholeWorkspace = false;
  #codeLens = false;
  #inlayHints = false;

  /** Fires when one of them has another value. */
  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  /**
   * Which files have diagnostics. Undefined where the client has no such setting: then what it asks for is answered,
   * and what is open is pushed.
   */
  get diagnosticMode(): DiagnosticMode | undefined {
    return this.#wholeWorkspace ? "workspace" : this.#configuredMode;
  }

  /** Whether entries into the project show what they cost. */
  get codeLens(): boolean {
    return this.#codeLens;
  }

  /** Whether the places are marked at which queries are sent. */
  get inlayHints(): boolean {
    return this.#inlayHints;
  }

  /** What the client holds under `queryscope` for the window. */
  get section(): unknown {
    return this.#section;
  }

  /** @param section what the client holds under `queryscope`; anything that does not fit counts as not set */
  configure(section: unknown): void {
    this.#section = section;
    const mode = propertyOf(section, "diagnosticMode");
    this.#change(() => {
      this.#configuredMode =
        mode === "openFiles" || mode === "workspace" || mode === "off" ? mode : undefined;
      this.#codeLens = showsCodeLens(section);
      this.#inlayHints = propertyOf(section, "inlayHints") === true;
    });
  }

  /** From now on every file has diagnostics, whatever is configured. */
  showWholeWorkspace(): void {
    this.#change(() => {
      this.#wholeWorkspace = true;
    });
  }

  #change(change: () => void): void {
    const state = (): string => [this.diagnosticMode, this.#codeLens, this.#inlayHints].join();
    const before = state();
    change();
    if (state() !== before) this.#changed.fire();
  }
}

/** @param section what the client holds under `queryscope` */
export function showsCodeLens(section: unknown): boolean {
  return propertyOf(section, "codeLens") === true;
}

export function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
