import type { Location } from "../../base/text-range.ts";
import { classBody } from "../../django/class-body.ts";
import { type MappingValue, mappingOf, type StaticValue, truthOf } from "../../django/static-value.ts";
import type { Confidence, Fix, Level } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { NewValue } from "./environment-style.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { storageBackends, uploadFields } from "./published-files.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, replaceEntryFix, setSettingFix } from "./setting-fixes.ts";

export const s3Options: FactRule = {
  kind: "facts",
  code: "QS843",
  name: "s3-options",
  summary: "The storage of uploads in S3 publishes, overwrites or buffers more than it should",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const backends = (production && storageBackends(production, "default")) ?? [];
    // What a class of the project's own sets is not known.
    if (!production || backends.length === 0 || !backends.every((name) => s3.test(name))) return [];
    if (uploadFields(context.project).length === 0) return [];
    const store = storeOf(production);
    return problemsOf(context, store).map(({ option, value, ...problem }) =>
      settingFinding(s3Options, production, {
        ...problem,
        location: store.place(option),
        subject: option,
        restsOn: [store.option(option)],
        fixes: value ? store.fix(context, titles[option], option, value) : [],
      }),
    );
  },
};

const s3 = /^storages\.backends\.s3(boto3)?\.S3(Boto3)?Storage$/;

type Option =
  | "querystring_auth"
  | "querystring_expire"
  | "default_acl"
  | "custom_domain"
  | "file_overwrite"
  | "max_memory_size";

/** The settings that hold where `OPTIONS` says nothing. */
const settingNames: Readonly<Record<Option, string>> = {
  querystring_auth: "AWS_QUERYSTRING_AUTH",
  querystring_expire: "AWS_QUERYSTRING_EXPIRE",
  default_acl: "AWS_DEFAULT_ACL",
  custom_domain: "AWS_S3_CUSTOM_DOMAIN",
  file_overwrite: "AWS_S3_FILE_OVERWRITE",
  max_memory_size: "AWS_S3_MAX_MEMORY_SIZE",
};

const titles: Readonly<Record<Option, string>> = {
  querystring_auth: "Sign the addresses of uploads",
  querystring_expire: "Let signed addresses hold for an hour",
  default_acl: "Keep uploads private",
  custom_domain: "",
  file_overwrite: "Keep files of the same name apart",
  max_memory_size: "Keep at most 8 MB of a file in memory",
};

interface Store {
  /** Undefined where certainly nothing sets it. */
  option(name: Option): StaticValue | undefined;
  place(name: Option): Location;
  fix(context: RuleContext, title: string, name: Option, value: NewValue): readonly Fix[];
}

function storeOf(production: ProductionSettings): Store {
  const { settings } = production;
  const storages = settings.evaluateSetting("STORAGES");
  const entry = storages && mappingOf(mappingOf(storages)?.entries.get("default") ?? { kind: "unknown" });
  const given = entry?.entries.get("OPTIONS");
  const options: MappingValue | undefined = given && mappingOf(given);
  const isOpen = (given !== undefined && !options?.complete) || (storages !== undefined && !entry);
  return {
    option: (name) =>
      options?.entries.get(name) ??
      settings.evaluateSetting(settingNames[name]) ??
      (isOpen ? { kind: "unknown" } : undefined),
    place(name) {
      if (options?.places?.has(name)) return entryPlace(production, "STORAGES", options, name);
      if (settings.place(settingNames[name])) return settingPlace(production, settingNames[name]);
      return entry
        ? entryPlace(production, "STORAGES", entry, "BACKEND")
        : settingPlace(production, "DEFAULT_FILE_STORAGE");
    },
    fix(context, title, name, value) {
      if (options?.entries.has(name)) return replaceEntryFix(context, title, options, name, value);
      if (options && !settings.place(settingNames[name]))
        return addEntriesFix(context, title, options, [[name, value]], ["STORAGES", "default", "OPTIONS"]);
      return setSettingFix(context, title, production, settingNames[name], value, /^AWS_|STORAGE/);
    },
  };
}

interface Problem {
  readonly option: Option;
  readonly message: string;
  readonly help: string;
  readonly level?: Level;
  readonly confidence?: Confidence;
  /** What a fix writes; undefined where only people can know. */
  readonly value?: NewValue;
}

/** Seconds. */
const day = 24 * 60 * 60;

function problemsOf(context: RuleContext, store: Store): readonly Problem[] {
  const problems: Problem[] = [];
  const acl = store.option("default_acl");
  const text = acl?.kind === "known" && typeof acl.value === "string" ? acl.value : undefined;
  const auth = store.option("querystring_auth");
  const isUnsigned = auth !== undefined && truthOf(auth) === false;
  const hasDomain = store.option("custom_domain") !== undefined;
  const elsewhere = hasDomain
    ? ""
    : " Files that are meant to be public belong behind a CDN (custom_domain): each is fetched from S3 now.";
  if (text?.startsWith("public")) {
    problems.push({
      option: "default_acl",
      message: `Every upload may be read by anybody (${text}).`,
      help: `Keep them private, and let Django sign addresses.${elsewhere}`,
      confidence: "medium",
      value: { type: "code", code: "None" },
    });
  } else if (isUnsigned && !hasDomain) {
    problems.push({
      option: "querystring_auth",
      message:
        "Addresses of uploads are not signed: either nobody can open them, or everybody who knows them.",
      help: `Let Django sign them.${elsewhere}`,
      confidence: "medium",
      value: { type: "bool", value: true },
    });
  }
  const expire = store.option("querystring_expire");
  if (expire?.kind === "known" && typeof expire.value === "number" && expire.value > day) {
    problems.push({
      option: "querystring_expire",
      message: `Signed addresses hold for ${Math.round(expire.value / day)} days: whoever is sent one keeps access for so long.`,
      help: "An hour is enough to open a file.",
      value: { type: "int", value: 3600 },
    });
  }
  const overwrite = store.option("file_overwrite");
  if ((overwrite === undefined || truthOf(overwrite) === true) && mayCollide(context)) {
    problems.push({
      option: "file_overwrite",
      message: "A second upload of the same name replaces the first: file_overwrite is True, its default.",
      help: "Set it to False, as Django's own storage does: the second file gets another name.",
      value: { type: "bool", value: false },
    });
  }
  const size = store.option("max_memory_size");
  if (size === undefined || (size.kind === "known" && size.value === 0)) {
    problems.push({
      option: "max_memory_size",
      message: "A file that is read from S3 is kept in memory as a whole: max_memory_size is 0, its default.",
      help: "Let the rest of a larger file go to the disk.",
      level: "hint",
      value: { type: "int", value: 8 * 1024 * 1024 },
    });
  }
  return problems;
}

/** A function for `upload_to` usually makes names that are not given twice. */
function mayCollide({ project }: RuleContext): boolean {
  return uploadFields(project).some(({ model, field }) => {
    if (!model.symbol) return false;
    const declared = classBody(model.symbol).attributes.find(({ name }) => name === field.name)?.value;
    if (declared?.kind !== "Call") return false;
    const given = declared.keywords.find(({ name }) => name?.name === "upload_to")?.value;
    return given?.kind === "StringLiteral";
  });
}
