/**
 * The program in the sandbox. `snapshot` writes the memory of a prepared interpreter to standard output; `run [FILE]`
 * answers the bridge's requests, with the snapshot in a file; `bare` does so with the Django that comes with the first.
 */
import { readFileSync } from "node:fs";
import { compileOnlyOnce } from "../../wasm-compilation.ts";
import { lineReader, writeAll } from "./lines.ts";
import { isConfined, lockDown, prepareForPyodide } from "./lockdown.ts";
import { writeSources } from "./project-files.ts";
import { makeSnapshot, startPython } from "./python.ts";

const memoryLimit = 1024 ** 3;

const [, , mode, snapshotFile] = process.argv;
/** Node's `exit` goes through parts of `process` that are taken away. */
const exit = (process as typeof process & { reallyExit(status: number): never }).reallyExit.bind(process);

if (!isConfined()) {
  fail("the JavaScript runtime has no permission model, without which project code is not run");
}
compileOnlyOnce();
prepareForPyodide(memoryLimit);
try {
  if (mode === "snapshot") writeAll(1, await makeSnapshot());
  else await answerRequests();
} catch (error) {
  // Without the stack: it goes through a megabyte of generated code on one line.
  fail(error instanceof Error ? error.message : String(error));
}
exit(0);

async function answerRequests(): Promise<void> {
  const snapshot = snapshotFile === undefined ? undefined : readFileSync(snapshotFile);
  const { python, answer } = await startPython(snapshot, mode !== "bare");
  const nextLine = lineReader();
  lockDown();
  for (let line = nextLine(); line !== undefined; line = nextLine()) {
    const request = writeSources(python.FS, line);
    writeAll(1, Buffer.from(`${answer(request)}\n`));
  }
}

function fail(message: string): void {
  writeAll(2, Buffer.from(`${message}\n`));
  exit(1);
}
