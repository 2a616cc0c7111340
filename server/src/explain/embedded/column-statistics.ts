import type { SchemaColumn } from "../queryset-compiler.ts";

/** What `pg_stats` says about a column. */
export interface ColumnStatistics {
  /** 0 to 1. */
  readonly nullFraction: number;
  /** Bytes. */
  readonly averageWidth: number;
  /** Number of different values; negative as a share of the rows: -1 for unique ones. */
  readonly distinct: number;
  /** Most frequent first; frequencies are shares of all rows. */
  readonly common: readonly { readonly value: string; readonly frequency: number }[];
  /** Bounds of parts with equally many of the other values, ascending; empty where not known. */
  readonly histogram: readonly string[];
  /** -1 to 1: how far the order of values is that of the rows on disk. */
  readonly correlation: number | undefined;
}

/** How many values a column of so many rows has. */
export function distinctValues({ distinct }: ColumnStatistics, rows: number): number {
  return Math.max(1, Math.round(distinct < 0 ? -distinct * rows : distinct));
}

export interface ColumnContext {
  /** Of the column's table. */
  readonly rows: number;
  /** Of the table that the column refers to. */
  readonly targetRows: number | undefined;
  readonly today: Date;
}

const histogramParts = 100;
const nullableNulls = 0.2;
/** Times go back this far. */
const yearsOfTimes = 3;
/** A text without a limit. */
const longTextWidth = 200;

/** A guess from the field's type, choices, uniqueness and relation. */
export function guessStatistics(column: SchemaColumn, context: ColumnContext): ColumnStatistics {
  const { distinct, histogram, correlation, width, common = [] } = guess(column, context);
  const nullFraction = column.null ? nullableNulls : 0;
  return {
    nullFraction,
    averageWidth: width,
    distinct: column.unique || column.primaryKey ? -(1 - nullFraction) : distinct,
    common: common.map(({ value, frequency }) => ({ value, frequency: frequency * (1 - nullFraction) })),
    histogram: histogram ?? [],
    correlation,
  };
}

interface Guess {
  readonly distinct: number;
  readonly width: number;
  readonly common?: ColumnStatistics["common"];
  readonly histogram?: readonly string[];
  readonly correlation?: number;
}

function guess(column: SchemaColumn, { rows, targetRows, today }: ColumnContext): Guess {
  const { type } = column;
  const choices = choicesOf(column);
  const kind = kindOf(type);
  const width = widthOf(column, kind);
  if (choices.length > 0) {
    return {
      distinct: choices.length,
      width: choiceWidth(choices, kind, width),
      common: shares(choices, column.default),
      correlation: 0.3,
    };
  }
  if (column.target !== null && targetRows !== undefined) {
    const distinct = Math.max(1, Math.min(targetRows, rows));
    return { distinct, width, ...keyRange(kind, targetRows), correlation: 0.1 };
  }
  if (column.primaryKey)
    return { distinct: -1, width, ...keyRange(kind, rows), correlation: kind === "integer" ? 1 : 0 };
  switch (kind) {
    case "boolean":
      return { distinct: 2, width, common: booleanShares(column.default), correlation: 0.5 };
    case "integer":
      return numbers(Math.min(1_000, rows), width, (share) => String(Math.round(share * 1_000)));
    case "numeric":
      return numbers(-0.1, width, (share) => (share * 1_000).toFixed(2));
    case "time":
      return {
        distinct: type === "date" ? Math.min(rows, 365 * yearsOfTimes) : -1,
        width,
        histogram: parts((share) => pastTime(today, share, type)),
        correlation: column.automaticTime ? 0.98 : 0.4,
      };
    case "uuid":
      return { distinct: -1, width, ...keyRange(kind, rows), correlation: 0 };
    case "text":
      return { distinct: -0.9, width, histogram: parts((share) => word(share)), correlation: 0 };
    case "other":
      return { distinct: -0.5, width };
  }
}

type Kind = "boolean" | "integer" | "numeric" | "time" | "uuid" | "text" | "other";

