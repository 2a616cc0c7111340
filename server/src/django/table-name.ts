import type { Model } from "./model-graph.ts";

/** The model's table: `Meta.db_table`, or the name that Django makes of application and class. */
export function tableName({ appLabel, meta, name }: Pick<Model, "appLabel" | "meta" | "name">): string {
  return meta.dbTable ?? `${appLabel}_${name.toLowerCase()}`;
}
