import { sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const profilingToolsUnguarded: FactRule = {
  kind: "facts",
  code: "QS856",
  name: "profiling-tools-unguarded",
  summary: "A tool for development runs with every request in production",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("MIDDLEWARE");
    const list = value && sequenceOf(value);
    // What only some branches add is guarded.
    if (!production || !value || !list || list.united || production.settings.mayBeUnset("MIDDLEWARE"))
      return [];
    return stringsOf(value).flatMap((name) => {
      const found = tools.find(([prefix]) => name.startsWith(prefix));
      if (!found || (found[0] === "silk." && isSampled(production))) return [];
      return settingFinding(profilingToolsUnguarded, production, {
        message: `${name} is in MIDDLEWARE in production: ${found[1]}.`,
        help: found[2],
        location: settingPlace(production, "MIDDLEWARE"),
        subject: name,
      });
    });
  },
};

const tools = [
  [
    "debug_toolbar.",
    "it looks at each request, and keeps all that it shows in memory",
    "Add it where DEBUG is on.",
  ],
  [
    "silk.",
    "it writes each request, and each query of it, to the database",
    "Sample: SILKY_INTERCEPT_PERCENT = 5 and SILKY_MAX_RECORDED_REQUESTS = 10_000, or add it where DEBUG is on.",
  ],
  ["nplusone.", "it watches each relation that is read", "Add it where DEBUG is on."],
  [
    "pyinstrument.middleware.",
    "it samples the stack of each request that asks for it",
    "Add it where DEBUG is on.",
  ],
] as const;

function isSampled({ settings }: ProductionSettings): boolean {
  return (
    settings.evaluateSetting("SILKY_INTERCEPT_PERCENT") !== undefined ||
    settings.evaluateSetting("SILKY_INTERCEPT_FUNC") !== undefined
  );
}
