/** What the broker and the store of results tell of Celery. */
import { judged, percent, skipped } from "./judgement.ts";
import type { RedisCheck } from "./redis-check.ts";

const isBroker: RedisCheck["concerns"] = (roles) => roles.includes("broker");

export const queueDepthCheck: RedisCheck = {
  code: "QS895",
  concerns: isBroker,
  judge({ queues }) {
    if (queues.kind === "refused") return skipped(queues.reason);
    const [before, after] = queues.value;
    const growth = (queue: string, tasks: number): number =>
      tasks - (before.find((each) => each.queue === queue)?.tasks ?? tasks);
    return judged(
      after.map(({ queue, tasks }) => ({
        label: `Queue ${queue}`,
        value: `${tasks} tasks wait`,
        target: "below 100",
      })),
      after.map(({ queue, tasks }) => {
        if (tasks <= 100) return undefined;
        const grown = growth(queue, tasks);
        return {
          level: "warning" as const,
          message: `${tasks.toLocaleString("en")} tasks wait in ${queue}${grown > 0 ? `, ${grown} more than when it was first looked at` : ""}.`,
          help: "Start more workers for it, or move what takes long to a queue of its own.",
        };
      }),
    );
  },
};

/** Fewer results than this say nothing. */
const enoughResults = 20;

export const failureRateCheck: RedisCheck = {
  code: "QS896",
  concerns: (roles) => roles.includes("results"),
  judge({ results }) {
    if (results.kind === "refused") return skipped(results.reason);
    const { looked, failed } = results.value;
    if (looked < enoughResults) return skipped(`Only ${looked} results are stored: too few to tell a rate.`);
    const rate = failed / looked;
    return judged(
      [{ label: `Failed, of ${looked} results`, value: percent(rate), target: "below 5 %" }],
      [
        rate > 0.05
          ? {
              level: "warning",
              message: `${percent(rate)} of the tasks whose results are stored have failed.`,
              help: "Look at what they raise; a task that depends on others' servers needs retries with growing pauses.",
            }
          : undefined,
      ],
    );
  },
};

export const workersCheck: RedisCheck = {
  code: "QS897",
  concerns: isBroker,
  judge({ workers, queues, listeners }, { workers: expected }) {
    if (workers.kind === "refused") return skipped(workers.reason);
    const known = workers.value.length;
    // One that was killed stays known: it did not say that it ends.
    const found = listeners.kind === "answered" ? Math.min(known, listeners.value) : known;
    const waiting =
      queues.kind === "answered" ? queues.value[1].reduce((sum, { tasks }) => sum + tasks, 0) : 0;
    return judged(
      [
        {
          label: "Workers",
          value: String(found),
          ...(expected !== undefined && { target: String(expected) }),
        },
        ...workers.value.slice(0, 10).map((name) => ({ label: "Worker", value: name })),
      ],
      [
        found === 0 && known === 0
          ? {
              level: waiting > 0 ? "error" : "warning",
              message: `The broker knows no worker${waiting > 0 ? `, and ${waiting} tasks wait` : ""}.`,
              help: "Start one: celery -A … worker.",
            }
          : undefined,
        found < known
          ? {
              level: found === 0 && waiting > 0 ? "error" : "warning",
              message: `${known - found} of the ${known} workers that the broker knows ${known - found === 1 ? "has" : "have"} ended without saying so${waiting > 0 ? `, and ${waiting} tasks wait` : ""}.`,
              help: "Look into the system's log for processes that were killed, for want of memory above all, and let a supervisor start them again.",
            }
          : undefined,
        expected !== undefined && found === known && found > 0 && found < expected
          ? {
              level: "warning",
              message: `${found} of the ${expected} workers that the deployment starts are there.`,
              help: "Look for those that have ended.",
            }
          : undefined,
      ],
    );
  },
};
