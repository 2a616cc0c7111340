import { type CancellationToken, CancellationTokenSource } from "vscode-languageserver";
import { CancelledError } from "../base/cancellation.ts";

export interface AnalysisLoopOptions<Result> {
  /** Computes the result of the present state. Cancelled as soon as the state changes. */
  readonly run: (token: CancellationToken) => Promise<Result>;
  /** Milliseconds to wait after a change, so that a burst of changes is one run. */
  readonly delay: number;
  /** Called before those who wait for the result get it. */
  readonly onResult: (result: Result) => void;
  readonly onError: (error: unknown) => void;
}

interface Waiter<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

type Outcome<Result> =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "error"; readonly error: unknown };

/**
 * Keeps a result up to date with a state that changes: one run at a time, the newest state wins.
 * Whoever asks for the result gets that of the state at the time of the answer.
 */
export class AnalysisLoop<Result> {
  readonly #options: AnalysisLoopOptions<Result>;
  readonly #waiters = new Set<Waiter<Result>>();
  /** Undefined while the state has changes that no finished run covers. */
  #outcome: Outcome<Result> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: CancellationTokenSource | undefined;
  #disposed = false;

  constructor(options: AnalysisLoopOptions<Result>) {
    this.#options = options;
  }

  /**
   * Says that the state has changed.
   * @param delay milliseconds to wait for more changes
   */
  invalidate(delay: number = this.#options.delay): void {
    if (this.#disposed) return;
    this.#outcome = undefined;
    this.#running?.cancel();
    this.#schedule(delay);
  }

  /** Whether a finished run covers all changes. */
  get isCurrent(): boolean {
    return this.#outcome !== undefined;
  }

  /** Somebody waits: the next run begins at once. */
  hurry(): void {
    if (this.#timer !== undefined) this.#schedule(0);
  }

  /**
   * @throws CancelledError when the token asks for it, or when the loop is disposed
   * @throws whatever the run threw
   */
  current(token: CancellationToken): Promise<Result> {
    if (this.#disposed || token.isCancellationRequested)
      return Promise.reject(new CancelledError("cancelled"));
    switch (this.#outcome?.kind) {
      case "result":
        return Promise.resolve(this.#outcome.result);
      case "error":
        return Promise.reject(this.#outcome.error);
      case undefined:
        return this.#wait(token);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#running?.cancel();
    for (const waiter of this.#waiters) waiter.reject(new CancelledError("disposed"));
    this.#waiters.clear();
  }

  #wait(token: CancellationToken): Promise<Result> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      this.#waiters.add(waiter);
      token.onCancellationRequested(() => {
        if (this.#waiters.delete(waiter)) reject(new CancelledError("cancelled"));
      });
    });
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#running === undefined) void this.#run();
    }, delay);
  }

  async #run(): Promise<void> {
    const source = new CancellationTokenSource();
    this.#running = source;
    const outcome = await this.#outcomeOfRun(source.token);
    this.#running = undefined;
    if (this.#disposed) return;
    // A change came while it ran: what it found is out of date already.
    if (source.token.isCancellationRequested) {
      if (this.#timer === undefined) this.#schedule(0);
      return;
    }
    this.#finish(outcome);
  }

  async #outcomeOfRun(token: CancellationToken): Promise<Outcome<Result>> {
    try {
      return { kind: "result", result: await this.#options.run(token) };
    } catch (error) {
      return { kind: "error", error };
    }
  }

  #finish(outcome: Outcome<Result>): void {
    this.#outcome = outcome;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    if (outcome.kind === "result") {
      this.#options.onResult(outcome.result);
      for (const waiter of waiters) waiter.resolve(outcome.result);
    } else {
      this.#options.onError(outcome.error);
      for (const waiter of waiters) waiter.reject(outcome.error);
    }
  }
}
