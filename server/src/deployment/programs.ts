/** What a command starts: a server, a worker, a scheduler, a management command. */
import { type CommandOptions, mapped, numberOf, optionsOf } from "./command-options.ts";
import { unknownText, type Variables, type Word } from "./command-words.ts";
import type { OptionValue, OtherWorker, Process, WebProcess } from "./deployment.ts";

type Bare<Of extends Process> = Of extends Process
  ? Omit<Of, "name" | "location" | "purpose" | "replicas">
  : never;

/** What a command tells of a process; where it is started, the file knows. */
export type Started = Bare<Process>;

/** @param variables those of the process */
export function startedBy(words: readonly Word[], variables: Variables = new Map()): Started | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const program = programAt(words, index);
    if (program === undefined) continue;
    const rest = words.slice(index + program.length);
    const started = startedProgram(program.name, rest, variables);
    if (started) return started;
  }
  return undefined;
}

/** Programs that start the one behind them; options and assignments of variables before it are passed over. */
const wrappers =
  /^(exec|then|else|do|!|\{|env|sudo|nice|ionice|time|nohup|poetry|uv|pipenv|pdm|hatch|run|newrelic-admin|run-program|ddtrace-run|opentelemetry-instrument|dumb-init|tini|catatonit|honcho|gosu|su-exec|setpriv|chpst|coverage|watchmedo|auto-restart|wait-for-it(\.sh)?|wait-for(\.sh)?|dockerize|doppler|chamber|infisical|python[\d.]*|pypy3?|django-admin(\.py)?|manage\.py)$/;

/** A program's name: `gunicorn` of `/opt/venv/bin/gunicorn`, and of `python -m gunicorn` as well. */
function programAt(
  words: readonly Word[],
  index: number,
): { readonly name: string; readonly length: number } | undefined {
  const word = words[index];
  const before = words.slice(0, index).map(({ text }) => text);
  if (!word || word.text.startsWith("-") || word.text.includes(unknownText)) return undefined;
  const name = word.text.slice(word.text.lastIndexOf("/") + 1);
  // Behind a program that is not known, words are its arguments.
  const isReachable = before.every(
    (text, at) =>
      wrappers.test(text.slice(text.lastIndexOf("/") + 1)) ||
      !/^[a-z][\w.-]*$/i.test(text) ||
      /^(gosu|su-exec|-u|--user|--app|-m)$/.test(before[at - 1] ?? ""),
  );
  return isReachable ? { name, length: 1 } : undefined;
}

function startedProgram(name: string, rest: readonly Word[], variables: Variables): Started | undefined {
  const options = optionsOf(rest);
  switch (name) {
    case "gunicorn":
    case "gunicorn_django":
      return gunicorn(rest, variables);
    case "uvicorn":
      return web("uvicorn", {
        workers: options.number("--workers") ?? concurrencyOf(variables),
        maxRequests: options.number("--limit-max-requests"),
      });
    case "daphne":
      return web("daphne", {});
    case "hypercorn":
      return web("hypercorn", {
        workers: options.number("-w", "--workers"),
        workerClass: options.text("-k", "--worker-class"),
      });
    case "granian":
      return web("granian", {
        workers: options.number("--workers"),
        threads: options.number("--blocking-threads", "--threads"),
        servesStaticFiles: options.has("--static-path-mount"),
      });
    case "waitress-serve":
      return web("waitress", { threads: options.number("--threads") });
    case "uwsgi":
      return uwsgi(options, rest);
    case "runserver":
    case "runserver_plus":
      return web("runserver", { servesStaticFiles: options.has("--insecure") });
    case "celery":
      return celery(rest);
    case "flower":
    case "celery-exporter":
    case "celery-prometheus-exporter":
      return { kind: "monitor" };
    case "rq":
      return rest[0]?.text === "worker" ? { kind: "otherWorker", library: "rq" } : undefined;
    case "dramatiq":
      return { kind: "otherWorker", library: "dramatiq" };
    default:
      return managementCommand(name);
  }
}

const otherWorkers: ReadonlyMap<string, OtherWorker["library"]> = new Map([
  ["rqworker", "rq"],
  ["run_huey", "huey"],
  ["rundramatiq", "dramatiq"],
  ["qcluster", "django-q"],
  ["db_worker", "django-tasks"],
]);

const maintenance =
  /^(clearsessions|migrate|collectstatic|celery|cleanup|clear_cache|sendmail|send_mail|send_queued_mail)$/;

/** Only the commands that something is concluded from: any word may follow `manage.py`. */
function managementCommand(name: string): Started | undefined {
  const library = otherWorkers.get(name);
  if (library) return { kind: "otherWorker", library };
  return maintenance.test(name) ? { kind: "managementCommand", command: name } : undefined;
}

function web(program: WebProcess["program"], given: Partial<Bare<WebProcess>>): Started {
  return {
    kind: "web",
    program,
    workers: undefined,
    threads: undefined,
    workerClass: undefined,
    timeout: undefined,
    maxRequests: undefined,
    configuration: undefined,
    servesStaticFiles: false,
    ...given,
  };
}

/** gunicorn and uvicorn read their number of workers from it. */
function concurrencyOf(variables: Variables): OptionValue<number> {
  const text = variables.get("WEB_CONCURRENCY");
  return text === undefined ? undefined : mapped({ value: text }, numberOf);
}

function gunicorn(rest: readonly Word[], variables: Variables): Started {
  const inVariable = (variables.get("GUNICORN_CMD_ARGS") ?? "").split(/\s+/).filter((text) => text !== "");
  // The command line comes after the variable.
  const options = optionsOf([...inVariable.map((text) => ({ text })), ...rest]);
  return web("gunicorn", {
    workers: options.number("-w", "--workers") ?? concurrencyOf(variables),
    threads: options.number("--threads"),
    workerClass: options.text("-k", "--worker-class"),
    timeout: options.number("-t", "--timeout"),
    maxRequests: options.number("--max-requests"),
    configuration: options.text("-c", "--config"),
    servesStaticFiles: isSocketFile(options.text("-b", "--bind")),
  });
}

/** `unix:/run/shop.sock`, behind which only a web server can be. */
function isSocketFile(address: OptionValue<string>): boolean {
  return address !== undefined && address !== "unknown" && address.value.startsWith("unix:");
}

function uwsgi(options: CommandOptions, rest: readonly Word[]): Started {
  const greenlets = options.number("--gevent");
  const asyncWorkers = greenlets === undefined ? undefined : { value: "gevent" };
  // A file may say the rest; uWSGI knows one by its name, too.
  const isConfigured =
    options.has("--ini", "--yaml", "--json", "--xml", "--emperor") ||
    rest.some(({ text }) => /\.(ini|ya?ml|json|xml)$/.test(text));
  const or = <Value>(value: OptionValue<Value>): OptionValue<Value> =>
    value ?? (isConfigured ? "unknown" : undefined);
  return web("uwsgi", {
    workers: or(options.number("-p", "--processes", "--workers")),
    threads: or(options.number("--threads")),
    workerClass: or(asyncWorkers),
    timeout: or(options.number("-t", "--harakiri")),
    maxRequests: or(options.number("-R", "--max-requests")),
    servesStaticFiles:
      options.text("--static-map", "--static-map2", "--check-static", "-s", "--socket") !== undefined,
  });
}

function celery(rest: readonly Word[]): Started | undefined {
  const options = optionsOf(rest);
  const words = rest.map(({ text }) => text);
  if (words.includes("worker")) {
    return {
      kind: "celeryWorker",
      queues: options.list("-Q", "--queues"),
      concurrency:
        mapped(options.text("--autoscale"), (text) => numberOf(text.split(",")[0] ?? "")) ??
        options.number("-c", "--concurrency"),
      pool: options.text("-P", "--pool"),
      maxTasksPerChild: options.number("--max-tasks-per-child", "--maxtasksperchild"),
      maxMemoryPerChild: options.number("--max-memory-per-child"),
      prefetchMultiplier: options.number("--prefetch-multiplier"),
      optimization: options.text("-O", "--optimization"),
      sendsEvents: options.has("-E", "--task-events", "--events"),
      runsBeat: options.has("-B", "--beat"),
    };
  }
  if (words.includes("beat")) return { kind: "celeryBeat", scheduler: options.text("-S", "--scheduler") };
  if (words.includes("flower") || words.includes("events")) return { kind: "monitor" };
  return undefined;
}
