/** The checks of Redis and Celery's broker, each on a real server that is as it should be and on one that is not. */
import { createClient } from "@redis/client";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { LiveMeasurements } from "../../server/src/audit/live-measurements.ts";
import { nothingExpected, type RedisRole } from "../../server/src/live/live-connections.ts";
import { measureLive } from "../../server/src/live/measure-live.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { freePort } from "../support/free-port.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { messages, resultOf } from "./support/live-results.ts";

const password = "secret of tests";

let good: RedisServer | undefined;
let bad: RedisServer | undefined;
let locked: RedisServer | undefined;
/** What listens as a worker does. */
let listener: ReturnType<typeof createClient> | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    [good, bad, locked] = await Promise.all([
      startRedis({ maxmemory: "100mb", appendonly: "yes" }),
      startRedis({ maxmemory: "50mb", "maxmemory-policy": "allkeys-lru", "slowlog-log-slower-than": "0" }),
      startRedis({}, password),
    ]);
    listener = createClient({ url: good.url });
    listener.on("error", () => {});
    await listener.connect();
    await listener.pSubscribe("/0.celery.pidbox", () => {});
  } catch (error) {
    unavailable = error;
  }
}, 60_000);

afterAll(async () => {
  listener?.destroy();
  await Promise.all([good, bad, locked].map((server) => server?.stop()));
}, 60_000);

function server(which: RedisServer | undefined, { skip }: Pick<TestContext, "skip">): RedisServer {
  return which ?? skipIfUnavailable(unavailable, skip);
}

async function measure(
  url: string,
  roles: readonly RedisRole[],
  workers?: number,
): Promise<LiveMeasurements> {
  const redis = [{ label: "REDIS_URL", url, roles }];
  const expectations = { ...nothingExpected, window: 20, workers };
  const connections = { postgres: undefined, redis, queues: ["celery"], expectations };
  return measureLive(connections, new AbortController().signal);
}

const fill = async ({ run }: RedisServer, hits: number, misses: number) => {
  await run("CONFIG", "RESETSTAT");
  await run("SET", "shop:1:page", "x", "EX", "60");
  const script = `for i = 1, ${hits} do redis.call("GET", "shop:1:page") end for i = 1, ${misses} do redis.call("GET", "missing") end`;
  await run("EVAL", script, "0");
};

const queue = ({ run }: RedisServer, tasks: number) =>
  run("EVAL", `for i = 1, ${tasks} do redis.call("RPUSH", "celery", "{}") end`, "0");

const results = ({ run }: RedisServer, succeeded: number, failed: number) =>
  run(
    "EVAL",
    `for i = 1, ${succeeded + failed} do redis.call("SET", "celery-task-meta-" .. i, '{"status": "' .. (i > ${succeeded} and "FAILURE" or "SUCCESS") .. '", "result": "private"}', "EX", "60") end`,
    "0",
  );

describe("a server that is as it should be", () => {
  it("has nothing to report", async (context) => {
    const redis = server(good, context);
    await fill(redis, 990, 10);
    await queue(redis, 3);
    await results(redis, 100, 2);
    await redis.run(
      "SADD",
      "_kombu.binding.celery.pidbox",
      "\u0006\u0016\u0006\u0016celery@one.celery.pidbox",
    );
    const measured = await measure(redis.url, ["cache", "broker", "results"], 1);
    const redisResults = measured.results.filter(({ code }) => code >= "QS890");
    expect(redisResults.map((result) => [result.code, ...messages(result)])).toEqual(
      ["QS890", "QS891", "QS892", "QS893", "QS894", "QS895", "QS896", "QS897", "QS898"].map((code) => [code]),
    );
    expect(JSON.stringify(measured)).not.toContain("private");
  });

  it("shows what was measured", async (context) => {
    const redis = server(good, context);
    const measured = await measure(redis.url, ["broker"], 1);
    expect(resultOf(measured, "QS895")).toMatchObject({
      values: [{ label: "Queue celery", value: "3 tasks wait" }],
    });
    expect(resultOf(measured, "QS897")).toMatchObject({
      values: [{ label: "Workers", value: "1", target: "1" }, { value: "celery@one" }],
    });
    expect(resultOf(measured, "QS892")).toMatchObject({
      values: [{ value: "noeviction", target: "noeviction" }, {}, {}],
    });
  });
});

