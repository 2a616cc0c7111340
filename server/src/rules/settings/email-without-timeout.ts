import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { textsOf } from "./databases.ts";
import { productModules } from "./product-code.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const emailWithoutTimeout: FactRule = {
  kind: "facts",
  code: "QS851",
  name: "email-without-timeout",
  summary: "Mail waits without limit for a server that does not answer",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !sendsMail(context)) return [];
    const { settings } = production;
    const backend = settings.evaluateSetting("EMAIL_BACKEND");
    const timeout = settings.evaluateSetting("EMAIL_TIMEOUT");
    const names = backend === undefined ? [smtp] : textsOf(backend);
    const isSmtp = names.length > 0 && names.every((name) => name === smtp);
    // MAILERS of Django 6.1 have timeouts of their own.
    if (!isSmtp || settings.evaluateSetting("MAILERS") !== undefined) return [];
    if (timeout !== undefined && !(timeout.kind === "known" && timeout.value === null)) return [];
    const near = settings.place("EMAIL_BACKEND") ? "EMAIL_BACKEND" : "EMAIL_HOST";
    return [
      settingFinding(emailWithoutTimeout, production, {
        message:
          "EMAIL_TIMEOUT is not set: a mail server that does not answer holds the worker that sends, for minutes.",
        help: "Set EMAIL_TIMEOUT to 10 seconds.",
        location: settingPlace(production, timeout ? "EMAIL_TIMEOUT" : near),
        restsOn: [backend],
        fixes: setSettingFix(
          context,
          "Wait at most 10 seconds for the mail server",
          production,
          "EMAIL_TIMEOUT",
          { type: "int", value: 10, variable: "EMAIL_TIMEOUT" },
          /^EMAIL_/,
        ),
      }),
    ];
  },
};

const smtp = "django.core.mail.backends.smtp.EmailBackend";

/** Some code of the project sends mail, or its settings name the server. */
function sendsMail({ project: { program } }: RuleContext): boolean {
  return productModules(program).some(({ file: { text } }) =>
    /django\.core\.mail import|\bEMAIL_HOST\b|\.email_user\(/.test(text),
  );
}
