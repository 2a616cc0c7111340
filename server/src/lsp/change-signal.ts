import type { CancellationToken, Disposable } from "vscode-languageserver";
import { CancelledError } from "../base/cancellation.ts";

/** Counts changes, so that one who looks and then waits misses none between. */
export class ChangeSignal {
  readonly #waiters = new Set<() => void>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  fire(): void {
    this.#count++;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resume of waiters) resume();
  }

  /**
   * Resolves when there has been a change after the one that `count` counted.
   * @throws CancelledError when the token asks for it
   */
  async after(count: number, token: CancellationToken): Promise<void> {
    if (token.isCancellationRequested) throw new CancelledError("cancelled");
    if (this.#count > count) return;
    let cancellation: Disposable | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiters.add(resolve);
        cancellation = token.onCancellationRequested(() => {
          this.#waiters.delete(resolve);
          reject(new CancelledError("cancelled"));
        });
      });
    } finally {
      cancellation?.dispose();
    }
  }
}
