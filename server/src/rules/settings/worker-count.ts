import type { OptionValue, WebProcess } from "../../deployment/deployment.ts";
import type { FactRule } from "../rule.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";

export const workerCount: FactRule = {
  kind: "facts",
  code: "QS852",
  name: "worker-count",
  summary: "The server answers one request at a time",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const given = new Set(context.deployment.variables.map(({ name }) => name));
    return deployedProcesses(context, "web")
      .filter((process) => isAffected(process) && !variablesOf(process).some((name) => given.has(name)))
      .map((process) =>
        deployedFinding(workerCount, {
          message: `${process.program} runs one worker with one thread${reservation(process)}: while a request waits for the database or for another server, all others wait for it.`,
          // Variables that nobody sees here give the options that a command leaves out.
          ...(process.workers === undefined && { confidence: "medium" as const }),
          help: "Start with twice the number of CPUs plus one as workers (--workers, or WEB_CONCURRENCY), or with threads (--threads 4); workers × threads is how many requests are answered at once.",
          location: process.location,
          purpose: process.purpose,
          subject: process.name,
          restsOn: [process.workers, process.threads],
        }),
      );
  },
};

/** Servers that start one process with one thread where nothing else is said. */
function isAffected({ program, workers, threads, workerClass, replicas }: WebProcess): boolean {
  if ((program !== "gunicorn" && program !== "uwsgi") || replicas > 1) return false;
  return isOne(workers) && isOne(threads) && (workerClass === undefined || isSynchronous(workerClass));
}

function reservation({ program, workers }: Pick<WebProcess, "program" | "workers">): string {
  if (workers !== undefined) return "";
  return ` unless ${variablesOf({ program, workers }).join(" or ")} says otherwise`;
}

/** Those that give the number of workers where the command leaves it out; another file may set them. */
function variablesOf({ program, workers }: Pick<WebProcess, "program" | "workers">): readonly string[] {
  if (workers !== undefined) return [];
  return program === "uwsgi" ? ["UWSGI_PROCESSES"] : ["WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"];
}

function isOne(option: OptionValue<number>): boolean {
  return option === undefined || (option !== "unknown" && option.value <= 1);
}

function isSynchronous(workerClass: OptionValue<string>): boolean {
  return workerClass !== undefined && workerClass !== "unknown" && /^(sync|gthread)$/.test(workerClass.value);
}
