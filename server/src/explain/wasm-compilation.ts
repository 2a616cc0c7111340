import { setFlagsFromString } from "node:v8";

/**
 * Has V8 compile WebAssembly once, fast, and no function a second time, optimised. Where languages are parsed and
 * interpreted, most of the time goes through a few enormous functions (PostgreSQL's grammar, Python's evaluation loop):
 * compiling those again takes longer than a project's querysets. For what this process loads from here on, in all threads.
 */
export function compileOnlyOnce(): void {
  // A V8 that does not know a flag says so on standard error and goes on.
  for (const flag of flags) setFlagsFromString(flag);
}

/** V8's usual way, for what runs for seconds: functions that run often are compiled again, in the background. */
export function compileTwice(): void {
  for (const flag of flags) setFlagsFromString(flag.replace("--no-", "--"));
}

const flags = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];
