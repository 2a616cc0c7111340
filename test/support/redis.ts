/** A Redis of the system, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient } from "@redis/client";
import { Unavailable } from "./django-environment.ts";
import { freePort } from "./free-port.ts";

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** As the administrator. */
  run(...words: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

const startTimeoutMs = 20_000;

/**
 * @param settings more of its configuration, name and value
 * @throws Unavailable where the machine has no Redis
 */
export async function startRedis(
  settings: Readonly<Record<string, string>> = {},
  password?: string,
): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-redis-"));
  const port = await freePort();
  const options = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    ...(password !== undefined && { requirepass: password }),
    ...settings,
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn("redis-server", words, { stdio: "ignore" });
  const killAtExit = () => server.kill("SIGKILL");
  process.once("exit", killAtExit);
  const stop = async () => {
    if (server.exitCode === null && server.kill("SIGKILL")) await once(server, "close");
    process.off("exit", killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const credentials = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  const url = `redis://${credentials}127.0.0.1:${port}/0`;
  try {
    await started(server, url);
  } catch (error) {
    await stop();
    throw error;
  }
  const run = async (...words: readonly string[]) => {
    const client = createClient({ url });
    await client.connect();
    try {
      return await client.sendCommand([...words]);
    } finally {
      client.destroy();
    }
  };
  return { port, url, run, stop };
}

async function started(server: ChildProcess, url: string): Promise<void> {
  let failure: Error | undefined;
  server.once("error", (error) => {
    failure = new Unavailable(
      "Redis was not found; on Debian and Ubuntu, install the package redis-server.",
      {
        cause: error,
      },
    );
  });
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on("error", () => {});
    try {
      await client.connect();
      client.destroy();
      return;
    } catch (error) {
      if (failure) throw failure;
      if (server.exitCode !== null || Date.now() > deadline)
        throw new Error("Redis did not start", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
