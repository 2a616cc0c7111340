import type { LoadedConfiguration } from "./configuration-loading.ts";

/** Rows of tables by their names, as a database counts them. */
export type CountedRows = Readonly<Record<string, number>>;

/** What the configuration says of a table holds against what a database has counted. `named` stays what it says. */
export function withCountedRows(loaded: LoadedConfiguration, counted: CountedRows): LoadedConfiguration {
  const { configuration } = loaded;
  const tableRows = { ...counted, ...configuration.tableRows };
  return { ...loaded, configuration: { ...configuration, tableRows } };
}
