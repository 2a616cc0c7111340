/** What a database says about the statements that it runs: files that people export from `pg_stat_statements`. */
import { z } from "zod";
import { parseDelimited } from "./delimited-text.ts";

/** One normalised statement: values are `$1`, `$2` … Times are milliseconds. */
export interface DatabaseStatement {
  readonly query: string;
  readonly calls: number;
  readonly meanTime: number;
  readonly totalTime: number;
  /** Rows of all calls; undefined where the file does not say. */
  readonly rows: number | undefined;
}

export type StatementExport =
  | { readonly kind: "statements"; readonly statements: readonly DatabaseStatement[] }
  /** `reason` is the predicate of a sentence about the file: `has no column query`. */
  | { readonly kind: "failed"; readonly reason: string };

/** Since PostgreSQL 13 the times are those of execution, with names of their own. */
const totalNames = ["total_exec_time", "total_time"];
const meanNames = ["mean_exec_time", "mean_time"];

const record = z.record(z.string(), z.unknown());
const answer = z.union([
  z.array(record),
  z.object({ statements: z.array(record) }).transform(({ statements }) => statements),
]);

/** Reads CSV with a line of names (separated by commas, semicolons, tabs or bars), a JSON array, or JSON objects, one a line. */
export function readStatementExport(text: string): StatementExport {
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") return failed("is empty");
  const records = /^[[{]/.test(content) ? recordsOfJson(content) : recordsOfTable(content);
  if (records === undefined) return failed("is neither CSV with a line of names nor JSON");
  return fromRecords(records);
}

/** The same of rows that a database has answered. */
export function fromRecords(records: readonly Readonly<Record<string, unknown>>[]): StatementExport {
  const statements: DatabaseStatement[] = [];
  for (const given of records) {
    const fields = new Map(Object.entries(given).map(([name, value]) => [name.trim().toLowerCase(), value]));
    const number = (names: readonly string[]) =>
      names.map((name) => numberOf(fields.get(name))).find((value) => value !== undefined);
    const query = fields.get("query");
    if (typeof query !== "string") return failed("has no column query");
    const calls = number(["calls"]);
    if (calls === undefined) return failed("has no column calls with numbers");
    const total = number(totalNames);
    const mean = number(meanNames);
    const totalTime = total ?? (mean === undefined ? undefined : mean * calls);
    if (totalTime === undefined)
      return failed("has neither a column total_exec_time nor mean_exec_time with numbers");
    statements.push({
      query,
      calls,
      totalTime,
      meanTime: mean ?? (calls === 0 ? 0 : totalTime / calls),
      rows: number(["rows"]),
    });
  }
  return { kind: "statements", statements };
}

function recordsOfJson(content: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const parsed = answer.safeParse(parsedJson(content));
  if (parsed.success) return parsed.data;
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  const objects = z.array(record).safeParse(lines.map(parsedJson));
  return objects.success ? objects.data : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema says what is wrong.
  }
}

function recordsOfTable(content: string): readonly Readonly<Record<string, string>>[] | undefined {
  const [names = [], ...rows] = parseDelimited(content);
  if (names.length < 2) return undefined;
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""])));
}

/** `1,234.5` of a localised export is one too. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value.trim().replaceAll(/(?<=\d),(?=\d{3}\b)/g, ""));
  return Number.isFinite(number) ? number : undefined;
}

function failed(reason: string): StatementExport {
  return { kind: "failed", reason };
}
