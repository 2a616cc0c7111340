/** Methods whose result is known because that of their object is: of strings, paths, lists and dictionaries. */
import type { Call } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import { joinedPath } from "./static-paths.ts";
import {
  known,
  mappingOf,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

/** Methods of strings, paths, lists and dictionaries that give another value. */
export function methodOfValue(evaluator: Evaluator, call: Call, scope: Scope): StaticValue | undefined {
  if (call.function.kind !== "Attribute") return undefined;
  const method = call.function.attribute.name;
  if (!valueMethods.has(method)) return undefined;
  const receiver = evaluator.evaluate(call.function.value, scope);
  const parts = call.arguments.map((part) => evaluator.evaluate(part, scope));
  const text = stringOf(receiver);
  if (text !== undefined) return methodOfString(text, method, parts);
  const mapping = mappingOf(receiver);
  if (mapping && method === "get") {
    const key = parts[0] ? stringOf(parts[0]) : undefined;
    return key === undefined ? unknownValue : (mapping.entries.get(key) ?? parts[1] ?? known(null));
  }
  return (mapping || sequenceOf(receiver)) && method === "copy" ? receiver : undefined;
}

const valueMethods: ReadonlySet<string> = new Set([
  "absolute",
  "copy",
  "format",
  "get",
  "joinpath",
  "lower",
  "resolve",
  "rsplit",
  "split",
  "strip",
  "upper",
]);

function methodOfString(
  text: string,
  method: string,
  parts: readonly StaticValue[],
): StaticValue | undefined {
  switch (method) {
    case "lower":
      return known(text.toLowerCase());
    case "upper":
      return known(text.toUpperCase());
    case "strip":
      return parts.length === 0 ? known(text.trim()) : unknownValue;
    case "rsplit":
    case "split":
      return splitString(text, method, parts);
    case "resolve":
    case "absolute":
      return known(text);
    case "joinpath":
      return joinedPath([known(text), ...parts]);
    case "format": {
      const replacements = parts.map(stringOf);
      if (replacements.includes(undefined) || /\{[^}\d]/.test(text)) return unknownValue;
      let next = 0;
      return known(
        text.replace(
          /\{(\d*)\}/g,
          (_, index: string) => replacements[index === "" ? next++ : Number(index)] ?? "",
        ),
      );
    }
    default:
      return undefined;
  }
}

/** `split` and `rsplit`; a limit other than one is left alone. */
function splitString(text: string, method: "split" | "rsplit", parts: readonly StaticValue[]): StaticValue {
  const separator = parts[0] ? stringOf(parts[0]) : undefined;
  if (separator === undefined || separator === "") {
    return sequence(
      text
        .trim()
        .split(/\s+/)
        .filter((piece) => piece !== "")
        .map(known),
    );
  }
  const [, limit] = parts;
  if (!limit) return sequence(text.split(separator).map(known));
  const position = method === "split" ? text.indexOf(separator) : text.lastIndexOf(separator);
  if (limit.kind !== "known" || limit.value !== 1) return unknownValue;
  if (position === -1) return sequence([known(text)]);
  return sequence([known(text.slice(0, position)), known(text.slice(position + separator.length))]);
}
