/** Methods whose result is known because that of their object is: of strings, paths, lists and dictionaries. */
import type { Call } from "../syntax/ast.ts";
import { answerOfParser } from "./configuration-parsers.ts";
import { isEnvironmentKnown } from "./environment-values.ts";
import type { Evaluator } from "./evaluation.ts";
import { textOf } from "./static-operators.ts";
import { joinedPath } from "./static-paths.ts";
import {
  dependingOn,
  joinValues,
  known,
  type MappingValue,
  mappingOf,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";

/** Methods of strings, paths, lists and dictionaries that give another value. */
export function methodOfValue(evaluator: Evaluator, call: Call, scope: Scope): StaticValue | undefined {
  if (call.function.kind !== "Attribute") return undefined;
  const method = call.function.attribute.name;
  if (!valueMethods.has(method)) return undefined;
  const receiver = evaluator.evaluate(call.function.value, scope);
  const parts = call.arguments.map((part) => evaluator.evaluate(part, scope));
  const text = stringOf(receiver);
  if (text !== undefined) {
    if (call.keywords.length > 0) return method === "resolve" ? receiver : unknownValue;
    const result = methodOfString(text, method, parts);
    return result && dependingOn(result, variableOf(receiver, ...parts));
  }
  const mapping = mappingOf(receiver);
  if (mapping?.parser) {
    const keywords = new Map(
      call.keywords.flatMap(({ name, value }) =>
        name ? [[name.name, evaluator.evaluate(value, scope)] as const] : [],
      ),
    );
    return answerOfParser(mapping, { method, positional: parts, keywords }, isEnvironmentKnown(evaluator));
  }
  if (mapping) return methodOfMapping(mapping, method, parts);
  const elements = sequenceOf(receiver);
  if (!elements) return undefined;
  if (method === "copy") return known({ ...elements });
  return method === "index" || method === "count" || method === "pop" ? unknownValue : undefined;
}

function methodOfMapping(
  mapping: MappingValue,
  method: string,
  [key, fallback]: readonly StaticValue[],
): StaticValue | undefined {
  switch (method) {
    case "copy":
      return known({ ...mapping });
    case "get":
    case "pop": {
      const name = key && stringOf(key);
      const entry = name === undefined ? undefined : mapping.entries.get(name);
      if (entry) return mapping.united ? joinValues(entry, fallback ?? known(null)) : entry;
      if (name === undefined || !mapping.complete) return unknownValue;
      return fallback ?? (method === "get" ? known(null) : unknownValue);
    }
    case "keys":
      return sequence([...mapping.entries.keys()].map(known), mapping.complete, mapping.united);
    case "values":
      return sequence([...mapping.entries.values()], mapping.complete, mapping.united);
    case "items":
      return sequence(
        [...mapping.entries].map(([name, value]) => sequence([known(name), value])),
        mapping.complete,
        mapping.united,
      );
    default:
      return undefined;
  }
}

const valueMethods: ReadonlySet<string> = new Set([
  "absolute",
  "as_posix",
  "copy",
  "count",
  "endswith",
  "exists",
  "expanduser",
  "find",
  "format",
  "get",
  "getboolean",
  "getfloat",
  "getint",
  "has_option",
  "has_section",
  "index",
  "is_dir",
  "is_file",
  "items",
  "join",
  "joinpath",
  "keys",
  "lower",
  "lstrip",
  "pop",
  "read",
  "replace",
  "resolve",
  "rsplit",
  "rstrip",
  "sections",
  "split",
  "startswith",
  "strip",
  "title",
  "upper",
  "values",
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
    case "lstrip":
    case "rstrip":
      return strippedText(text, method, parts);
    case "startswith":
    case "endswith":
      return affixTest(text, method, parts);
    case "find": {
      const [part] = parts.map(stringOf);
      if (parts.length !== 1 || part === undefined) return unknownValue;
      const index = text.indexOf(part);
      // Python counts characters.
      return known(index < 0 ? index : [...text.slice(0, index)].length);
    }
    case "replace": {
      const [from, to] = parts.map(stringOf);
      return parts.length === 2 && from !== undefined && to !== undefined && from !== ""
        ? known(text.replaceAll(from, () => to))
        : unknownValue;
    }
    case "join": {
      const elements = parts[0] && sequenceOf(parts[0]);
      const texts = elements?.elements.map(stringOf);
      if (!elements?.complete || elements.united || !texts || texts.includes(undefined)) return unknownValue;
      return known(texts.join(text));
    }
    case "rsplit":
    case "split":
      return splitString(text, method, parts);
    case "resolve":
    case "as_posix":
    case "absolute":
      return known(text);
    case "joinpath":
      return joinedPath([known(text), ...parts]);
    case "format": {
      const replacements = parts.map(textOf);
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
      return unknownValue;
  }
}

function strippedText(text: string, method: string, [characters]: readonly StaticValue[]): StaticValue {
  const given = characters === undefined ? " \t\n\r\f\v" : stringOf(characters);
  if (given === undefined) return unknownValue;
  const set = new Set(given);
  let start = 0;
  let end = text.length;
  if (method !== "rstrip") while (start < end && set.has(text.charAt(start))) start += 1;
  if (method !== "lstrip") while (end > start && set.has(text.charAt(end - 1))) end -= 1;
  return known(text.slice(start, end));
}

/** `startswith("redis://")`, or with a tuple of texts. */
function affixTest(text: string, method: string, [affix, ...rest]: readonly StaticValue[]): StaticValue {
  if (!affix || rest.length > 0) return unknownValue;
  const single = stringOf(affix);
  const several = single === undefined ? sequenceOf(affix)?.elements.map(stringOf) : [single];
  if (!several || several.includes(undefined)) return unknownValue;
  const found = several.some((each) =>
    method === "startswith" ? text.startsWith(each ?? "") : text.endsWith(each ?? ""),
  );
  return known(found);
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
