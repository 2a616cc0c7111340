/** What the interpreter in the sandbox answered for a project, kept from one session to the next. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { CacheFolder } from "../../platform/cache-folder.ts";
import type { KeptAnswers } from "../bridge-compiler.ts";

/** Bytes of all answers for one state of a project. */
const largest = 64 * 1024 * 1024;
/** Several answers are written at once. */
const writeDelayMs = 300;

const answers = z.record(z.string(), z.unknown());
const content = z.object({ key: z.string(), lasting: answers, day: z.string(), ofDay: answers });

/** By request. */
interface Answers {
  readonly lasting: Map<string, unknown>;
  readonly day: string;
  /** Conditions are compared with the present: a queryset's SQL holds for a day. */
  readonly ofDay: Map<string, unknown>;
}

/**
 * The sandbox reaches nothing but what it is sent, so its answers are those of the inputs, apart from the date.
 * @param inputs all that the answers depend on, as plain data: the build and the texts of the project's files
 */
export class AnswersInFolder implements KeptAnswers {
  readonly #folder: CacheFolder;
  readonly #key: string;
  #answers: Answers | undefined;
  #writing: NodeJS.Timeout | undefined;

  constructor(folder: CacheFolder, inputs: unknown) {
    this.#folder = folder;
    this.#key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
  }

  read(request: object): unknown {
    return this.#answersTo(request).get(JSON.stringify(request));
  }

  write(request: object, answer: unknown): void {
    this.#answersTo(request).set(JSON.stringify(request), answer);
    this.#writing ??= setTimeout(() => this.flush(), writeDelayMs).unref();
  }

  /** Another process may write its own at the same time: the last one stays, and what is missing is asked again. */
  flush(): void {
    if (this.#writing === undefined) return;
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const { lasting, day, ofDay } = this.#current();
    const kept = { lasting: Object.fromEntries(lasting), day, ofDay: Object.fromEntries(ofDay) };
    const text = JSON.stringify({ key: this.#key, ...kept });
    // Where it cannot be kept, it works without, only slower.
    if (text.length <= largest) this.#folder.write(this.#key, gzipSync(text, { level: 1 }));
  }

  #answersTo(request: object): Map<string, unknown> {
    const { lasting, ofDay } = this.#current();
    return "method" in request && request.method !== "compile" ? lasting : ofDay;
  }

  /** Without those of former days. */
  #current(): Answers {
    const present = this.#answers ?? this.#load();
    const day = new Date().toISOString().slice(0, 10);
    this.#answers = present.day === day ? present : { lasting: present.lasting, day, ofDay: new Map() };
    return this.#answers;
  }

  #load(): Answers {
    const kept = this.#folder.read(this.#key);
    const parsed = kept.kind === "bytes" ? parse(kept.bytes) : undefined;
    const { lasting = {}, day = "", ofDay = {} } = parsed?.key === this.#key ? parsed : {};
    return { lasting: new Map(Object.entries(lasting)), day, ofDay: new Map(Object.entries(ofDay)) };
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
