import type { Location } from "../../base/text-range.ts";
import type { RuleContext } from "../rule-context.ts";

/** Where the settings module itself assigns one of the names last; undefined where another module does. */
export function settingLocation(
  { project: { settings } }: RuleContext,
  names: readonly string[],
): Location | undefined {
  const { module } = settings;
  const targets = (module?.file.tree.body ?? []).flatMap((statement) =>
    statement.kind === "Assign" ? statement.targets : [],
  );
  const range = targets.findLast((target) => target.kind === "Name" && names.includes(target.name));
  return module && range && { path: module.file.path, range: { start: range.start, end: range.end } };
}
