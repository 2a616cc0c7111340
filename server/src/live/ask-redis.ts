/** Asks a Redis, by commands that only read. */
import { createClient } from "@redis/client";
import type { RedisConnection } from "./live-connections.ts";
import type {
  Answer,
  KeySample,
  QueueLength,
  RedisAnswers,
  SlowCommand,
  TaskResults,
} from "./redis-check.ts";
import { redisErrorReason, wantsPassword } from "./redis-errors.ts";
import { parseInfo } from "./redis-info.ts";

const connectMs = 5_000;
const commandMs = 5_000;

/** Keys that are looked at. */
const sampleSize = 500;

/** Between the parts of what kombu writes into Redis. */
const separator = "\u0006\u0016";

const mailbox = ".celery.pidbox";

/** Celery's suffixes of the lists in which tasks of other priorities wait. */
const priorities = ["", ...[3, 6, 9].map((priority) => `${separator}${priority}`)];

export interface RedisQuestions {
  readonly queues: readonly string[];
  /** Milliseconds. */
  readonly window: number;
}

/** @returns the answers, or the sentence that says why there are none */
export async function askRedis(
  connection: RedisConnection,
  { queues, window }: RedisQuestions,
  signal: AbortSignal,
): Promise<Answer<RedisAnswers>> {
  const refused = (error: unknown) => ({
    kind: "refused" as const,
    reason: redisErrorReason(error, connection),
    wantsPassword: wantsPassword(error),
  });
  let send: Send;
  let client: ReturnType<typeof createClient>;
  try {
    client = createClient({
      url: connection.url,
      name: "queryscope",
      socket: { connectTimeout: connectMs, socketTimeout: connectMs + commandMs, reconnectStrategy: false },
    });
  } catch {
    return refused(new Error("invalid URL"));
  }
  // A connection that breaks is noticed by the command that waits for it.
  client.on("error", () => {});
  const giveUp = () => client.destroy();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await client.connect();
    send = (...words) => client.sendCommand([...words]);
    const before = parseInfo(String(await send("INFO")));
    const attempt = <Value>(work: () => Promise<Value>): Promise<Answer<Value>> =>
      work().then((value) => ({ kind: "answered", value }), refused);
    const isBroker = connection.roles.includes("broker");
    const earlier = isBroker ? await attempt(() => queueLengths(send, queues)) : undefined;
    await pause(window, signal);
    const after = parseInfo(String(await send("INFO")));
    const later = isBroker ? await attempt(() => queueLengths(send, queues)) : undefined;
    const { label, roles } = connection;
    const value: RedisAnswers = {
      label,
      roles,
      info: [before, after],
      snapshots: await attempt(async () => String(list(await send("CONFIG", "GET", "save"))[1] ?? "")),
      slow: await attempt(async () => slowCommands(await send("SLOWLOG", "GET", "128"))),
      sample: await attempt(() => keySample(send)),
      queues: bothLengths(earlier, later),
      results: await attempt(() => taskResults(send)),
      workers: await attempt(async () =>
        workerNames(list(await send("SMEMBERS", "_kombu.binding.celery.pidbox"))),
      ),
      listeners: await attempt(async () => listeners(String(await send("CLIENT", "LIST")))),
    };
    return { kind: "answered", value };
  } catch (error) {
    return refused(error);
  } finally {
    signal.removeEventListener("abort", giveUp);
    client.destroy();
  }
}

type Send = (...words: readonly string[]) => Promise<unknown>;

function list(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

function bothLengths(
  before: Answer<readonly QueueLength[]> | undefined,
  after: Answer<readonly QueueLength[]> | undefined,
): RedisAnswers["queues"] {
  if (before?.kind === "answered" && after?.kind === "answered")
    return { kind: "answered", value: [before.value, after.value] };
  const refusal = [before, after].find((answer) => answer?.kind === "refused");
  return refusal?.kind === "refused"
    ? refusal
    : { kind: "refused", reason: "No broker is there.", wantsPassword: false };
}

async function queueLengths(send: Send, queues: readonly string[]): Promise<readonly QueueLength[]> {
  const lengths: QueueLength[] = [];
  for (const queue of queues) {
    let tasks = 0;
    for (const suffix of priorities) tasks += Number(await send("LLEN", queue + suffix));
    lengths.push({ queue, tasks });
  }
  return lengths;
}

function slowCommands(reply: unknown): readonly SlowCommand[] {
  return list(reply).map((entry) => {
    const [, , microseconds, words] = list(entry);
    const [command = "", subject = ""] = list(words).map(String);
    return { command: `${command} ${keyPattern(subject)}`.trim(), microseconds: Number(microseconds) };
  });
}

/** What identifies people and objects in a key is left out: `shop:1:user:*`. */
function keyPattern(key: string): string {
  const pattern = key.replace(/[0-9a-f]{8,}|\d+/gi, "*");
  return pattern.length > 40 ? `${pattern.slice(0, 39)}…` : pattern;
}

async function keySample(send: Send): Promise<KeySample> {
  const keys = Number(await send("DBSIZE"));
  const [, found] = list(await send("SCAN", "0", "COUNT", String(sampleSize)));
  const looked = list(found).map(String).slice(0, sampleSize);
  const [expiries, sizes] = await Promise.all([
    Promise.all(looked.map((key) => send("TTL", key))),
    Promise.all(looked.map((key) => send("MEMORY", "USAGE", key))),
  ]);
  return {
    keys,
    looked: looked.length,
    withoutExpiry: expiries.filter((expiry) => Number(expiry) === -1).length,
    large: looked.flatMap((key, index) => {
      const bytes = Number(sizes[index] ?? 0);
      return bytes > 1024 ** 2 ? [{ pattern: keyPattern(key), bytes }] : [];
    }),
  };
}

/** Of the results only the states are looked at. */
async function taskResults(send: Send): Promise<TaskResults> {
  let looked = 0;
  let failed = 0;
  let cursor = "0";
  for (let round = 0; round < 50 && looked < sampleSize; round += 1) {
    const [next, found] = list(await send("SCAN", cursor, "MATCH", "celery-task-meta-*", "COUNT", "1000"));
    const keys = list(found).map(String);
    const values = keys.length === 0 ? [] : list(await send("MGET", ...keys));
    for (const value of values) {
      const state = /"status":\s*"(\w+)"/.exec(String(value))?.[1];
      if (state === "SUCCESS" || state === "FAILURE") looked += 1;
      if (state === "FAILURE") failed += 1;
    }
    cursor = String(next);
    if (cursor === "0") break;
  }
  return { looked, failed };
}

/** kombu binds a mailbox for each worker, and unbinds it when the worker ends in peace. */
function workerNames(bindings: readonly unknown[]): readonly string[] {
  const names = bindings.flatMap((binding) => {
    // Routing key, pattern and queue.
    const queue = String(binding).split(separator).at(-1) ?? "";
    return queue.endsWith(mailbox) ? [queue.slice(0, -mailbox.length)] : [];
  });
  return [...new Set(names)].sort();
}

function listeners(clients: string): number {
  return clients.split("\n").filter((client) => /\bp?sub=[1-9]/.test(client)).length;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
