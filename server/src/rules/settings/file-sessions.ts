import type { FactRule } from "../rule.ts";
import { textsOf } from "./databases.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const fileSessions: FactRule = {
  kind: "facts",
  code: "QS833",
  name: "file-sessions",
  summary: "Sessions are files of one machine",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const engine = production?.settings.evaluateSetting("SESSION_ENGINE");
    const names = textsOf(engine);
    if (!production || names.length === 0 || !names.every((name) => name.endsWith("sessions.backends.file")))
      return [];
    return [
      settingFinding(fileSessions, production, {
        message:
          "Sessions are kept in files of one machine: on a second one nobody is logged in, and a container that is replaced forgets them all.",
        help: "Use django.contrib.sessions.backends.cached_db, or .cache with a Redis that evicts nothing.",
        location: settingPlace(production, "SESSION_ENGINE"),
        restsOn: [engine],
      }),
    ];
  },
};
