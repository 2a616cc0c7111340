/** Texts that code puts together of texts that are known: `"%s/list.html" % self.templates_dir`. */
import { unknownVarying } from "../../queryset/join.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Literal, Value } from "../../queryset/value.ts";

/** Longer ones are no names. */
const longest = 200;

/** The text, or a value of which nothing is known but what it varies with. It decides no condition. */
export function textOrUnknown(text: string | undefined, varies: LoopSet): Value {
  if (text === undefined || text.length > longest || varies.length > 0) return unknownVarying(varies);
  const literal: Literal = { kind: "literal", value: text, changeable: true };
  return literal;
}

export function concatenated(parts: readonly Value[]): string | undefined {
  let text = "";
  for (const part of parts) {
    const next = textOf(part);
    if (next === undefined) return undefined;
    text += next;
  }
  return text;
}

/** `format % values`. Only what puts texts and numbers in as they are: `%s`, `%d`, `%(name)s`. */
export function percentFormatted(format: string, right: Value): string | undefined {
  const positional =
    right.kind === "collection" ? right.items : right.kind === "mapping" ? undefined : [right];
  let next = 0;
  return replaced(format, /%(?:\((\w+)\))?([sd%])|%/g, (whole, name, conversion) => {
    if (conversion === "%") return "%";
    if (conversion === undefined || whole === "%") return undefined;
    if (name !== undefined) return right.kind === "mapping" ? textOf(right.entries.get(name)) : undefined;
    return textOf(positional?.[next++]);
  });
}

/** `format.format(…)`. Only what puts texts and numbers in as they are: `{}`, `{0}`, `{name}`. */
export function braceFormatted(
  format: string,
  positional: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): string | undefined {
  let next = 0;
  return replaced(format, /\{\{|\}\}|\{(\w*)\}|[{}]/g, (whole, name) => {
    if (whole === "{{" || whole === "}}") return whole.slice(1);
    if (name === undefined) return undefined;
    if (name === "") return textOf(positional[next++]);
    return textOf(/^\d+$/.test(name) ? positional[Number(name)] : keywords.get(name));
  });
}

function replaced(
  format: string,
  pattern: RegExp,
  replacement: (whole: string, ...groups: readonly (string | undefined)[]) => string | undefined,
): string | undefined {
  let isKnown = true;
  const text = format.replace(pattern, (whole: string, ...groups: string[]) => {
    const found = replacement(whole, ...groups);
    if (found === undefined) isKnown = false;
    return found ?? "";
  });
  return isKnown ? text : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  if (value?.kind !== "literal") return undefined;
  return typeof value.value === "string" || typeof value.value === "number" ? String(value.value) : undefined;
}
