/** Rows that may never change while a process lives, as far as the code tells. */
import type { FunctionSymbol } from "../../python/symbols.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/**
 * The function asks for the only row of a table, `Instance.objects.get()`, and no code of the project is seen to change or
 * delete such a row: it may be made once for good, and may as well be settings that an editor changes by a form.
 */
export function asksForConstantRow(
  context: RuleContext,
  { module, node: { start, end } }: FunctionSymbol,
  label: string,
): boolean {
  const { path } = module.file;
  const isOnlyRow = factsOfKind(context.facts, "tableUse").some(
    ({ model, use, keys, location }) =>
      model.label === label &&
      use === "onlyRow" &&
      keys?.length === 0 &&
      location.path === path &&
      location.range.start >= start &&
      location.range.end <= end,
  );
  return isOnlyRow && !changesRows(context, label);
}

function changesRows({ facts }: RuleContext, label: string): boolean {
  const writes = [
    ...factsOfKind(facts, "write"),
    ...factsOfKind(facts, "singleWrite").flatMap(({ write }) => write ?? []),
  ];
  return writes.some(
    ({ model, operation, isNew, root }) =>
      model.label === label &&
      operation !== "create" &&
      operation !== "getOrCreate" &&
      !isNew &&
      root.context !== "test" &&
      root.context !== "migration",
  );
}
