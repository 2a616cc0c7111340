/** What is known about a place in the code. */

import type { TextRange } from "../base/text-range.ts";
import { createTextShift } from "../base/text-shift.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { Code } from "./lookups/code.ts";
import { describeLookupAt } from "./lookups/lookup-hover.ts";
import { type Description, describeQuerysetAt } from "./queryset-hover.ts";
import type { Snapshot } from "./snapshot.ts";

export interface HoverOptions {
  readonly rules: readonly RuleMetadata[];
  /** Where the page of a rule is read. */
  readonly rulePage: (rule: string) => string;
  /** Markdown that has the queryset explained; empty where nobody can. */
  readonly explain: (queryset: TextRange) => string;
}

/** A name in a lookup; else the findings and the queryset there, as far as the last analysis knows the text. */
export function hoverAt(
  snapshot: Snapshot,
  code: Code,
  offset: number,
  options: HoverOptions,
): Description | undefined {
  const lookup = describeLookupAt(code, offset);
  if (lookup) return lookup;
  const { path } = code.file;
  const analysed = snapshot.text(path);
  if (analysed === undefined) return undefined;
  const shift = createTextShift(analysed, code.file.text);
  const before = shift.toOld(offset);
  if (before === undefined) return undefined;
  const described = describeQuerysetAt(snapshot, path, before);
  const place = described && shift.rangeToNew(described.range);
  const link = place === undefined ? "" : options.explain(place);
  const queryset = described && {
    range: described.range,
    text: link === "" ? described.text : `${described.text}\n\n${link}`,
  };
  const findings = describeFindingsAt(snapshot, path, before, options);
  const parts = [queryset, findings].flatMap((part) => part ?? []);
  const narrowest = parts.toSorted((a, b) => length(a.range) - length(b.range))[0];
  const range = narrowest && shift.rangeToNew(narrowest.range);
  return range && { range, text: parts.map(({ text }) => text).join("\n\n---\n\n") };
}

/** The rules that report something there, and where their pages are. */
function describeFindingsAt(
  snapshot: Snapshot,
  path: string,
  offset: number,
  { rules, rulePage }: HoverOptions,
): Description | undefined {
  const here = snapshot.findingsIn(path).filter(({ location: { range } }) => {
    return range.start <= offset && offset <= range.end;
  });
  const readings = snapshot
    .readingsIn(path)
    .filter(({ range }) => range.start <= offset && offset <= range.end);
  const [first, ...others] = [
    ...here.map(({ location }) => location.range),
    ...readings.map(({ range }) => range),
  ];
  if (first === undefined) return undefined;
  const named = [
    ...here.map(({ code, rule }) => ({ code, rule })),
    ...readings.flatMap(({ accesses }) =>
      accesses.map(({ access, finding }) => ({
        code: access.code,
        rule: ruleOf(rules, access.code) ?? finding.rule,
      })),
    ),
  ];
  const lines = named.map(({ code, rule }) => {
    const summary = rules.find((known) => known.code === code)?.summary ?? "";
    return `**${code} [${rule}](${rulePage(rule)})**${summary === "" ? "" : `: ${summary}`}`;
  });
  const range = [first, ...others].reduce((best, each) => (length(each) < length(best) ? each : best));
  return { range, text: [...new Set(lines)].join("\n\n") };
}

function ruleOf(rules: readonly RuleMetadata[], code: string): string | undefined {
  return rules.find((rule) => rule.code === code)?.name;
}

function length({ start, end }: TextRange): number {
  return end - start;
}
