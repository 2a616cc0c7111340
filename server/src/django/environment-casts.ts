/** What the readers of environment variables make of a variable's text. */
import type { Expression } from "../syntax/ast.ts";
import { known, type StaticValue, sequence, unknownValue } from "./static-value.ts";

export type EnvironmentLibrary =
  | "os"
  | "environ"
  | "environs"
  | "decouple"
  | "configurations"
  | "pydantic"
  | "configparser";

const trueTexts: Readonly<Record<EnvironmentLibrary, ReadonlySet<string>>> = {
  os: new Set(),
  environ: new Set(["true", "on", "ok", "y", "yes", "1"]),
  environs: new Set(["t", "true", "on", "y", "yes", "1"]),
  decouple: new Set(["y", "yes", "t", "true", "on", "1"]),
  configurations: new Set(["yes", "y", "true", "1"]),
  pydantic: new Set(["1", "true", "t", "yes", "y", "on"]),
  configparser: new Set(["1", "yes", "true", "on"]),
};

const falseTexts: ReadonlySet<string> = new Set(["false", "f", "off", "n", "no", "0", ""]);

/** The kind of value that a reader makes: the name of Python's type, or `unknown` for other functions. */
export type Cast = "str" | "bool" | "int" | "float" | "list" | "tuple" | "path" | "unknown";

export function castOf(expression: Expression): Cast {
  if (expression.kind === "Call") {
    return expression.function.kind === "Name" && expression.function.name === "Csv" ? "list" : "unknown";
  }
  if (expression.kind !== "Name") return "unknown";
  return castByName(expression.name);
}

export function castByName(name: string): Cast {
  switch (name) {
    case "str":
    case "bool":
    case "int":
    case "float":
    case "list":
    case "tuple":
      return name;
    case "Path":
      return "path";
    default:
      return "unknown";
  }
}

/** The kind of a default: django-environ gives a variable the type of its default. */
export function castOfDefault(value: StaticValue | undefined): Cast {
  if (!value) return "str";
  if (value.kind !== "known") return "unknown";
  const { value: held } = value;
  if (held === null) return "unknown";
  if (typeof held === "string") return "str";
  if (typeof held === "boolean") return "bool";
  if (typeof held === "number") return Number.isInteger(held) ? "int" : "float";
  return held.type === "sequence" ? "list" : "unknown";
}

export function castText(text: string, cast: Cast, library: EnvironmentLibrary): StaticValue {
  switch (cast) {
    case "str":
    case "path":
      return known(text);
    case "bool":
      if (trueTexts[library].has(text.toLowerCase())) return known(true);
      return library === "environ" || falseTexts.has(text.toLowerCase()) ? known(false) : unknownValue;
    case "int":
      return /^\s*[-+]?\d+\s*$/.test(text) ? known(Number(text)) : unknownValue;
    case "float":
      return /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) ? known(Number(text)) : unknownValue;
    case "list":
    case "tuple":
      return splitList(text, library);
    case "unknown":
      return unknownValue;
  }
}

function splitList(text: string, library: EnvironmentLibrary): StaticValue {
  const parts = text.split(",").map((part) => (library === "environ" ? part : part.trim()));
  return sequence(parts.filter((part) => part !== "").map(known));
}
