/** What `statements` has to say: the statements of a database with the querysets that send them. */
import type { PlaceRole } from "../../explain/statements/statement-match.ts";
import type { Styles } from "../terminal/style.ts";
import type { Place } from "./report.ts";
import { counted, singleLine } from "./text.ts";

export interface StatementsReport {
  readonly version: string;
  /** By total time, the longest first. */
  readonly statements: readonly PlacedStatement[];
  /** Querysets of the project. */
  readonly querysets: {
    readonly total: number;
    readonly compiled: number;
    readonly reasons: Readonly<Record<string, number>>;
  };
}

export interface PlacedStatement {
  readonly query: string;
  readonly calls: number;
  /** Milliseconds. */
  readonly meanTime: number;
  readonly totalTime: number;
  readonly rows: number | null;
  /** The querysets that send it; several where the project has the same one several times. */
  readonly places: readonly (Place & { readonly expression: string; readonly role: PlaceRole })[];
}

export function statementsJson({ version, statements, querysets }: StatementsReport): string {
  const matched = statements.filter(({ places }) => places.length > 0);
  const json = {
    schemaVersion: 1,
    tool: { name: "queryscope", version },
    summary: {
      statements: statements.length,
      matched: matched.length,
      totalTime: totalOf(statements),
      matchedTime: totalOf(matched),
      querysets,
    },
    statements,
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** Of those without a queryset, so many are shown. */
const mostUnmatched = 20;

export function statementsText(report: StatementsReport, styles: Styles): string {
  const { statements, querysets } = report;
  const matched = statements.filter(({ places }) => places.length > 0);
  const unmatched = statements.filter(({ places }) => places.length === 0);
  const whole = totalOf(statements);
  const share = whole === 0 ? 0 : Math.round((100 * totalOf(matched)) / whole);
  const sections = [
    matched.map((statement) => statementText(statement, styles)).join("\n\n"),
    unmatched.length === 0
      ? ""
      : [
          styles.strong("Without a queryset of this project:"),
          ...unmatched
            .slice(0, mostUnmatched)
            .map((statement) => `${timesText(statement, styles)}\n  ${shortened(statement.query)}`),
          ...(unmatched.length > mostUnmatched ? [`and ${unmatched.length - mostUnmatched} more`] : []),
        ].join("\n"),
    `${counted(statements.length, "statement")}, ${matched.length} of them matched to querysets (${share} % of the time). ` +
      `${querysets.compiled} of ${counted(querysets.total, "queryset")} compared.`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function statementText(statement: PlacedStatement, styles: Styles): string {
  const places = statement.places.map(
    ({ path, range, expression, role }) =>
      `  ${path}:${range.start.line}:${range.start.column}  ${shortened(expression)}${role === "queryset" ? "" : styles.faint(` [${role}]`)}`,
  );
  return [timesText(statement, styles), ...places, styles.faint(`  ${shortened(statement.query)}`)].join(
    "\n",
  );
}

function timesText({ calls, meanTime, totalTime }: PlacedStatement, styles: Styles): string {
  return `${styles.strong(durationText(totalTime))} in all, ${counted(calls, "call")}, ${durationText(meanTime)} each`;
}

/** `1.5 ms`, `12.3 s`, `1.2 h` */
function durationText(milliseconds: number): string {
  const [value, unit] =
    milliseconds < 1_000
      ? [milliseconds, "ms"]
      : milliseconds < 3_600_000
        ? [milliseconds / 1_000, "s"]
        : [milliseconds / 3_600_000, "h"];
  return `${value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })} ${unit}`;
}

function totalOf(statements: readonly PlacedStatement[]): number {
  return statements.reduce((sum, { totalTime }) => sum + totalTime, 0);
}

const longestText = 160;

function shortened(text: string): string {
  const line = singleLine(text.replaceAll(/\s+/g, " ")).trim();
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}