describe("a server that is not", () => {
  it("finds nothing in a cache, in a memory that is full", async (context) => {
    const redis = server(bad, context);
    await fill(redis, 100, 300);
    await redis.run("SET", "shop:1:report", "x".repeat(1_200_000));
    const used = Number(/used_memory:(\d+)/.exec(String(await redis.run("INFO", "memory")))?.[1]);
    await redis.run("CONFIG", "SET", "maxmemory", String(Math.round(used * 1.1)));
    const measured = await measure(redis.url, ["cache"]);
    expect(messages(resultOf(measured, "QS890"))).toEqual([
      expect.stringMatching(/^warning: 7\d\.\d % of the lookups/),
    ]);
    expect(messages(resultOf(measured, "QS891"))).toEqual([
      expect.stringMatching(/^warning: .* of maxmemory is in use/),
    ]);
    expect(messages(resultOf(measured, "QS894"))).toEqual([expect.stringContaining("info: At its peak")]);
    expect(messages(resultOf(measured, "QS898"))).toContainEqual(
      expect.stringMatching(/^info: A value is 1\.\d MB large \(shop:\*:report\)/),
    );
  });

  it("drops tasks, keeps nothing, and nobody works", async (context) => {
    const redis = server(bad, context);
    await redis.run("CONFIG", "SET", "maxmemory", "50mb");
    await redis.run("FLUSHALL");
    await queue(redis, 150);
    await results(redis, 80, 20);
    await redis.run("KEYS", "*");
    const measured = await measure(redis.url, ["broker", "results"], 2);
    expect(messages(resultOf(measured, "QS892"))).toEqual([
      "error: maxmemory-policy is allkeys-lru: when the memory is full, Redis drops waiting tasks.",
    ]);
    expect(messages(resultOf(measured, "QS893"))).toEqual([
      expect.stringContaining("a restart loses every waiting task"),
    ]);
    expect(messages(resultOf(measured, "QS895"))).toEqual([
      expect.stringContaining("warning: 150 tasks wait in celery"),
    ]);
    expect(messages(resultOf(measured, "QS896"))).toEqual([
      expect.stringContaining("warning: 20.0 % of the tasks"),
    ]);
    expect(messages(resultOf(measured, "QS897"))).toEqual([
      "error: The broker knows no worker, and 150 tasks wait.",
    ]);
    expect(messages(resultOf(measured, "QS898"))).toContainEqual(expect.stringContaining("KEYS * was run"));
  });
});

describe("a server that does not answer", () => {
  const reasons = async (url: string, roles: readonly RedisRole[] = ["cache"]) => {
    const { results: all } = await measure(url, roles);
    return new Set(all.filter(({ code }) => code === "QS891" || code === "QS892").flatMap(messages));
  };

  it("asks for a password", async (context) => {
    const { port } = server(locked, context);
    expect([...(await reasons(`redis://127.0.0.1:${port}/0`))]).toEqual([
      "skipped: REDIS_URL: Redis asks for a password, and none was given.",
    ]);
    expect([...(await reasons(`redis://:wrong%20one@127.0.0.1:${port}/0`))]).toEqual([
      "skipped: REDIS_URL: Redis refuses the password.",
    ]);
  });

  it("is asked with the password, which is said nowhere", async (context) => {
    const { url } = server(locked, context);
    const text = JSON.stringify(await measure(url, ["cache", "broker", "results", "sessions"]));
    expect(text).toContain('"kind":"measured"');
    for (const secret of [password, encodeURIComponent(password), "127.0.0.1"])
      expect(text).not.toContain(secret);
  });

  it("gives a user without rights what it may have, and says what not", async (context) => {
    const redis = server(locked, context);
    await redis.run("ACL", "SETUSER", "looker", "on", ">looks", "~*", "+info", "+client");
    const { results: all } = await measure(redis.url.replace(/\/\/.*@/, "//looker:looks@"), [
      "broker",
      "results",
    ]);
    const by = (code: string) => messages(all.find((result) => result.code === code));
    expect(by("QS891")).toEqual([expect.stringContaining("info: maxmemory is not set")]);
    for (const code of ["QS895", "QS896", "QS897", "QS898"])
      expect(by(code)).toEqual(["skipped: REDIS_URL: the user may not run this command."]);
    expect(JSON.stringify(all)).not.toContain("looks@");
  });

  it("is not there, or is none", async () => {
    expect([
      ...(await reasons(`redis://user:${encodeURIComponent(password)}@127.0.0.1:${await freePort()}/0`)),
    ]).toEqual(["skipped: REDIS_URL: no server listens at its address and port."]);
    expect([...(await reasons("redis://host.invalid:6379/0"))]).toEqual([
      "skipped: REDIS_URL: its host name is unknown.",
    ]);
    expect([...(await reasons("no address"))]).toEqual([
      "skipped: REDIS_URL: this is not the address of a Redis.",
    ]);
  });

  it("is not waited for when the measuring is ended", async (context) => {
    const { url } = server(good, context);
    const controller = new AbortController();
    const redis = [{ label: "REDIS_URL", url, roles: ["cache" as const] }];
    const expectations = { ...nothingExpected, window: 60_000 };
    const measuring = measureLive(
      { postgres: undefined, redis, queues: [], expectations },
      controller.signal,
    );
    setTimeout(() => controller.abort(), 50);
    expect(messages(resultOf(await measuring, "QS891"))).toEqual([
      expect.stringContaining("skipped: REDIS_URL"),
    ]);
  });
});
