import { isNamedForOthers } from "../../django/settings-module.ts";
import { truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const debugInProduction: FactRule = {
  kind: "facts",
  code: "QS818",
  name: "debug-in-production",
  summary: "The settings of production switch debugging on",
  level: "error",
  fix: "unsafe",
  stage: 1,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const value = production.settings.evaluateSetting("DEBUG");
    if (value?.kind !== "known" || truthOf(value) !== true) return [];
    return [
      settingFinding(debugInProduction, production, {
        message:
          "DEBUG is on: Django keeps every SQL statement in memory, does not cache templates, and shows settings to whoever meets an error.",
        help: "Switch it off unless the environment says otherwise.",
        location: settingPlace(production, "DEBUG"),
        isOfMachine: true,
        // Settings that others begin with: those say it again.
        ...(isNamedForOthers(production.module.name) ? { confidence: "low" } : {}),
        restsOn: [value],
        fixes:
          value.variable === undefined
            ? setSettingFix(context, "Switch DEBUG off", production, "DEBUG", {
                type: "bool",
                value: false,
                variable: "DEBUG",
              })
            : [],
      }),
    ];
  },
};
