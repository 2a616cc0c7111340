/** Processes that do many things at once in one thread. */
import type { OptionValue, Process } from "../../deployment/deployment.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedProcesses } from "./deployed.ts";

export interface GreenProcess {
  readonly process: Process;
  readonly library: "gevent" | "eventlet";
}

/** Web servers and workers of Celery that certainly run green threads. */
export function greenProcesses(context: RuleContext): readonly GreenProcess[] {
  return [
    ...deployedProcesses(context, "web").map((process) => ({ process, option: process.workerClass })),
    ...deployedProcesses(context, "celeryWorker").map((process) => ({ process, option: process.pool })),
  ].flatMap(({ process, option }) => {
    const library = libraryOf(option);
    return library ? { process, library } : [];
  });
}

function libraryOf(option: OptionValue<string>): GreenProcess["library"] | undefined {
  if (option === undefined || option === "unknown") return undefined;
  return /\b(gevent|eventlet)\b/.exec(option.value.replace("_", " "))?.[1] as
    | GreenProcess["library"]
    | undefined;
}
