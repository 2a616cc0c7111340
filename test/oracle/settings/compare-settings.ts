/** What the evaluator says about settings, held against what importing their module gives. */
import { homedir } from "node:os";
import { symbolName } from "../../../server/src/django/canonical-names.ts";
import type { Settings } from "../../../server/src/django/settings.ts";
import type { KnownValue, StaticValue } from "../../../server/src/django/static-value.ts";

/** A value as `import_settings.py` writes it. */
export type ImportedValue =
  | string
  | number
  | boolean
  | null
  | { readonly mapping: Readonly<Record<string, ImportedValue>> }
  | { readonly sequence: readonly ImportedValue[] }
  | { readonly set: readonly ImportedValue[] }
  | { readonly object: string }
  | { readonly stub: string };

export type ImportedSettings = Readonly<Record<string, ImportedValue>>;

/** `unknown`: the evaluator does not say, or says more than one thing of which one is right. */
export type Verdict = "equal" | "unknown" | "wrong";

export interface ComparedSetting {
  readonly name: string;
  readonly verdict: Verdict;
  /** For what is not equal. */
  readonly evaluated: string;
  readonly imported: string;
}

/** The settings that decide about databases, caches, sessions, files, mail and tasks. */
const compared =
  /^(DATABASES|CACHES|SESSION_ENGINE|SESSION_CACHE_ALIAS|STORAGES|DEFAULT_FILE_STORAGE|STATICFILES_STORAGE|MEDIA_\w+|EMAIL_BACKEND|INSTALLED_APPS|MIDDLEWARE|MIDDLEWARE_CLASSES|(CELERY|BROKER)\w*)$/;

/** @param root absolute path of the folder to which the evaluator's paths are relative */
export function compareSettings(
  settings: Settings,
  imported: ImportedSettings,
  root: string,
): readonly ComparedSetting[] {
  const names = new Set(
    [...Object.keys(imported), ...settings.names()].filter((name) => compared.test(name)),
  );
  return [...names].sort().flatMap((name) => {
    const value = settings.evaluateSetting(name);
    const actual = imported[name];
    if (actual !== undefined && dependsOnStub(actual)) return [];
    const verdict = compareSetting(value, actual, settings.mayBeUnset(name), root);
    return [{ name, verdict, evaluated: describe(value), imported: JSON.stringify(actual) ?? "not set" }];
  });
}

function compareSetting(
  value: StaticValue | undefined,
  actual: ImportedValue | undefined,
  mayBeUnset: boolean,
  root: string,
): Verdict {
  if (value === undefined) return actual === undefined ? "equal" : "wrong";
  if (actual === undefined) return mayBeUnset || value.kind === "unknown" ? "unknown" : "wrong";
  const verdict = compareValue(value, actual, root);
  return verdict === "equal" && mayBeUnset ? "unknown" : verdict;
}

function dependsOnStub(value: ImportedValue): boolean {
  if (typeof value === "string") return value.includes("<stub ");
  if (typeof value !== "object" || value === null) return false;
  if ("stub" in value) return true;
  if ("mapping" in value) return Object.values(value.mapping).some(dependsOnStub);
  if ("sequence" in value) return value.sequence.some(dependsOnStub);
  return "set" in value && value.set.some(dependsOnStub);
}

function compareValue(value: StaticValue, actual: ImportedValue, root: string): Verdict {
  switch (value.kind) {
    case "unknown":
      return "unknown";
    case "known":
      return compareKnown(value.value, actual, root);
    case "oneOf":
      return value.values.some((each) => compareKnown(each, actual, root) !== "wrong") ? "unknown" : "wrong";
  }
}

function compareKnown(value: KnownValue, actual: ImportedValue, root: string): Verdict {
  if (typeof value !== "object" || value === null) {
    if (typeof actual === "object" && actual !== null) return "object" in actual ? "unknown" : "wrong";
    return normalized(value, root) === normalized(actual, root) ? "equal" : "wrong";
  }
  switch (value.type) {
    case "sequence": {
      const elements = elementsOf(actual);
      if (!elements) return "wrong";
      if (!value.complete || value.united) return "unknown";
      if (elements.length !== value.elements.length) return "wrong";
      return worst(
        value.elements.map((element, index) => compareValue(element, elements[index] ?? null, root)),
      );
    }
    case "mapping": {
      if (typeof actual !== "object" || actual === null || !("mapping" in actual)) return "wrong";
      const isOpen = !value.complete || value.united === true;
      const verdicts: Verdict[] = [...value.entries].map(([key, entry]) => {
        const other = actual.mapping[key];
        if (other === undefined) return isOpen ? "unknown" : "wrong";
        return compareValue(entry, other, root);
      });
      if (isOpen) verdicts.push("unknown");
      else if (Object.keys(actual.mapping).some((key) => !value.entries.has(key))) verdicts.push("wrong");
      return worst(verdicts);
    }
    case "symbol":
      return compareObject(symbolName(value.symbol), actual);
    case "call": {
      const { function: callee } = value.expression;
      return compareObject(
        callee.kind === "Attribute"
          ? callee.attribute.name
          : callee.kind === "Name"
            ? callee.name
            : undefined,
        actual,
      );
    }
    case "model":
      return "unknown";
  }
}

/** An object that is no plain data is equal if it is of the class that the code names. */
function compareObject(name: string | undefined, actual: ImportedValue): Verdict {
  if (typeof actual !== "object" || actual === null || !("object" in actual)) return "unknown";
  return name?.split(".").at(-1) === actual.object.split(".").at(-1) ? "equal" : "unknown";
}

function elementsOf(actual: ImportedValue): readonly ImportedValue[] | undefined {
  if (typeof actual !== "object" || actual === null) return undefined;
  if ("sequence" in actual) return actual.sequence;
  return "set" in actual ? actual.set : undefined;
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("wrong")) return "wrong";
  return verdicts.includes("unknown") ? "unknown" : "equal";
}

/** Paths relative to the folder, or to the home folder of whoever imports, as the evaluator has them. */
function normalized(value: string | number | boolean | null, root: string): string | number | boolean | null {
  if (typeof value !== "string") return value;
  const inside = value === root ? "." : value.replaceAll(`${root}/`, "");
  const home = `${homedir()}/`;
  return (inside.startsWith(home) ? `~/${inside.slice(home.length)}` : inside)
    .replace(/^\.\//, "")
    .replace(/(?<=.)\/$/, "");
}

function describe(value: StaticValue | undefined): string {
  if (value === undefined) return "not set";
  switch (value.kind) {
    case "unknown":
      return "?";
    case "known":
      return describeKnown(value.value);
    case "oneOf":
      return value.values.map(describeKnown).join(" or ");
  }
}

function describeKnown(value: KnownValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  switch (value.type) {
    case "sequence": {
      const elements = value.elements.map(describe);
      return `[${[...elements, ...(value.complete ? [] : ["…"])].join(", ")}]${value.united ? "?" : ""}`;
    }
    case "mapping": {
      const entries = [...value.entries].map(([key, entry]) => `${key}: ${describe(entry)}`);
      return `{${[...entries, ...(value.complete ? [] : ["…"])].join(", ")}}${value.united ? "?" : ""}`;
    }
    case "symbol":
      return symbolName(value.symbol) ?? "symbol";
    case "model":
      return value.label;
    case "call":
      return "call";
  }
}
