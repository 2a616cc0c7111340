/** Mail backends that only note a message down and leave sending it to a worker. */
import { emailBackends } from "../../django/project-settings.ts";
import { mentions } from "../../syntax/mentions.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

const queueingBackends = [
  /^djcelery_email\./,
  /^post_office\./,
  /^mailer\.backend\./,
  /^django_q_email\./,
  /^django_rq_email\./,
  /^django_yubin\./,
  /^seacucumber\./,
];

/** Backends for development and tests: they say nothing about what production does. */
const developmentBackend = /\.(?:console|locmem|filebased|dummy)\.EmailBackend$/;

/** The backend that queues messages, where the settings name no other for production. */
export function queueingBackend(context: RuleContext): string | undefined {
  const backends = emailBackends(context.project.settings);
  const serious = backends.names.filter((name) => !developmentBackend.test(name));
  const [first] = serious;
  return first !== undefined && serious.every((name) => queues(context, name)) ? first : undefined;
}

/** Code of the project uses a library that queues messages, and no settings say whether they go through it. */
export function mayBeQueued(context: RuleContext): boolean {
  const { program, settings } = context.project;
  const isKnown =
    emailSetting(context) !== undefined &&
    emailBackends(settings).names.some((name) => !developmentBackend.test(name));
  return (
    !isKnown && program.modules.some(({ firstParty, file }) => firstParty && mentions(file, queueLibrary))
  );
}

/** The setting that names the backend. */
export function emailSetting({
  project: { settings },
}: RuleContext): "EMAIL_BACKEND" | "MAILERS" | undefined {
  if (settings.evaluateSetting("MAILERS") !== undefined) return "MAILERS";
  return settings.evaluateSetting("EMAIL_BACKEND") === undefined ? undefined : "EMAIL_BACKEND";
}

const queueLibrary = /^[ \t]*(?:from|import)[ \t]+(?:post_office|mailer|djcelery_email|django_yubin)\b/m;

function queues(context: RuleContext, name: string): boolean {
  return queueingBackends.some((pattern) => pattern.test(name)) || isOwnQueue(context, name);
}

/** A backend of the project whose `send_messages()` starts tasks. */
function isOwnQueue({ project: { program } }: RuleContext, name: string): boolean {
  const backend = program.resolveDottedName(name);
  if (backend.kind !== "class") return false;
  const member = program.lookupMember(backend, "send_messages");
  if (member.kind !== "found" || member.symbol.kind !== "function") return false;
  let starts = false;
  walkExpressions(member.symbol.node, (node) => {
    starts ||=
      node.kind === "Attribute" &&
      /^(?:delay|apply_async|enqueue|delay_on_commit)$/.test(node.attribute.name);
    return undefined;
  });
  return starts;
}
