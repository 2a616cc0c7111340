import type { ExplainProject } from "../../explain/explain-project.ts";
import type { ExplainPlace, ExplainRun } from "../../explain/explain-run.ts";
import type { SchemaTable } from "../../explain/queryset-compiler.ts";
import { type NamedTable, namesTables, type UnknownName, unknownNamesAmong } from "../../lint/table-names.ts";

/** Names in the configuration that mean nothing in the tables that Django describes. */
export async function unknownNamesIn(
  run: ExplainRun,
  project: ExplainProject,
  place: Required<Pick<ExplainPlace, "tableRows" | "columnStatistics">>,
): Promise<readonly UnknownName[]> {
  if (!namesTables(place)) return [];
  const described = await run.schema(project, place);
  // The explanation tells why.
  if (described.kind === "failed") return [];
  const { schema, complete } = described;
  return unknownNamesAmong(
    place,
    schema.tables.map((table) => namedTable(table, complete)),
  );
}

function namedTable({ label, table, columns }: SchemaTable, complete: boolean): NamedTable {
  // Fields of a parent are columns of its table, and may well be meant.
  const isChild = columns.some(({ primaryKey, target }) => primaryKey && target !== null);
  return {
    label,
    table,
    fields: columns,
    complete: complete && !isChild,
    columnsGuessed: false,
    isOwn: complete,
  };
}
