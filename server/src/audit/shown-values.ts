/** Values of settings as the report shows them: short, and without secrets. */
import { isMapping, isSequence, type KnownValue, type StaticValue } from "../django/static-value.ts";

/** Settings whose value is nobody's business. */
const secret = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE|CREDENTIAL|DSN|\bKEY$/i;

const longest = 80;

/** @param name of the setting, which tells secrets */
export function shownValue(name: string, value: StaticValue): string {
  if (secret.test(name)) return "•••";
  switch (value.kind) {
    case "unknown":
      return "decided where it is deployed";
    case "known":
      return cut(shownKnown(value.value));
    case "oneOf":
      return cut([...new Set(value.values.map(shownKnown))].join(" or "));
  }
}

function shownKnown(value: KnownValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(withoutCredentials(value));
  if (isSequence(value)) {
    return `[${value.elements.map((element) => shownValue("", element)).join(", ")}${value.complete ? "" : ", …"}]`;
  }
  if (isMapping(value)) {
    const entries = [...value.entries].map(
      ([key, entry]) => `${JSON.stringify(key)}: ${shownValue(key, entry)}`,
    );
    return `{${entries.join(", ")}${value.complete ? "" : ", …"}}`;
  }
  return "…";
}

/** `redis://:secret@host` → `redis://•••@host` */
function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][\w+.-]*:\/\/)[^@/\s]*@/i, "$1•••@");
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
