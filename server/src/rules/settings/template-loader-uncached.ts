import { mappingOf, sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix } from "./setting-fixes.ts";

const readsFiles = /^django\.template\.loaders\.(filesystem|app_directories)\.Loader$/;

export const templateLoaderUncached: FactRule = {
  kind: "facts",
  code: "QS826",
  name: "template-loader-uncached",
  summary: "Templates are read and parsed anew for each request",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const engines = production?.settings.evaluateSetting("TEMPLATES");
    if (!production || !engines) return [];
    return (sequenceOf(engines)?.elements ?? []).flatMap((engine) => {
      const options = mappingOf(mappingOf(engine)?.entries.get("OPTIONS") ?? { kind: "unknown" });
      const loaders = options?.entries.get("loaders");
      const elements = loaders && sequenceOf(loaders);
      if (!options || !elements?.complete || elements.united || elements.elements.length === 0) return [];
      const names = stringsOf({ kind: "known", value: elements });
      // Loaders with arguments, among them the cached one, are no texts; those of others may answer by the request.
      if (names.length !== elements.elements.length || !names.every((name) => readsFiles.test(name)))
        return [];
      const code = `[("django.template.loaders.cached.Loader", [${names.map((name) => `"${name}"`).join(", ")}])]`;
      return settingFinding(templateLoaderUncached, production, {
        message:
          "The template loaders are named without the cached loader around them: each request reads and parses its templates anew.",
        help: "Leave loaders out, where APP_DIRS and DIRS say enough, or put them into django.template.loaders.cached.Loader.",
        location: entryPlace(production, "TEMPLATES", options, "loaders"),
        fixes: replaceEntryFix(context, "Wrap the loaders in the cached loader", options, "loaders", {
          type: "code",
          code,
        }),
      });
    });
  },
};
