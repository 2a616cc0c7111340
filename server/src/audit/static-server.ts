/** What gives out the static files in production, where something in the folder says so. */
import type { ProductionSettings } from "../rules/settings/production-settings.ts";
import {
  isAbsoluteUrl,
  isRemoteStorage,
  settingTexts,
  storageBackends,
} from "../rules/settings/published-files.ts";
import type { Product } from "./product.ts";
import { listed, setting, storagePlace } from "./tasks/settings.ts";
import type { JudgementEvidence } from "./tasks/task.ts";

export interface StaticServer {
  readonly name: string;
  readonly sentence: string;
  readonly evidence: JudgementEvidence;
}

export function staticServer(
  { context: { deployment } }: Product,
  production: ProductionSettings,
): StaticServer | undefined {
  if (listed(production, "MIDDLEWARE").some((name) => /^whitenoise\./i.test(name))) {
    return {
      name: "WhiteNoise",
      sentence: "WhiteNoise serves the static files.",
      evidence: setting(production, "MIDDLEWARE", "WhiteNoise"),
    };
  }
  const urls = settingTexts(production, "STATIC_URL") ?? [];
  if (urls.length > 0 && urls.every(isAbsoluteUrl)) {
    return {
      name: "another host",
      sentence: "Static files come from another host.",
      evidence: setting(production, "STATIC_URL", "STATIC_URL"),
    };
  }
  const served = deployment.webServers
    .filter(({ purpose }) => purpose !== "development")
    .flatMap(({ locations }) => locations)
    .find(({ prefix, servesFiles }) => servesFiles && /static|media|asset/i.test(prefix));
  if (served) {
    return {
      name: "the web server",
      sentence: "The web server gives out the files itself.",
      evidence: { text: `Serves ${served.prefix}`, location: served.location },
    };
  }
  const backends = storageBackends(production, "staticfiles") ?? [];
  return backends.some(isRemoteStorage)
    ? {
        name: "a remote storage",
        sentence: "Static files are collected into a remote storage.",
        evidence: {
          text: "Storage of static files",
          location: storagePlace(production, "staticfiles"),
        },
      }
    : undefined;
}
