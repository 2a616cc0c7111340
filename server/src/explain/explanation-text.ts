import { adviceText } from "./advice/advice-text.ts";
import { assumptionsText } from "./assumptions-text.ts";
import type { ExplainedStatement, Explanation } from "./explanation.ts";
import { type Hotspot, hotspotsOf } from "./plan-hotspots.ts";
import { planText } from "./plan-text.ts";
import type { QueryPlan } from "./query-plan.ts";
import type { QueryParameter } from "./queryset-compiler.ts";
import { formatSql } from "./sql-format.ts";

/**
 * An explanation for people: SQL, its parameters and plans, one after the other. Ends with a line break.
 * @param placeOf a place of the file, as editors and terminals open it: `store/views.py:12:5`
 */
export async function explanationText(
  explanation: Explanation,
  placeOf: (offset: number) => string,
): Promise<string> {
  const { statements, notes, error } = explanation;
  const sections: string[] = [];
  for (const [index, statement] of statements.entries()) {
    const heading = headingOf(statement, index, statements);
    sections.push(
      [
        ...(heading === undefined ? [] : [heading, ""]),
        await statementText(statement, explanation, placeOf),
      ].join("\n"),
    );
  }
  if (statements.length === 0 && error !== undefined) sections.push(`Not explained: ${error.message}`);
  if (notes.length > 0) sections.push(notes.map((note) => `Note: ${note}`).join("\n"));
  return `${sections.join("\n\n")}\n`;
}

async function statementText(
  statement: ExplainedStatement,
  { range, calls }: Explanation,
  placeOf: (offset: number) => string,
): Promise<string> {
  const { sql, params, plan, planError, assumed, advice } = statement;
  const parts = [await formatSql(sql)];
  if (params.length > 0) parts.push(params.map(parameterLine).join("\n"));
  if (plan !== undefined) {
    parts.push(`${planHeading(plan, assumed !== undefined)}\n${planText(plan)}`);
    const hotspots = hotspotsOf(plan, statement, calls).map(
      (hotspot) => `  ${hotspotLine(hotspot)}: ${placeOf((hotspot.range ?? range).start)}`,
    );
    if (hotspots.length > 0)
      parts.push([`Most of the ${plan.analyzed ? "time" : "cost"}:`, ...hotspots].join("\n"));
    if (assumed !== undefined) parts.push(assumptionsText(assumed, plan));
  }
  if (advice !== undefined) parts.push(adviceText(advice));
  if (planError !== undefined) parts.push(`No plan: ${planError.message}`);
  return parts.join("\n\n");
}

/** `92 % Seq Scan on store_order reads the whole table and keeps about 25 rows (QS501 missing-index-filter)` */
function hotspotLine({ node, share, message, rule }: Hotspot): string {
  const explained = rule === undefined ? "" : ` (${rule.code} ${rule.name})`;
  return `${Math.round(share * 100)} % ${node} ${message}${explained}`;
}

/** What tells several statements apart; a single one needs no heading. */
function headingOf(
  { role }: ExplainedStatement,
  index: number,
  statements: readonly ExplainedStatement[],
): string | undefined {
  if (statements.length === 1) return undefined;
  const number = statements.slice(0, index + 1).filter((other) => other.role === role).length;
  const count = statements.filter((other) => other.role === role).length;
  const suffix = count > 1 ? ` ${number} of ${count}` : "";
  switch (role) {
    case "queryset":
      if (count === 1) return "Query";
      // The one that was asked for stands first; the rows that it needs gone are deleted before.
      if (number === 1) return "Query, sent last";
      return `Sent before it${count > 2 ? ` ${number - 1} of ${count - 1}` : ""}`;
    case "prefetch":
      return `Prefetch${suffix}`;
    case "preparation":
      return `Run while the queryset is built${suffix}`;
  }
}

/** `$1 = 'new'   stands in for request.GET['status']` */
export function parameterLine({ value, type, name }: QueryParameter, index: number): string {
  const text = typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value ?? "NULL");
  const isPlain = ["text", "unknown", "integer", "boolean", "numeric"].includes(type);
  const meaning = name === null ? "" : `   stands in for ${name}`;
  return `$${index + 1} = ${text}${isPlain ? "" : `::${type}`}${meaning}`;
}

function planHeading({ server, analyzed }: QueryPlan, isEmbedded: boolean): string {
  if (isEmbedded && analyzed)
    return `Plan, measured by the embedded PostgreSQL ${server} on generated rows (times are those of WebAssembly):`;
  if (isEmbedded) return `Plan, estimated by the embedded PostgreSQL ${server} for tables of assumed sizes:`;
  return analyzed ? `Plan, measured on PostgreSQL ${server}:` : `Plan, estimated by PostgreSQL ${server}:`;
}
