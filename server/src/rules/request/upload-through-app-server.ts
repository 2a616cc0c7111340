import { groupBy } from "../../base/group-by.ts";
import { classBody } from "../../django/class-body.ts";
import { installedApps } from "../../django/settings.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Evidence, Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "../settings/production-settings.ts";
import { type FileUpload, fileUploads } from "./file-uploads.ts";
import { defaultObjectStore, objectStoreOf, storageSetting } from "./object-stores.ts";
import { signedUploadFixes } from "./signed-upload-fix.ts";

export const uploadThroughAppServer: FactRule = {
  kind: "facts",
  code: "QS420",
  name: "upload-through-app-server",
  summary: "Uploaded files pass through a worker and its disk on their way to an object store",
  level: "hint",
  fix: "suggestion",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || signsUploads(context, production)) return [];
    const byField = groupBy(fileUploads(context), ({ field }) => `${field.declaredIn} ${field.name}`);
    return [...byField.values()].flatMap((uploads) => findingOf(context, production, uploads) ?? []);
  },
};

/** Browsers send files to the storage already. */
function signsUploads({ project: { program } }: RuleContext, { settings }: ProductionSettings): boolean {
  const apps = installedApps(settings)?.names ?? [];
  return (
    apps.some((name) => /^(?:s3file|s3direct|s3upload|s3_file_field|django_fine_uploader_s3)\b/.test(name)) ||
    program.modules.some(
      ({ firstParty, file }) =>
        firstParty && mentions(file, /\bgenerate_(?:presigned_(?:post|url)|signed_url|blob_sas)\b/),
    )
  );
}

function findingOf(
  context: RuleContext,
  production: ProductionSettings,
  uploads: readonly [FileUpload, ...FileUpload[]],
): Finding | undefined {
  const { program } = context.project;
  const [{ field, model }] = uploads;
  const owner = context.project.models.models.get(field.declaredIn)?.symbol ?? model.symbol;
  const location = field.location;
  if (!owner?.module.firstParty || !location) return undefined;
  const byDefault = defaultObjectStore(program, production);
  const store = objectStoreOf(program, owner, field, byDefault);
  if (!store || isLimited(owner, field.name)) return undefined;
  const isPicture = field.baseClassName === "ImageField";
  const isSure = store.isSure && production.isSure && !isPicture;
  const origin: Evidence =
    store === byDefault
      ? {
          message: `The settings store files in ${store.service}`,
          location: settingPlace(production, storageSetting(production)),
        }
      : { message: `The field stores files in ${store.service}`, location };
  const evidence: readonly Evidence[] = [
    origin,
    ...uploads.map(({ name, location: place }) => ({ message: `Takes the file: ${name}`, location: place })),
  ];
  return {
    ...findingBase(uploadThroughAppServer),
    remedy: "blocking-call",
    confidence: isSure ? "medium" : "low",
    message: `Files for "${field.name}" of ${model.name} pass through a worker and its disk before they reach ${store.service}: it is occupied until the client has sent all of it.`,
    help: "Let the browser send large files to the storage itself, with a signed form, and store only their key.",
    location,
    origin: location,
    symbol: `${owner.module.name}.${owner.qualifiedName}`,
    model: model.label,
    fields: [field.name],
    accesses: uploads.map((upload) => ({
      location: upload.location,
      relationPath: "",
      code: uploadThroughAppServer.code,
    })),
    evidence,
    fixes: store.service === "Amazon S3" ? signedUploadFixes(context, owner, model, field) : [],
  };
}

/** `validators=[validate_size]`: files that the model refuses above some size are small. */
function isLimited(owner: Parameters<typeof classBody>[0], name: string): boolean {
  const declared = classBody(owner).attributes.find((attribute) => attribute.name === name)?.value;
  if (declared?.kind !== "Call") return false;
  const validators = declared.keywords.find((keyword) => keyword.name?.name === "validators")?.value;
  return (
    validators !== undefined && /size/i.test(owner.module.file.text.slice(validators.start, validators.end))
  );
}
