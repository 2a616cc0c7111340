/** `gunicorn.conf.py`: Python, evaluated as settings are. */
import type { Settings } from "../django/settings.ts";
import { alternativesOf, type StaticValue } from "../django/static-value.ts";
import type { OptionValue, WebProcess } from "./deployment.ts";

/** The process with what its configuration file says; its command line has the last word. */
export function withGunicornSettings(process: WebProcess, settings: Settings): WebProcess {
  const number = (name: string): OptionValue<number> =>
    option(settings, name, (value) => (typeof value === "number" ? value : undefined));
  return {
    ...process,
    workers: process.workers ?? number("workers"),
    threads: process.threads ?? number("threads"),
    timeout: process.timeout ?? number("timeout"),
    maxRequests: process.maxRequests ?? number("max_requests"),
    workerClass:
      process.workerClass ??
      option(settings, "worker_class", (value) => (typeof value === "string" ? value : undefined)),
  };
}

function option<Value>(
  settings: Settings,
  name: string,
  convert: (value: unknown) => Value | undefined,
): OptionValue<Value> {
  const value: StaticValue | undefined = settings.evaluateSetting(name);
  if (value === undefined) return undefined;
  const [only, ...others] = alternativesOf(value).map(convert);
  if (value.kind === "unknown" || only === undefined || others.length > 0) return "unknown";
  return { value: only, variable: value.variable };
}
