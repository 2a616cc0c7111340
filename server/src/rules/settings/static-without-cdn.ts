import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedProcesses } from "./deployed.ts";
import { readsEnvironment } from "./environment-style.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import {
  isAbsoluteUrl,
  isRemoteStorage,
  servesStatic,
  settingTexts,
  storageBackends,
} from "./published-files.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const staticWithoutCdn: FactRule = {
  kind: "facts",
  code: "QS844",
  name: "static-without-cdn",
  summary: "Static files come from the product's own server, to visitors wherever they are",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production?.isSure || !servesStatic(production) || !isPublic(context)) return [];
    const value = production.settings.evaluateSetting("STATIC_URL");
    // A variable of the environment may name a CDN already.
    if (value?.kind !== "known" || value.variable !== undefined) return [];
    const [url = ""] = settingTexts(production, "STATIC_URL") ?? [];
    const storages = storageBackends(production, "staticfiles");
    if (url === "" || isAbsoluteUrl(url) || !storages || storages.some(isRemoteStorage)) return [];
    if (namesCdn(production)) return [];
    return [
      settingFinding(staticWithoutCdn, production, {
        message: `STATIC_URL is "${url}": each visitor fetches every static file from the product's own server.`,
        help: "Let a CDN fetch them once, and name its host in STATIC_URL, from the environment.",
        location: settingPlace(production, "STATIC_URL"),
        fixes: readsEnvironment(context.project.program, production.module)
          ? setSettingFix(context, "Let the environment name a CDN", production, "STATIC_URL", {
              type: "str",
              value: url,
              variable: "STATIC_URL",
            })
          : [],
      }),
    ];
  },
};

/** The folder tells how it is deployed: what others install on servers of their own is theirs to decide. */
function isPublic(context: RuleContext): boolean {
  return deployedProcesses(context, "web").some(({ purpose }) => purpose === "production");
}

function namesCdn({ settings }: ProductionSettings): boolean {
  return settings.names().some((name) => /CDN|CLOUDFRONT|CLOUDFLARE|FASTLY|AKAMAI|STATIC_HOST/.test(name));
}
