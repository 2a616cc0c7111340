import type { Location } from "../../base/text-range.ts";
import { installedApps } from "../../django/settings.ts";
import { mappingOf, type StaticValue } from "../../django/static-value.ts";
import type { Fix } from "../finding.ts";
import { placesInRequests, type RequestPlace } from "../request/blocking-places.ts";
import { nameOfCall } from "../request/request-finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesCelery } from "./celery.ts";
import { textsOf } from "./databases.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addElementFix, joinedFix, setSettingFix } from "./setting-fixes.ts";
import { settingSource } from "./setting-statements.ts";

export const synchronousEmailBackend: FactRule = {
  kind: "facts",
  code: "QS850",
  name: "synchronous-email-backend",
  summary: "Views send e-mail, and the backend delivers each message while they wait",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const places = placesInRequests(context, "email").filter(isOrdinary);
    if (places.length === 0) return [];
    return mailersOf(production)
      .filter(({ backend }) => delivers(context, backend))
      .map(({ alias, backend, location }) => {
        const count = places.length === 1 ? "1 place" : `${places.length} places`;
        const name = textsOf(backend)[0] ?? smtp;
        return settingFinding(synchronousEmailBackend, production, {
          message: `${describe(name)} delivers each message at once${alias ? ` for "${alias}"` : ""}, and views send mail in ${count}: their responses wait for the mail server.`,
          help: "Let a backend queue the messages: djcelery_email or post_office; or send from tasks.",
          location,
          subject: alias,
          restsOn: [backend],
          evidence: places.slice(0, shown).map(({ location: place, requests: [first] }) => ({
            message: `Sends an e-mail: ${nameOfCall(first.node)}()`,
            location: place,
          })),
          fixes: alias === undefined ? fixOf(context, production) : [],
        });
      });
  },
};

/** Places in the evidence of a finding. */
const shown = 3;

const smtp = "django.core.mail.backends.smtp.EmailBackend";

/** A visitor waits for it: not only where something failed, where a framework's own view does it, or in the admin. */
function isOrdinary({ requests }: RequestPlace): boolean {
  return requests.some(
    ({ exceptional, isDeclared, root, dormant }) =>
      !exceptional && !isDeclared && !dormant && root.context === "request",
  );
}

interface Mailer {
  /** One of `MAILERS` of Django 6.1; undefined for `EMAIL_BACKEND`. */
  readonly alias: string | undefined;
  /** Undefined where Django's default applies. */
  readonly backend: StaticValue | undefined;
  readonly location: Location;
}

function mailersOf(production: ProductionSettings): readonly Mailer[] {
  const { settings } = production;
  const mailers = settings.evaluateSetting("MAILERS");
  if (mailers === undefined) {
    const name = settings.place("EMAIL_BACKEND") ? "EMAIL_BACKEND" : "EMAIL_HOST";
    const backend = settings.evaluateSetting("EMAIL_BACKEND");
    return [{ alias: undefined, backend, location: settingPlace(production, name) }];
  }
  return [...(mappingOf(mailers)?.entries ?? [])].flatMap(([alias, entry]) => {
    const options = mappingOf(entry);
    const backend = options?.entries.get("BACKEND");
    if (!options || (!backend && !options.complete)) return [];
    const location = backend
      ? entryPlace(production, "MAILERS", options, "BACKEND")
      : entryPlace(production, "MAILERS", mappingOf(mailers), alias);
    return { alias, backend, location };
  });
}

/** Speaks with the mail server, or with the service behind it, before it returns. */
const deliveringBackend =
  /^(django\.core\.mail\.backends\.smtp|anymail|django_ses|sendgrid_backend|sgbackend|django_mailgun|djrill|sparkpost|postmarker|django_amazon_ses|django_mailjet)\./;

function delivers({ project: { program } }: RuleContext, backend: StaticValue | undefined): boolean {
  const names = backend === undefined ? [smtp] : textsOf(backend);
  return (
    names.length > 0 &&
    names.every((name) => {
      if (deliveringBackend.test(name)) return true;
      const symbol = program.resolveDottedName(name);
      // A class of the project that sends in its own way may queue.
      return (
        symbol.kind === "class" &&
        program.lookupMember(symbol, "send_messages").kind !== "found" &&
        program.mro(symbol).some((base) => base.kind === "external" && deliveringBackend.test(base.name))
      );
    })
  );
}

/** As a message names it. */
function describe(name: string): string {
  return name === smtp ? "Django's SMTP backend" : name;
}

/** Celery sends, with the backend of before. */
function fixOf(context: RuleContext, production: ProductionSettings): readonly Fix[] {
  if (!usesCelery(production)) return [];
  const { settings } = production;
  const before = settingSource(context.project.program, settings.place("EMAIL_BACKEND"));
  if (settings.place("EMAIL_BACKEND") && before === undefined) return [];
  const title = "Let Celery send mail (needs the package django-celery-email)";
  const set = (name: string, value: Parameters<typeof setSettingFix>[4]) =>
    setSettingFix(context, title, production, name, value, /^EMAIL_BACKEND$|^EMAIL_/);
  const isInstalled = installedApps(settings)?.names.includes("djcelery_email") ?? false;
  return joinedFix(
    title,
    set("EMAIL_BACKEND", { type: "str", value: "djcelery_email.backends.CeleryEmailBackend" }),
    ...(before === undefined ? [] : [set("CELERY_EMAIL_BACKEND", { type: "code", code: before })]),
    ...(isInstalled ? [] : [addElementFix(context, title, production, "INSTALLED_APPS", "djcelery_email")]),
  );
}
