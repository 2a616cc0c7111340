/** The finding about rows that are fetched for what the database could do. */
import type { TextRange } from "../../base/text-range.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { FetchedRows } from "./rows-in-python.ts";
import { confidenceOfUses, stepsToUse } from "./uses-of-rows.ts";

export interface RowsFinding {
  readonly level: Level;
  /** What the finding stands at. */
  readonly place: TextRange;
  readonly message: string;
  readonly help: string;
  readonly fixes: readonly Fix[];
}

export function rowsFinding(
  context: RuleContext,
  rule: RuleMetadata,
  rows: FetchedRows,
  finding: RowsFinding,
): Finding {
  const { module, queryset, uses } = rows;
  const { fixes, help, level, message, place } = finding;
  const location = { path: module.file.path, range: { start: place.start, end: place.end } };
  return {
    ...findingBase(rule),
    level: levelInRoots(context, level, uses),
    remedy: "query-shape",
    confidence: confidenceOfUses(context, uses),
    message,
    help,
    location,
    origin: location,
    symbol: uses[0].symbol,
    model: queryset.model.label,
    evidence: stepsToUse(uses, shownCode(rows, place)),
    fixes,
  };
}

const longestCode = 60;

/** The code of the place on one line, as a message shows it. */
export function shownCode({ module }: FetchedRows, { start, end }: TextRange): string {
  const code = module.file.text.slice(start, end).replace(/\s+/g, " ");
  return code.length > longestCode ? `${code.slice(0, longestCode)}…` : code;
}

/** Every row of the table comes: no condition, no relation, no slice restricts them. */
export function isWholeTable({ uses }: FetchedRows): boolean {
  return uses.every(
    ({ queryset: { filters, related, united, unknownOperations } }) =>
      filters.length === 0 && !related && !united && !unknownOperations,
  );
}
