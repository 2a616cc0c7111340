/**
 * The program of the thread in which PostgreSQL runs: WebAssembly, on files in memory. Nothing of the user's project
 * comes here but table definitions and statements; a thread can be ended whatever PostgreSQL does.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { brotliDecompressSync } from "node:zlib";
import { type Extensions, PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { compileOnlyOnce, compileTwice } from "../wasm-compilation.ts";
import { embeddedExtensions, embeddedFiles } from "./embedded-files.ts";
import { setRelationSize } from "./relation-size.ts";
import type {
  ThreadAnswer,
  ThreadCall,
  ThreadData,
  ThreadMessage,
  ThreadRequest,
} from "./thread-messages.ts";

declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<NonNullable<PGliteOptions["pgliteWasmModule"]>>;
};

const dataRoot = "/pglite/data";

/**
 * PostgreSQL compiled for this thread alone. V8 shares what it compiled between threads with the same bytes, and with it
 * how: the bytes are others by a section that means nothing.
 */
function ownPostgres(folder: string): ReturnType<typeof WebAssembly.compile> {
  const name = Buffer.from("of this thread");
  const section = Buffer.from([0, name.length + 1, name.length, ...name]);
  return WebAssembly.compile(Buffer.concat([readFileSync(new URL(embeddedFiles.postgres, folder)), section]));
}

/** PGlite finds its own files beside the program. */
async function start({ folder, purpose }: ThreadData): Promise<PGlite> {
  if (purpose === "plan") compileOnlyOnce();
  else compileTwice();
  const archive = readFileSync(new URL(embeddedFiles.dataDirectory, folder));
  const extensions: Extensions = Object.fromEntries(
    embeddedExtensions.map((name) => [
      name,
      { name, setup: async () => ({ bundlePath: new URL(embeddedFiles.extension(name), folder) }) },
    ]),
  );
  const database = await PGlite.create({
    loadDataDir: new Blob([brotliDecompressSync(archive)]),
    extensions,
    ...(purpose === "run" ? { pgliteWasmModule: await ownPostgres(folder) } : {}),
  });
  // Its own defaults are those of a single user; these are a server's.
  await database.exec(`
    SET max_parallel_workers = 8;
    SET max_parallel_workers_per_gather = 2;
    SET client_min_messages = error;
  `);
  return database;
}

async function answerTo(database: PGlite, call: ThreadCall): Promise<ThreadAnswer> {
  try {
    switch (call.kind) {
      case "query": {
        const { rows, fields } = await database.query<Record<string, unknown>>(call.text, [...call.values]);
        // Loading an extension's code fails now and then, without a word, and leaves PostgreSQL unusable.
        if (fields.length === 0) throw new Error("it gave no answer");
        return { kind: "rows", rows };
      }
      case "run": {
        const results = await database.exec(call.text);
        return { kind: "rows", rows: results.at(-1)?.rows ?? [] };
      }
      case "resize": {
        for (const { path, pages } of call.files)
          setRelationSize(database.Module.FS, `${dataRoot}/${path}`, pages);
        return { kind: "rows", rows: [] };
      }
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { kind: "error", error: { message, code: typeof code === "string" ? code : undefined } };
  }
}

function send(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

const started = start(workerData);
parentPort?.on("message", async ({ id, call }: ThreadRequest) => {
  send({ kind: "answer", id, answer: await answerTo(await started, call) });
});
started.then(
  () => send({ kind: "ready" }),
  // Ends the thread: its `error` tells why.
  (error: unknown) =>
    setImmediate(() => {
      throw error;
    }),
);
