import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const uploadLimits: FactRule = {
  kind: "facts",
  code: "QS845",
  name: "upload-limits",
  summary: "Bodies of requests are kept in memory up to a size that fills it",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return settings.flatMap((name) => {
      const value = production.settings.evaluateSetting(name);
      if (!value || value.kind === "unknown") return [];
      const isHigh = alternativesOf(value).every(
        (each) => each === null || (typeof each === "number" && each > limit),
      );
      if (!isHigh) return [];
      return settingFinding(uploadLimits, production, {
        message: `${name} lets one request take more than 50 MB of a worker's memory: a few at a time and the worker is killed.`,
        help: "Stay with 2.5 MB, Django's default, and let browsers send large files to the object store themselves, with a signed URL.",
        location: settingPlace(production, name),
        subject: name,
        restsOn: [value],
      });
    });
  },
};

const settings = ["DATA_UPLOAD_MAX_MEMORY_SIZE", "FILE_UPLOAD_MAX_MEMORY_SIZE"];

/** Bytes. */
const limit = 50 * 1024 * 1024;
