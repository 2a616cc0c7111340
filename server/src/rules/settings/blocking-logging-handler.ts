import {
  type MappingValue,
  mappingOf,
  type StaticValue,
  stringsOf,
  truthOf,
} from "../../django/static-value.ts";
import { queueingBackend } from "../request/email-backends.ts";
import type { FactRule } from "../rule.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const blockingLoggingHandler: FactRule = {
  kind: "facts",
  code: "QS859",
  name: "blocking-logging-handler",
  summary: "A request that logs an error waits until the message has been sent",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const logging = mapping(production?.settings.evaluateSetting("LOGGING"));
    const handlers = mapping(logging?.entries.get("handlers"));
    if (!production || !logging || !handlers) return [];
    const used = handlersOfLoggers(logging);
    const { settings } = production;
    const administrators = settings.evaluateSetting("ADMINS");
    // A module for local settings may name them: the mail is then that machine's business.
    const hasNoAdministrators =
      administrators === undefined ||
      truthOf(administrators) === false ||
      (administrators.kind === "unknown" && settings.place("ADMINS") === undefined);
    const mailIsQueued = queueingBackend({ ...context, project: production.project }) !== undefined;
    return [...handlers.entries].flatMap(([name, value]) => {
      const options = mapping(value);
      const [handler, ...more] = textsOf(options?.entries.get("class") ?? options?.entries.get("()"));
      const what = handler === undefined || more.length > 0 ? undefined : sends(handler);
      if (!options || what === undefined || !used.has(name)) return [];
      if (handler?.endsWith("AdminEmailHandler") && (mailIsQueued || hasNoAdministrators)) return [];
      return settingFinding(blockingLoggingHandler, production, {
        message: `The handler "${name}" of LOGGING ${what} while the request that logs waits: when errors come in numbers, every worker does nothing else.`,
        help: "Let a logging.handlers.QueueHandler take the messages and a QueueListener send them, or report errors to Sentry, which sends from a thread.",
        location: entryPlace(production, "LOGGING", handlers, name),
        subject: name,
        confidence: "medium",
      });
    });
  },
};

function mapping(value: StaticValue | undefined): MappingValue | undefined {
  return value && mappingOf(value);
}

function sends(handler: string): string | undefined {
  if (handler === "django.utils.log.AdminEmailHandler" || handler === "logging.handlers.SMTPHandler")
    return "sends an e-mail";
  if (handler === "logging.handlers.HTTPHandler") return "makes a request to another server";
  return /slack/i.test(handler) && /Handler$/.test(handler) ? "writes to Slack" : undefined;
}

/** Names of the handlers that some logger has; what only a queue passes on to is named by the queue. */
function handlersOfLoggers(logging: MappingValue): ReadonlySet<string> {
  const loggers = mapping(logging.entries.get("loggers"));
  const all = [...(loggers?.entries.values() ?? []), logging.entries.get("root")];
  return new Set(
    all.flatMap((logger) => {
      const handlers = mapping(logger)?.entries.get("handlers");
      return handlers ? stringsOf(handlers) : [];
    }),
  );
}
