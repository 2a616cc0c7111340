import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { textsOf } from "./databases.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const sessionAgeAndSize: FactRule = {
  kind: "facts",
  code: "QS835",
  name: "session-age-and-size",
  summary: "Sessions stay in the cache for months",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const engine = production?.settings.evaluateSetting("SESSION_ENGINE");
    const age = production?.settings.evaluateSetting("SESSION_COOKIE_AGE");
    const names = textsOf(engine);
    if (!production || !age || age.kind === "unknown") return [];
    const inCache = names.length > 0 && names.every((name) => name.endsWith("sessions.backends.cache"));
    const isLong = alternativesOf(age).every((each) => typeof each === "number" && each > longest);
    if (!inCache || !isLong) return [];
    return [
      settingFinding(sessionAgeAndSize, production, {
        message:
          "Sessions are kept in the cache for more than 90 days: those of visitors who never come back fill its memory.",
        help: "Let SESSION_COOKIE_AGE be some weeks, and renew the session of those who come.",
        location: settingPlace(production, "SESSION_COOKIE_AGE"),
        restsOn: [engine, age],
      }),
    ];
  },
};

/** Seconds. */
const longest = 90 * 24 * 60 * 60;
