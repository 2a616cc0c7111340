/** Parts of dates in the conditions of `extra(where=["date(created) = %s"])`. */
import type { Field, Model } from "../../django/model-graph.ts";
import { tableName } from "../../django/table-name.ts";
import type { Call, Expression } from "../../syntax/ast.ts";

export interface DateInSql {
  readonly field: Field;
  /** As written: `date(created)`. */
  readonly text: string;
}

const column = String.raw`((?:["\`]?\w+["\`]?\s*\.\s*)?["\`]?\w+["\`]?)`;

/** The functions of PostgreSQL, MySQL and SQLite that make a part of a moment, with the column that each is given. */
const partsOfColumns: readonly RegExp[] = [
  String.raw`\b(?:date|time|year|quarter|month|week|weekofyear|weekday|day|dayofmonth|dayofweek|dayofyear|hour|minute|second)\s*\(\s*${column}\s*\)`,
  String.raw`\b(?:date_trunc|date_part|strftime)\s*\(\s*'[^']*'\s*,\s*${column}\s*\)`,
  String.raw`\b(?:to_char|date_format)\s*\(\s*${column}\s*,\s*'[^']*'\s*\)`,
  String.raw`\bextract\s*\(\s*\w+\s+from\s+${column}\s*\)`,
  String.raw`\bcast\s*\(\s*${column}\s+as\s+(?:date|time)\s*\)`,
  String.raw`${column}\s*::\s*(?:date|time)\b`,
].map((pattern) => new RegExp(pattern, "gi"));

/** The columns of the model of whose dates the conditions of the call compare a part. */
export function datesInSql(model: Model, extra: Call): readonly DateInSql[] {
  return conditionsOf(extra).flatMap((sql) =>
    partsOfColumns.flatMap((pattern) =>
      [...sql.matchAll(pattern)].flatMap(([text, name = ""]) => {
        const field = fieldOf(model, name);
        return field ? [{ field, text }] : [];
      }),
    ),
  );
}

function conditionsOf({ arguments: [, second], keywords }: Call): readonly string[] {
  const where = keywords.find(({ name }) => name?.name === "where")?.value ?? second;
  const conditions: readonly Expression[] =
    where?.kind === "ListLiteral" || where?.kind === "TupleLiteral" ? where.elements : [];
  return conditions.flatMap((each) => (each.kind === "StringLiteral" ? [each.value] : []));
}

function fieldOf(model: Model, written: string): Field | undefined {
  const names = written.split(".").map((part) => part.replaceAll(/["`\s]/g, ""));
  const [name = "", table] = names.reverse();
  if (table !== undefined && table !== tableName(model)) return undefined;
  const field = model.fields.get(name);
  return field?.baseClassName === "DateTimeField" || field?.baseClassName === "DateField" ? field : undefined;
}
