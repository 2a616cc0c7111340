/** What the interpreter in the sandbox answered for a project, kept from one session to the next. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { CacheFolder } from "../../platform/cache-folder.ts";
import type { KeptAnswers } from "../bridge-compiler.ts";

/** Bytes of all answers in a file. */
const largest = 64 * 1024 * 1024;
/** Several answers are written at once. */
const writeDelayMs = 300;

const content = z.object({ key: z.string(), answers: z.record(z.string(), z.unknown()) });

/**
 * The sandbox reaches nothing but what it is sent, so its answers are those of the inputs, and of the clock. SQL for
 * which the clock was read is not given here; what modules have read of it when they were loaded holds for a day.
 * @param inputs all that the answers depend on, as plain data: the build and the texts of the project's files
 */
export class AnswersInFolder implements KeptAnswers {
  readonly #folder: CacheFolder;
  readonly #key: string;
  readonly #lasting: AnswerFile;
  #day = "";
  #ofDay: AnswerFile | undefined;
  #writing: NodeJS.Timeout | undefined;

  constructor(folder: CacheFolder, inputs: unknown) {
    this.#folder = folder;
    this.#key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
    this.#lasting = new AnswerFile(folder, this.#key, this.#key);
  }

  read(request: object): unknown {
    return this.#fileFor(request).read(JSON.stringify(request));
  }

  write(request: object, answer: unknown): void {
    this.#fileFor(request).write(JSON.stringify(request), answer);
    this.#writing ??= setTimeout(() => this.flush(), writeDelayMs).unref();
  }

  /** Another process may write its own at the same time: the last one stays, and what is missing is asked again. */
  flush(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    this.#lasting.flush();
    this.#ofDay?.flush();
  }

  #fileFor(request: object): AnswerFile {
    if ("method" in request && request.method !== "compile") return this.#lasting;
    const today = new Date().toISOString().slice(0, 10);
    if (this.#ofDay === undefined || this.#day !== today) {
      this.#day = today;
      // Takes the place of yesterday's.
      this.#ofDay = new AnswerFile(this.#folder, `${this.#key}-day`, `${this.#key} ${today}`);
    }
    return this.#ofDay;
  }
}

/** Answers by request, read when they are first asked for. */
class AnswerFile {
  readonly #folder: CacheFolder;
  readonly #name: string;
  readonly #key: string;
  #answers: Map<string, unknown> | undefined;
  #isWritten = true;

  /** @param key what else the file holds is not read */
  constructor(folder: CacheFolder, name: string, key: string) {
    this.#folder = folder;
    this.#name = name;
    this.#key = key;
  }

  read(request: string): unknown {
    return this.#all().get(request);
  }

  write(request: string, answer: unknown): void {
    this.#all().set(request, answer);
    this.#isWritten = false;
  }

  flush(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    const text = JSON.stringify({ key: this.#key, answers: Object.fromEntries(this.#all()) });
    // Where it cannot be kept, it works without, only slower.
    if (text.length <= largest) this.#folder.write(this.#name, gzipSync(text, { level: 1 }));
  }

  #all(): Map<string, unknown> {
    this.#answers ??= this.#load();
    return this.#answers;
  }

  #load(): Map<string, unknown> {
    const kept = this.#folder.read(this.#name);
    const parsed = kept.kind === "bytes" ? parse(kept.bytes) : undefined;
    return new Map(Object.entries(parsed?.key === this.#key ? parsed.answers : {}));
  }
}

/** Undefined for what is damaged. */
function parse(bytes: Uint8Array): z.output<typeof content> | undefined {
  try {
    return content.safeParse(JSON.parse(gunzipSync(bytes, { maxOutputLength: 4 * largest }).toString())).data;
  } catch {
    return undefined;
  }
}
