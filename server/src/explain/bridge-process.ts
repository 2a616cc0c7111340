import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ExplainError } from "./explain-error.ts";

const longestAnswer = 64 * 1024 * 1024;
const longestOutput = 4_000;

export type BridgeReply =
  | { readonly kind: "answer"; readonly answer: unknown }
  | { readonly kind: "ended"; readonly error: ExplainError };

export interface BridgeLaunch {
  readonly command: string;
  readonly args: readonly string[];
  /** The working folder. */
  readonly folder: string;
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** For messages: `the Python interpreter`. */
  readonly description: string;
}

interface Pending {
  readonly id: number;
  readonly settle: (reply: BridgeReply) => void;
}

/**
 * A process that runs the bridge: one JSON object a line in both directions, one request at a time.
 * It is killed with everything it started when it is late or says too much.
 */
export class BridgeProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #pending: Pending | undefined;
  #lastId = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #received = "";
  #output = "";
  #end: ExplainError | undefined;

  constructor({ command, args, folder, environment, description }: BridgeLaunch) {
    this.#child = spawn(command, args, {
      cwd: folder,
      env: environment,
      stdio: ["pipe", "pipe", "pipe"],
      // A process group of its own, to be killed as a whole, without our terminal.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    process.once("exit", this.kill);
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#receive(text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#output = (this.#output + text).slice(-longestOutput);
    });
    // Writing to a process that has just died: `close` tells why.
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) =>
      this.#finish({ kind: "interpreter", message: `${command}: ${error.message}` }),
    );
    this.#child.on("close", (code, signal) => {
      const detail = this.#output.trim();
      const message = `${description} ended unexpectedly (${signal ?? `exit status ${code}`})`;
      this.#finish({ kind: "interpreter", message, ...(detail ? { detail } : {}) });
    });
  }

  /** @param timeoutMs counts from when the request is sent */
  request(content: object, timeoutMs: number): Promise<BridgeReply> {
    const reply = this.#queue.then(() => this.#send(content, timeoutMs));
    this.#queue = reply;
    return reply;
  }

  /** Ends the process and the processes of its group at once. */
  readonly kill = (): void => {
    process.off("exit", this.kill);
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    try {
      if (process.platform === "win32") this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  };

  #send(content: object, timeoutMs: number): Promise<BridgeReply> {
    if (this.#end !== undefined) return Promise.resolve({ kind: "ended", error: this.#end });
    return new Promise((resolve) => {
      const id = this.#lastId++;
      const seconds = Math.round(timeoutMs / 1000);
      const timer = setTimeout(() => {
        this.#finish({
          kind: "timeout",
          message: `the project's code did not come back within ${seconds} s; its interpreter was stopped`,
        });
      }, timeoutMs);
      this.#pending = {
        id,
        settle: (reply) => {
          clearTimeout(timer);
          this.#pending = undefined;
          resolve(reply);
        },
      };
      this.#child.stdin.write(`${JSON.stringify({ ...content, id })}\n`);
    });
  }

  #receive(text: string): void {
    this.#received += text;
    if (this.#received.length > longestAnswer) {
      this.#finish({ kind: "internal", message: "the bridge to Django said too much and was stopped" });
      return;
    }
    for (let end = this.#received.indexOf("\n"); end >= 0; end = this.#received.indexOf("\n")) {
      const line = this.#received.slice(0, end);
      this.#received = this.#received.slice(end + 1);
      const answer = parseObject(line);
      if (answer !== undefined && answer.id === this.#pending?.id)
        this.#pending?.settle({ kind: "answer", answer });
    }
  }

  #finish(error: ExplainError): void {
    this.#end ??= error;
    this.kill();
    this.#pending?.settle({ kind: "ended", error: this.#end });
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // Not from the bridge: it writes nothing but JSON.
  }
}
