import type { CeleryWorker } from "../../deployment/deployment.ts";
import { tasksOf } from "../../django/tasks.ts";
import type { BlockingCall, BlockingOperation } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";
import { workOfTasks } from "./work-of-tasks.ts";

export const poolTypeMismatch: FactRule = {
  kind: "facts",
  code: "QS877",
  name: "pool-type-mismatch",
  summary: "A worker's pool does not suit what its tasks do",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const workers = deployedProcesses(context, "celeryWorker");
    if (workers.length === 0) return [];
    const work = workOfTasks(context);
    return workers.flatMap((worker) => mismatch(context, worker, work, workers.length));
  },
};

const computing: ReadonlySet<BlockingOperation> = new Set(["document", "parsing", "image", "archive"]);
const waiting: ReadonlySet<BlockingOperation> = new Set(["http", "email"]);

/** A handful of processes is few where all that they do is wait. */
const few = 8;

function mismatch(
  context: RuleContext,
  worker: CeleryWorker,
  work: readonly BlockingCall[],
  workers: number,
): readonly Finding[] {
  const { pool, queues, concurrency } = worker;
  if (pool === "unknown") return [];
  const kind = pool?.value ?? "prefork";
  // Which tasks a worker with queues of its own gets among several, only their routes tell.
  const getsAll = workers === 1 || queues === undefined;
  const finding = (message: string, help: string): readonly Finding[] => [
    deployedFinding(poolTypeMismatch, {
      message,
      help,
      location: worker.location,
      purpose: worker.purpose,
      subject: worker.name,
      restsOn: [pool],
    }),
  ];
  switch (kind) {
    case "solo":
      return finding(
        "The pool solo runs one task at a time, in the process that talks to the broker: while a task runs, the worker answers nothing.",
        "Leave --pool out, which gives one process for each CPU, or use --pool=threads.",
      );
    case "gevent":
    case "eventlet": {
      const [first] = getsAll ? work.filter(({ operation }) => computing.has(operation)) : [];
      return first
        ? finding(
            `The pool ${kind} shares one CPU among all tasks, and ${first.root.symbol} computes (${first.function}()): all others stand still meanwhile.`,
            "Give tasks that compute a queue and a prefork worker of their own, and each of the two its part of the database's connections.",
          )
        : [];
    }
    case "prefork": {
      if (!getsAll || concurrency === undefined || concurrency === "unknown" || concurrency.value > few)
        return [];
      return onlyWaits(context, work)
        ? finding(
            `${concurrency.value === 1 ? "One process runs" : `${concurrency.value} processes run`} tasks that all but wait for other servers: so many can wait at the same time, and no more.`,
            "Use --pool=threads or --pool=gevent with --concurrency=100 for them; each may hold a connection to the database.",
          )
        : [];
    }
    default:
      return [];
  }
}

/** Every task of the project, at least two, waits for a server, and none computes. */
function onlyWaits({ project: { program } }: RuleContext, work: readonly BlockingCall[]): boolean {
  const tasks = tasksOf(program).filter(({ declaration }) => declaration.library === "celery");
  const waits = new Set(
    work.filter(({ operation }) => waiting.has(operation)).map(({ root }) => root.symbol),
  );
  return (
    tasks.length >= 2 &&
    waits.size === tasks.length &&
    !work.some(({ operation }) => computing.has(operation))
  );
}
