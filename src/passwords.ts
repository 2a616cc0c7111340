import { type ExtensionContext, l10n, type Memento, type SecretStorage, window } from "vscode";

const secretKeysKey = "queryscope.explain.secretKeys";

/** @param refused what is said instead of where it is kept, when one was entered before */
export function askForPassword(title: string, refused: string | undefined): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt: refused ?? l10n.t("It is kept in the secret storage of VS Code."),
    password: true,
    ignoreFocusOut: true,
  });
}

/** Passwords in the secret storage of VS Code, and the keys of all of them, so that they can be forgotten together. */
export class Passwords {
  readonly #secrets: SecretStorage;
  readonly #globalState: Memento;

  constructor({ secrets, globalState }: Pick<ExtensionContext, "secrets" | "globalState">) {
    this.#secrets = secrets;
    this.#globalState = globalState;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#secrets.get(key);
  }

  async keep(key: string, password: string): Promise<void> {
    await this.#secrets.store(key, password);
    await this.#globalState.update(secretKeysKey, [...new Set([...this.#keys(), key])]);
  }

  async forget(key: string): Promise<void> {
    await this.#secrets.delete(key);
  }

  async forgetAll(): Promise<void> {
    for (const key of this.#keys()) await this.#secrets.delete(key);
    await this.#globalState.update(secretKeysKey, undefined);
  }

  #keys(): readonly string[] {
    return this.#globalState.get<readonly string[]>(secretKeysKey) ?? [];
  }
}
