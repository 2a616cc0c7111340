/** Texts that code puts together of texts that are known: `"%s/list.html" % self.templates_dir`. */
import { unknownVarying } from "../../queryset/join.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Literal, TextPattern, Value } from "../../queryset/value.ts";

/** Longer ones are no names. */
const longest = 200;
const mostParts = 12;

/** Nothing is known of the text. */
const open: TextPattern = [null];

/** The text, or a value of which no more is known than its pattern and what it varies with. It decides no condition. */
export function textOrUnknown(pattern: TextPattern | undefined, varies: LoopSet): Value {
  if (pattern === undefined || isOpen(pattern) || pattern.length > mostParts) return unknownVarying(varies);
  const [text = "", ...others] = pattern;
  if (text === null || others.length > 0) return { kind: "unknown", varies, text: pattern };
  if (text.length > longest || varies.length > 0) return unknownVarying(varies);
  const literal: Literal = { kind: "literal", value: text, changeable: true };
  return literal;
}

function isOpen(pattern: TextPattern): boolean {
  return pattern.length > 0 && pattern.every((part) => part === null);
}

/** What is known of the text that the value is, or is turned into. */
function patternOf(value: Value | undefined): TextPattern {
  if (value?.kind === "unknown") return value.text ?? open;
  if (value?.kind !== "literal") return open;
  return typeof value.value === "string" || typeof value.value === "number" ? [String(value.value)] : open;
}

export function concatenated(values: readonly Value[]): TextPattern {
  return joined(values.map(patternOf));
}

/** `separator.join(values)` */
export function joinedWith(separator: string, values: readonly Value[]): TextPattern {
  return joined(values.flatMap((value, index) => [index > 0 ? [separator] : [], patternOf(value)]));
}

function joined(patterns: readonly TextPattern[]): TextPattern {
  const parts: (string | null)[] = [];
  for (const part of patterns.flat()) {
    const last = parts.at(-1);
    if (part === null && last === null && parts.length > 0) continue;
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else if (part !== "") parts.push(part);
  }
  return parts;
}

/** `format % values`. Only what puts texts and numbers in as they are: `%s`, `%d`, `%(name)s`. */
export function percentFormatted(format: string, right: Value): TextPattern | undefined {
  const positional =
    right.kind === "collection" ? right.items : right.kind === "mapping" ? undefined : [right];
  let next = 0;
  return replaced(format, /%(?:\((\w+)\))?([sd%])|%/g, (whole, name, conversion) => {
    if (conversion === "%") return ["%"];
    if (conversion === undefined || whole === "%") return undefined;
    if (name !== undefined) return right.kind === "mapping" ? patternOf(right.entries.get(name)) : open;
    return patternOf(positional?.[next++]);
  });
}

/** `format.format(…)`. Only what puts texts and numbers in as they are: `{}`, `{0}`, `{name}`. */
export function braceFormatted(
  format: string,
  positional: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): TextPattern | undefined {
  let next = 0;
  return replaced(format, /\{\{|\}\}|\{(\w*)\}|[{}]/g, (whole, name) => {
    if (whole === "{{" || whole === "}}") return [whole.slice(1)];
    if (name === undefined) return undefined;
    if (name === "") return patternOf(positional[next++]);
    return patternOf(/^\d+$/.test(name) ? positional[Number(name)] : keywords.get(name));
  });
}

function replaced(
  format: string,
  pattern: RegExp,
  replacement: (whole: string, ...groups: readonly (string | undefined)[]) => TextPattern | undefined,
): TextPattern | undefined {
  const parts: TextPattern[] = [];
  let end = 0;
  for (const match of format.matchAll(pattern)) {
    const [whole, ...groups] = match;
    const found = replacement(whole, ...groups);
    if (found === undefined) return undefined;
    parts.push([format.slice(end, match.index)], found);
    end = match.index + whole.length;
  }
  return joined([...parts, [format.slice(end)]]);
}
