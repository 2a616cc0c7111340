/** Models of which the code or the staff decides how many rows there are. */
import type { Model } from "../django/model-graph.ts";
import type { RuleContext } from "./rule-context.ts";

/** Labels of models whose rows hardly ever change while a process lives. */
export const stableModels: ReadonlySet<string> = new Set([
  "auth.Permission",
  "contenttypes.ContentType",
  "sites.Site",
]);

/** Base classes of libraries for a setting that is kept in a table: one row, or one and those before it. */
const settingsClasses = /^(?:config_models\.models\.ConfigurationModel|solo\.models\.SingletonModel)$/;

/** Its rows are the values of a setting. */
export function holdsSetting({ project: { program } }: RuleContext, { symbol }: Model): boolean {
  return (
    symbol !== undefined &&
    program.mro(symbol).some((base) => base.kind === "external" && settingsClasses.test(base.name))
  );
}
