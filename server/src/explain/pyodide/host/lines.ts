import { readSync, writeSync } from "node:fs";

const chunkSize = 65_536;
const pauseMs = 5;
const newline = 0x0a;

/**
 * Lines of standard input, read without an event loop: streams of Node are sockets, which project code must not find.
 * @returns undefined at the end
 */
export function lineReader(): () => string | undefined {
  const chunk = Buffer.alloc(chunkSize);
  const lines: string[] = [];
  let parts: Buffer[] = [];
  return () => {
    while (lines.length === 0) {
      const length = readChunk(chunk);
      if (length === 0) return undefined;
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0 && end < length; end = chunk.indexOf(newline, start)) {
        parts.push(Buffer.from(chunk.subarray(start, end)));
        lines.push(Buffer.concat(parts).toString("utf8"));
        parts = [];
        start = end + 1;
      }
      if (start < length) parts.push(Buffer.from(chunk.subarray(start, length)));
    }
    return lines.shift();
  };
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      pause();
    }
  }
}

function readChunk(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      // What Windows says at the end of a pipe.
      if (codeOf(error) === "EOF") return 0;
      if (codeOf(error) !== "EAGAIN") throw error;
      pause();
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
