/** The checks of Celery on a real worker that has Redis as its broker: a queue that fills, work, failures, the worker's end. */
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import type { LiveMeasurements } from "../../server/src/audit/live-measurements.ts";
import { nothingExpected } from "../../server/src/live/live-connections.ts";
import { measureLive } from "../../server/src/live/measure-live.ts";
import { type CeleryApplication, type CeleryWorker, celeryApplication } from "../support/celery.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { messages, resultOf } from "./support/live-results.ts";

interface Running {
  readonly redis: RedisServer;
  readonly celery: CeleryApplication;
}

let running: Running | undefined;
let worker: CeleryWorker | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    const redis = await startRedis();
    running = { redis, celery: await celeryApplication(redis.url) };
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(async () => {
  await worker?.kill();
  running?.celery.remove();
  await running?.redis.stop();
}, 60_000);

const system = ({ skip }: Pick<TestContext, "skip">): Running =>
  running ?? skipIfUnavailable(unavailable, skip);

async function measure({ redis: { url } }: Running, workers = 1): Promise<LiveMeasurements> {
  const redis = [{ label: "BROKER", url, roles: ["broker", "results"] as const }];
  const expectations = { ...nothingExpected, window: 20, workers };
  return measureLive(
    { postgres: undefined, redis, queues: ["celery"], expectations },
    new AbortController().signal,
  );
}

const found = (measured: LiveMeasurements) =>
  ["QS895", "QS896", "QS897"].flatMap((code) =>
    messages(resultOf(measured, code)).map((message) => `${code} ${message}`),
  );

/** Until the worker has stored so many results. */
async function untilDone({ redis }: Running, results: number): Promise<void> {
  const count = `return #redis.call("KEYS", "celery-task-meta-*")`;
  for (let round = 0; round < 1200; round += 1) {
    if (Number(await redis.run("EVAL", count, "0")) >= results) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the worker did not do its work");
}

it("a queue fills, and nobody works", async (context) => {
  const all = system(context);
  await all.celery.send(150, 15);
  expect(found(await measure(all))).toEqual([
    "QS895 warning: 150 tasks wait in celery.",
    "QS896 skipped: Only 0 results are stored: too few to tell a rate.",
    "QS897 error: The broker knows no worker, and 150 tasks wait.",
  ]);
}, 120_000);

it("a worker empties it, and a tenth of the tasks fail", async (context) => {
  const all = system(context);
  worker = await all.celery.startWorker("one@shop");
  await untilDone(all, 150);
  const measured = await measure(all);
  expect(found(measured)).toEqual([
    "QS896 warning: 10.0 % of the tasks whose results are stored have failed.",
  ]);
  expect(resultOf(measured, "QS897")).toMatchObject({
    values: [{ label: "Workers", value: "1", target: "1" }, { value: "one@shop" }],
  });
  expect(JSON.stringify(measured)).not.toContain("expired");
  expect(found(await measure(all, 2))).toContain(
    "QS897 warning: 1 of the 2 workers that the deployment starts are there.",
  );
}, 180_000);

it("nothing is wrong where hardly any fail", async (context) => {
  const all = system(context);
  await all.redis.run(
    "EVAL",
    `for _, key in ipairs(redis.call("KEYS", "celery-task-meta-*")) do redis.call("DEL", key) end`,
    "0",
  );
  await all.celery.send(50, 1);
  await untilDone(all, 50);
  expect(found(await measure(all))).toEqual([]);
}, 60_000);

it("a worker that was killed is known, but missed", async (context) => {
  const all = system(context);
  await worker?.kill();
  await all.celery.send(3, 0);
  expect(found(await measure(all))).toEqual([
    "QS897 error: 1 of the 1 workers that the broker knows has ended without saying so, and 3 tasks wait.",
  ]);
}, 60_000);
