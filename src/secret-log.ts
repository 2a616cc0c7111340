import type { LogOutputChannel, ViewColumn } from "vscode";

const hidden = "***";

/**
 * A log channel in which secrets do not appear: the trace of the protocol writes down whole messages, and one of them
 * carries a password.
 */
export class SecretLog implements LogOutputChannel {
  readonly #log: LogOutputChannel;
  readonly #secrets = new Set<string>();

  constructor(log: LogOutputChannel) {
    this.#log = log;
  }

  /** From now on this text is not written, neither plain nor as in JSON. */
  keepOut(secret: string): void {
    if (secret === "") return;
    this.#secrets.add(secret);
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
  }

  get name(): string {
    return this.#log.name;
  }

  get logLevel(): LogOutputChannel["logLevel"] {
    return this.#log.logLevel;
  }

  get onDidChangeLogLevel(): LogOutputChannel["onDidChangeLogLevel"] {
    return this.#log.onDidChangeLogLevel;
  }

  trace(message: string, ...more: unknown[]): void {
    this.#log.trace(this.#clean(message), ...more.map(this.#cleanAny));
  }

  debug(message: string, ...more: unknown[]): void {
    this.#log.debug(this.#clean(message), ...more.map(this.#cleanAny));
  }

  info(message: string, ...more: unknown[]): void {
    this.#log.info(this.#clean(message), ...more.map(this.#cleanAny));
  }

  warn(message: string, ...more: unknown[]): void {
    this.#log.warn(this.#clean(message), ...more.map(this.#cleanAny));
  }

  error(error: string | Error, ...more: unknown[]): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : error;
    this.#log.error(this.#clean(message), ...more.map(this.#cleanAny));
  }

  append(value: string): void {
    this.#log.append(this.#clean(value));
  }

  appendLine(value: string): void {
    this.#log.appendLine(this.#clean(value));
  }

  replace(value: string): void {
    this.#log.replace(this.#clean(value));
  }

  clear(): void {
    this.#log.clear();
  }

  show(columnOrPreserve?: ViewColumn | boolean, preserveFocus?: boolean): void {
    this.#log.show(typeof columnOrPreserve === "boolean" ? columnOrPreserve : preserveFocus);
  }

  hide(): void {
    this.#log.hide();
  }

  dispose(): void {
    this.#log.dispose();
  }

  #clean(text: string): string {
    let result = text;
    for (const secret of this.#secrets) result = result.replaceAll(secret, hidden);
    return result;
  }

  readonly #cleanAny = (value: unknown): unknown => {
    if (this.#secrets.size === 0) return value;
    return this.#clean(typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)));
  };
}
