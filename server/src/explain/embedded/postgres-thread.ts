import { Worker } from "node:worker_threads";
import { embeddedFiles } from "./embedded-files.ts";
import type {
  DatabaseFailure,
  FileSize,
  Purpose,
  ThreadAnswer,
  ThreadCall,
  ThreadData,
  ThreadMessage,
  ThreadRequest,
} from "./thread-messages.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What PostgreSQL, or the thread around it, said instead of an answer. */
export class DatabaseError extends Error {
  /** SQLSTATE; undefined where the thread ended before PostgreSQL answered. */
  readonly code: string | undefined;

  constructor({ message, code }: DatabaseFailure) {
    super(message);
    this.code = code;
  }
}

interface Pending {
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: DatabaseError) => void;
}

const startLimitMs = 60_000;

/**
 * PostgreSQL in a thread of its own. `statement_timeout` does not fire in WebAssembly, so what takes too long ends the
 * thread, and all later calls fail.
 */
export class PostgresThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<void>;
  #lastId = 0;
  #end: DatabaseError | undefined;

  /** @param folder with `embeddedFiles`, ending in a slash */
  constructor(folder: URL, purpose: Purpose) {
    const data: ThreadData = { folder: folder.href, purpose };
    this.#worker = new Worker(new URL(embeddedFiles.program, folder), { workerData: data });
    this.#ready = new Promise((resolve) => {
      this.#worker.on("message", (message: ThreadMessage) => {
        if (message.kind === "ready") resolve();
        else this.#settle(message.id, message.answer);
      });
      this.#worker.once("exit", () => resolve());
    });
    this.#worker.on("error", (error) => this.#finish(error.message));
    this.#worker.on("exit", () => this.#finish("it ended unexpectedly"));
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /**
   * One statement with bound values.
   * @throws DatabaseError
   */
  query(text: string, values: readonly (string | null)[], limitMs: number): Promise<readonly Row[]> {
    return this.#call({ kind: "query", text, values }, limitMs);
  }

  /**
   * Any number of statements, without values.
   * @returns the rows of the last one
   * @throws DatabaseError
   */
  run(text: string, limitMs: number): Promise<readonly Row[]> {
    return this.#call({ kind: "run", text }, limitMs);
  }

  /** See `setRelationSize`. */
  async resize(files: readonly FileSize[]): Promise<void> {
    await this.#call({ kind: "resize", files }, startLimitMs);
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    this.#finish("it was stopped");
    await this.#worker.terminate();
  }

  async #call(call: ThreadCall, limitMs: number): Promise<readonly Row[]> {
    await this.#withLimit(this.#ready, startLimitMs);
    if (this.#end !== undefined) throw this.#end;
    const id = this.#lastId++;
    const answer = new Promise<readonly Row[]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    const request: ThreadRequest = { id, call };
    this.#worker.postMessage(request);
    return this.#withLimit(answer, limitMs);
  }

  async #withLimit<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
    const stop = (): void => {
      this.#finish(`it did not finish within ${limitMs / 1000} s and was stopped`);
      void this.#worker.terminate();
    };
    const timer = setTimeout(stop, limitMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(id: number, answer: ThreadAnswer): void {
    if (answer.kind === "error" && answer.error.code === undefined) {
      // Not PostgreSQL's own error: what it answers from now on can't be relied on.
      this.#finish(answer.error.message);
      void this.#worker.terminate();
      return;
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    switch (answer.kind) {
      case "rows":
        pending?.resolve(answer.rows);
        break;
      case "error":
        pending?.reject(new DatabaseError(answer.error));
        break;
    }
  }

  #finish(reason: string): void {
    this.#end ??= new DatabaseError({ message: `the embedded PostgreSQL: ${reason}`, code: undefined });
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
  }
}
