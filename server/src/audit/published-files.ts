/** Static files and uploads: where they lie, under which address, and who gives them out. */
import type { ProductionSettings } from "../rules/settings/production-settings.ts";
import {
  isRemoteStorage,
  servesStatic,
  settingTexts,
  storageBackends,
  uploadFields,
} from "../rules/settings/published-files.ts";
import type { Product } from "./product.ts";
import type { FilesReport, PublishedFiles } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";
import { staticServer } from "./static-server.ts";
import { placeOf as settingPlace, storagePlace } from "./tasks/settings.ts";

/** Rules about static files and uploads. */
const aboutFiles = /^QS(413|414|420|84\d)$/;

export function filesReport(product: Product, placeOf: PlaceOf): FilesReport {
  const { production, findings } = product;
  const fields = uploadFields(product.project);
  return {
    kinds: production
      ? [
          ...(servesStatic(production) ? [staticFiles(product, production, placeOf)] : []),
          ...(fields.length > 0 ? [uploads(production, placeOf)] : []),
        ]
      : [],
    fields: fields.map(({ model, field }) => `${model.label}.${field.name}`),
    findings: findings
      .filter(({ code }) => aboutFiles.test(code))
      .map((finding) => reportFinding(finding, placeOf)),
  };
}

function staticFiles(product: Product, production: ProductionSettings, placeOf: PlaceOf): PublishedFiles {
  const place = storagePlace(production, "staticfiles") ?? settingPlace(production, "STATIC_URL");
  return {
    what: "static files",
    storage: storageOf(production, "staticfiles"),
    address: addressOf(production, "STATIC_URL"),
    givenOutBy: staticServer(product, production)?.name,
    place: place && placeOf(place),
  };
}

function uploads(production: ProductionSettings, placeOf: PlaceOf): PublishedFiles {
  const backends = storageBackends(production, "default");
  const place = storagePlace(production, "default") ?? settingPlace(production, "MEDIA_URL");
  return {
    what: "uploads",
    storage: storageOf(production, "default"),
    address: addressOf(production, "MEDIA_URL"),
    givenOutBy: backends?.length && backends.every(isRemoteStorage) ? "the storage" : undefined,
    place: place && placeOf(place),
  };
}

function storageOf(production: ProductionSettings, alias: "default" | "staticfiles"): string | undefined {
  const backends = storageBackends(production, alias);
  if (backends === undefined) return undefined;
  const fallback =
    alias === "default"
      ? "django.core.files.storage.FileSystemStorage"
      : "django.contrib.staticfiles.storage.StaticFilesStorage";
  return backends.length > 0 ? backends.join(" or ") : fallback;
}

function addressOf(production: ProductionSettings, name: string): string | undefined {
  const texts = settingTexts(production, name);
  if (texts === undefined) return undefined;
  return texts.length > 0 ? texts.join(" or ") : "not set";
}
