import type { CompiledStatement, QueryParameter } from "./queryset-compiler.ts";
import { scanSql } from "./sql-parser.ts";

/** A statement with its parameters as they are sent. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Types that are written behind a parameter; text and unknown ones are left to the server, as literals are. */
const castTypes: ReadonlySet<string> = new Set([
  "bigint",
  "boolean",
  "bytea",
  "date",
  "daterange",
  "double precision",
  "inet",
  "integer",
  "interval",
  "jsonb",
  "numeric",
  "time",
  "timestamp",
  "timestamptz",
  "timetz",
  "tstzrange",
  "uuid",
]);

/**
 * Django's drivers write parameters into the text as literals, for which PostgreSQL knows types and sees that two are
 * equal (a grouped expression and the same one selected). Bound parameters keep that when they are cast to the
 * literal's type and equal ones share a number.
 * @param asText numbers of parameters whose type the server could not tell
 */
export async function bind(
  { sql, params }: CompiledStatement,
  asText: ReadonlySet<number> = new Set(),
): Promise<BoundStatement> {
  const tokens = await scanSql(sql);
  if (tokens === undefined) return { text: sql, values: params.map(({ value }) => asPostgresText(value)) };
  const numbers = new Map<string, number>();
  const values: (string | null)[] = [];
  const text = tokens.map((token) => {
    const parameter = token.kind === "parameter" ? params[Number(token.text.slice(1)) - 1] : undefined;
    if (parameter === undefined) return token.before + token.text;
    const identity = JSON.stringify([parameter.type, parameter.value]);
    const number = numbers.get(identity) ?? values.push(asPostgresText(parameter.value));
    numbers.set(identity, number);
    return `${token.before}$${number}${castOf(parameter, asText.has(number))}`;
  });
  return { text: text.join(""), values };
}

function castOf({ type }: QueryParameter, asText: boolean): string {
  if (asText) return "::text";
  return castTypes.has(type) ? `::${type}` : "";
}

function asPostgresText(value: QueryParameter["value"]): string | null {
  return value === null ? null : String(value);
}
