/**
 * Takes from this process what project code could use to leave it. Node's permission model and, where the system has
 * one, the network name space stand behind this; here is removed what they leave open.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const pageBytes = 65_536;

/** Not among Node's types: the part of it that is changed here. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: MemoryObject };
};

interface MemoryObject {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What Node and Emscripten themselves ask of `process` from here on. */
const keptOfProcess = new Set([
  "arch",
  "argv",
  "cwd",
  "domain",
  "emit",
  "env",
  "exit",
  "exitCode",
  "getegid",
  "geteuid",
  "getgid",
  "getuid",
  "hrtime",
  "listenerCount",
  "memoryUsage",
  "nextTick",
  "off",
  "on",
  "once",
  "platform",
  "reallyExit",
  "release",
  "removeListener",
  "uptime",
  "version",
  "versions",
]);

const noTerminal = Object.freeze({ isTTY: false });

const networkOfGlobal = [
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "CloseEvent",
  "Request",
  "Response",
  "BroadcastChannel",
  "MessageChannel",
  "MessagePort",
  "Worker",
  "navigator",
  "require",
];

/** Before Pyodide loads. It asks for constants of the file system in a way that the permission model refuses. */
export function prepareForPyodide(memoryLimit: number): void {
  Object.defineProperty(process, "binding", { configurable: true, value: () => ({ fs: fs.constants }) });
  limitMemory(memoryLimit);
}

/** When Pyodide is loaded and before project code runs. Can't be undone. */
export function lockDown(): void {
  for (const name of networkOfGlobal) Reflect.deleteProperty(globalThis, name);
  refuse(net.Socket.prototype, ["connect"]);
  refuse(net.Server.prototype, ["listen"]);
  refuse(net, ["connect", "createConnection", "createServer"]);
  refuse(dgram.Socket.prototype, ["bind", "connect", "send", "sendto"]);
  refuse(dgram, ["createSocket"]);
  refuse(
    dns,
    Object.keys(dns).filter((name) => /^(lookup|resolve|reverse)/.test(name)),
  );
  refuse(
    dns.promises,
    Object.keys(dns.promises).filter((name) => /^(lookup|resolve|reverse)/.test(name)),
  );
  syncBuiltinESMExports();
  // It writes to streams that are sockets.
  for (const name of Object.keys(console)) Object.defineProperty(console, name, { value: () => {} });
  for (const name of Reflect.ownKeys(process)) {
    if (typeof name === "string" && keptOfProcess.has(name)) continue;
    const own = Object.getOwnPropertyDescriptor(process, name);
    // Emscripten asks whether a stream is a terminal; the real ones are sockets.
    const value = name === "stdin" || name === "stdout" || name === "stderr" ? noTerminal : undefined;
    if (own?.configurable) Object.defineProperty(process, name, { configurable: false, value });
  }
}

/** Whether Node keeps this process from the file system, other processes and threads. */
export function isConfined(): boolean {
  const { permission } = process;
  return (
    permission !== undefined &&
    !permission.has("fs.write") &&
    !permission.has("child") &&
    !permission.has("worker")
  );
}

/** Python's memory, in bytes: what it asks for beyond is a `MemoryError`. */
function limitMemory(limit: number): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (this: MemoryObject, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > limit) throw new RangeError("memory limit");
    return grow.call(this, pages);
  };
}

function refuse(owner: object, names: readonly string[]): void {
  for (const name of names) {
    const value = (): never => {
      throw new Error("the network is not available here");
    };
    Object.defineProperty(owner, name, { value });
  }
}
