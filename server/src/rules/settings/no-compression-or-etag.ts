import { sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { textsOf } from "./databases.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const noCompressionOrEtag: FactRule = {
  kind: "facts",
  code: "QS858",
  name: "no-compression-or-etag",
  summary: "Responses are sent whole each time, and uncompressed",
  level: "hint",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("MIDDLEWARE");
    const list = value && sequenceOf(value);
    if (!production || !value || !list?.complete) return [];
    if (stringsOf(value).some((name) => saving.test(name))) return [];
    const { webServers } = context.deployment;
    const servers = webServers.filter(({ purpose }) => purpose !== "development");
    if (servers.some(({ compresses }) => compresses)) return [];
    if (textsOf(production.settings.evaluateSetting("STATIC_URL")).some((url) => /^(https?:)?\/\//.test(url)))
      return [];
    return [
      settingFinding(noCompressionOrEtag, production, {
        message: `Nothing compresses responses${servers.length > 0 ? ", nginx neither" : ""}, and no ETag spares those that did not change.`,
        help: "Turn on gzip in nginx or at the CDN, and add django.middleware.http.ConditionalGetMiddleware at the top of MIDDLEWARE.",
        location: settingPlace(production, "MIDDLEWARE"),
        // The server in front of Django need not be in the repository.
        confidence: servers.length > 0 ? "medium" : "low",
      }),
    ];
  },
};

const saving =
  /(?:GZipMiddleware|ConditionalGetMiddleware|CompressionMiddleware|BrotliMiddleware|MinifyMiddleware|WhiteNoiseMiddleware)$/;
