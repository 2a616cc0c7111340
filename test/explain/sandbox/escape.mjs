/**
 * Tries to leave the sandbox as JavaScript could, and prints what came of each attempt. Arguments: a file that may not
 * be read, a path that may not be written, the port of a server. With `lockdown.mjs` beside it, after the lockdown.
 */
import childProcess from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import { Worker } from "node:worker_threads";

const [, , unreadable, unwritable, port, lockdown] = process.argv;
if (lockdown !== undefined) {
  const { lockDown, prepareForPyodide } = await import(lockdown);
  prepareForPyodide(64 * 1024 * 1024);
  lockDown();
}

const outcomes = {};

async function attempt(name, action) {
  try {
    outcomes[name] = `done: ${await action()}`;
  } catch (error) {
    outcomes[name] = error.code ?? error.message;
  }
}

function connect() {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), "127.0.0.1", () => resolve("connected"));
    socket.on("error", reject);
  });
}

await attempt("read", () => fs.readFileSync(unreadable, "utf8").length);
await attempt("write", () => fs.writeFileSync(unwritable, "x"));
await attempt("process", () => childProcess.execFileSync("/bin/true"));
await attempt("worker", () => new Worker("1", { eval: true }));
await attempt("code", () => new Function("return 1")());
await attempt("connect", connect);
await attempt("fetch", () => fetch(`http://127.0.0.1:${port}/`));
await attempt("signal", () => process.kill(process.ppid, 0));
await attempt("native code", () => process.dlopen({ exports: {} }, unreadable));
await attempt("modules by name", () => process.getBuiltinModule("node:net") ?? "nothing");
await attempt("memory", () => new WebAssembly.Memory({ initial: 1 }).grow(2000));
outcomes.environment = Object.keys(process.env ?? {})
  .sort()
  .join(" ");
fs.writeSync(1, JSON.stringify(outcomes));
process.reallyExit(0);
