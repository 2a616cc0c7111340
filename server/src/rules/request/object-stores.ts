/** Storages in which a file is an object of another service: Amazon S3 and its like. */
import { classBody } from "../../django/class-body.ts";
import type { Field } from "../../django/model-graph.ts";
import { alternativesOf, mappingOf, type StaticValue } from "../../django/static-value.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, PythonSymbol } from "../../python/symbols.ts";
import { textsOf } from "../settings/databases.ts";
import type { ProductionSettings } from "../settings/production-settings.ts";

export interface ObjectStore {
  readonly service: "Amazon S3" | "Google Cloud Storage" | "Azure";
  /** Some settings say so, others do not. */
  readonly isSure: boolean;
}

const services: readonly (readonly [RegExp, ObjectStore["service"]])[] = [
  [/^storages\.backends\.s3/, "Amazon S3"],
  [/^storages\.backends\.gcloud\./, "Google Cloud Storage"],
  [/^storages\.backends\.azure_storage\./, "Azure"],
];

/** Where the project's files lie unless a field says otherwise; undefined for a disk, and for what is not known. */
export function defaultObjectStore(
  program: PythonProgram,
  { settings }: ProductionSettings,
): ObjectStore | undefined {
  const storages = settings.evaluateSetting("STORAGES");
  const ofAlias = storages && mappingOf(storages)?.entries.get("default");
  const backend = ofAlias
    ? mappingOf(ofAlias)?.entries.get("BACKEND")
    : settings.evaluateSetting("DEFAULT_FILE_STORAGE");
  return backend && storeOfBackend(program, backend);
}

/** The setting that says it. */
export function storageSetting({ settings }: ProductionSettings): "STORAGES" | "DEFAULT_FILE_STORAGE" {
  return settings.evaluateSetting("STORAGES") ? "STORAGES" : "DEFAULT_FILE_STORAGE";
}

function storeOfBackend(program: PythonProgram, backend: StaticValue): ObjectStore | undefined {
  const found = textsOf(backend).map((name) => {
    const symbol = program.resolveDottedName(name);
    return symbol.kind === "class" ? serviceOf(program, symbol) : serviceNamed(name);
  });
  const service = found.find((each) => each !== undefined);
  const isSure = found.length === alternativesOf(backend).length && found.every((each) => each === service);
  return service && { service, isSure };
}

/** Where the files of a column lie: in the storage that it names, else in that of the project. */
export function objectStoreOf(
  program: PythonProgram,
  owner: ClassSymbol,
  field: Field,
  byDefault: ObjectStore | undefined,
): ObjectStore | undefined {
  const declared = classBody(owner).attributes.find(({ name }) => name === field.name)?.value;
  if (declared?.kind !== "Call") return undefined;
  const storage = declared.keywords.find(({ name }) => name?.name === "storage")?.value;
  if (!storage) return byDefault;
  const symbol = program.resolveExpression(
    owner.module,
    storage.kind === "Call" ? storage.function : storage,
    owner,
  );
  const service = serviceOf(program, symbol);
  return service && { service, isSure: true };
}

function serviceOf(program: PythonProgram, symbol: PythonSymbol): ObjectStore["service"] | undefined {
  if (symbol.kind === "external") return serviceNamed(symbol.name);
  if (symbol.kind === "variable") {
    // `private = PrivateStorage()`
    const [value] = symbol.values;
    return value?.kind === "Call"
      ? serviceOf(program, program.resolveExpression(symbol.module, value.function, symbol.owner))
      : undefined;
  }
  if (symbol.kind !== "class") return undefined;
  const bases = program.mro(symbol).flatMap((base) => (base.kind === "external" ? base.name : []));
  return bases.map(serviceNamed).find((each) => each !== undefined);
}

function serviceNamed(name: string): ObjectStore["service"] | undefined {
  return services.find(([pattern]) => pattern.test(name))?.[1];
}
