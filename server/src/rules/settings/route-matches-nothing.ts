import { installedApps } from "../../django/settings.ts";
import { mappingOf } from "../../django/static-value.ts";
import { quoted } from "../../edits/dictionary-entries.ts";
import type { Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { queueSetting, queueSettingPlace, taskNames } from "./celery.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const routeMatchesNothing: FactRule = {
  kind: "facts",
  code: "QS867",
  name: "route-matches-nothing",
  summary: "A route of Celery names tasks that do not exist",
  level: "warning",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const value = production && queueSetting(production, "task_routes");
    const routes = value && mappingOf(value);
    if (!production || !routes) return [];
    const names = taskNames(production);
    if (!names || names.size === 0) return [];
    return [...routes.entries.keys()].flatMap((pattern) => {
      if (matches(pattern, names)) return [];
      const better = [`*.${pattern}`, pattern.replace(/^([^*]+)\.\*$/, "*.$1.*")].find((each) =>
        matches(each, names),
      );
      if (better === undefined && !namesNobody(context, production, pattern)) return [];
      const place = routes.places?.get(pattern);
      const location = place
        ? entryPlace(production, "CELERY_TASK_ROUTES", routes, pattern)
        : queueSettingPlace(production, "CELERY_TASK_ROUTES", "CELERY_ROUTES");
      const fixes: readonly Fix[] =
        place?.module.firstParty && better !== undefined
          ? [
              {
                title: `Route "${better}"`,
                safety: "unsafe",
                preferred: true,
                edits: [{ ...location, newText: quoted(place.module.file.text, better) }],
              },
            ]
          : [];
      return settingFinding(routeMatchesNothing, production, {
        message: `The route "${pattern}" matches no task: patterns are compared with whole names, such as "${firstMatch(better ?? "*", names)}".`,
        help:
          better === undefined
            ? "Begin it with the module of the tasks, or remove it."
            : `Write "${better}".`,
        location,
        subject: pattern,
        restsOn: [value],
        fixes,
      });
    });
  },
};

/** It begins with a package that neither the project nor what it imports has: no library can have made the tasks. */
function namesNobody(
  { project: { program } }: RuleContext,
  { settings }: ProductionSettings,
  pattern: string,
): boolean {
  const name = /^(\w+)\./.exec(pattern)?.[1];
  const apps = installedApps(settings);
  if (name === undefined || name === "celery" || !apps?.complete || program.module(name)) return false;
  const isImported = new RegExp(`^\\s*(?:from|import)\\s+${name}\\b`, "m");
  return (
    !apps.names.some((app) => app === name || app.startsWith(`${name}.`)) &&
    !program.modules.some(({ firstParty, file }) => firstParty && isImported.test(file.text))
  );
}

function matches(pattern: string, names: ReadonlySet<string>): boolean {
  return firstMatch(pattern, names) !== undefined;
}

/** As Python's fnmatch compares: `*` stands for anything, dots included. */
function firstMatch(pattern: string, names: ReadonlySet<string>): string | undefined {
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
  return [...names].find((name) => expression.test(name));
}