function kindOf(type: string): Kind {
  const plain = type.toLowerCase();
  if (plain.endsWith("[]")) return "other";
  if (plain === "boolean") return "boolean";
  if (/^(?:bigint|integer|smallint|bigserial|serial|smallserial)\b/.test(plain)) return "integer";
  if (/^(?:numeric|double precision|real)/.test(plain)) return "numeric";
  if (/^(?:date|timestamp)/.test(plain)) return "time";
  if (plain === "uuid") return "uuid";
  return /^(?:varchar|char|text|citext)/.test(plain) ? "text" : "other";
}

function widthOf({ type, maxLength }: SchemaColumn, kind: Kind): number {
  switch (kind) {
    case "boolean":
      return 1;
    case "integer":
      return type.startsWith("big") ? 8 : type.startsWith("small") ? 2 : 4;
    case "numeric":
      return type.startsWith("numeric") ? 6 : 8;
    case "time":
      return type === "date" ? 4 : 8;
    case "uuid":
      return 16;
    case "text":
      return 1 + (maxLength === null ? longTextWidth : Math.ceil(Math.min(maxLength, 20 + maxLength / 20)));
    case "other":
      return /^jsonb?$|\[\]$|^bytea$/.test(type) ? longTextWidth : 16;
  }
}

/** As PostgreSQL's text. */
function choicesOf({ choices }: SchemaColumn): readonly string[] {
  return choices.flatMap((choice) => (choice === null ? [] : String(choice)));
}

function choiceWidth(choices: readonly string[], kind: Kind, width: number): number {
  if (kind !== "text") return width;
  return 1 + Math.ceil(choices.reduce((sum, choice) => sum + Buffer.byteLength(choice), 0) / choices.length);
}

/** Zipf's law, the default first: one value is most of them, and the others follow in the order of `choices`. */
function shares(choices: readonly string[], usual: SchemaColumn["default"]): ColumnStatistics["common"] {
  const first = choices.filter((choice) => choice === String(usual));
  const ordered = [...first, ...choices.filter((choice) => !first.includes(choice))];
  const total = ordered.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  return ordered
    .slice(0, histogramParts)
    .map((value, index) => ({ value, frequency: 1 / (index + 1) / total }));
}

/** What a flag is at first, it mostly remains. */
function booleanShares(usual: SchemaColumn["default"]): ColumnStatistics["common"] {
  const likely = usual === null ? 0.5 : 0.9;
  const first = usual === true ? "t" : "f";
  return [
    { value: first, frequency: likely },
    { value: first === "t" ? "f" : "t", frequency: 1 - likely },
  ];
}

function numbers(distinct: number, width: number, at: (share: number) => string): Guess {
  return { distinct, width, histogram: parts(at), correlation: 0 };
}

/** Keys from 1 on, or random ones. */
function keyRange(kind: Kind, count: number): { readonly histogram?: readonly string[] } {
  if (kind === "integer")
    return { histogram: parts((share) => String(1 + Math.round(share * Math.max(0, count - 1)))) };
  if (kind === "uuid") return { histogram: parts(uuidAt) };
  return {};
}

function parts(at: (share: number) => string): readonly string[] {
  const all = Array.from({ length: histogramParts + 1 }, (_, index) => at(index / histogramParts));
  return [...new Set(all)];
}

function pastTime(today: Date, share: number, type: string): string {
  const days = 365 * yearsOfTimes * (1 - share);
  const time = new Date(today.getTime() - days * 86_400_000).toISOString();
  return type === "date" ? time.slice(0, 10) : time;
}

function uuidAt(share: number): string {
  const high = Math.min(0xffff_ffff, Math.floor(share * 0x1_0000_0000))
    .toString(16)
    .padStart(8, "0");
  return `${high}-8000-4000-8000-000000000000`;
}

/** Three letters, from `aaa` to `zzz`. */
function word(share: number): string {
  const letters = 26;
  const position = Math.min(letters ** 3 - 1, Math.floor(share * letters ** 3));
  const digits = [
    Math.floor(position / letters ** 2),
    Math.floor(position / letters) % letters,
    position % letters,
  ];
  return digits.map((digit) => String.fromCharCode(97 + digit)).join("");
}
