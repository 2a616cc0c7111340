/** Rows that may never change while a process lives, as far as the code tells. */
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/**
 * No code of the project is seen to change or delete such a row: it may be made once for good, and may as well be settings
 * that an editor changes by a form.
 */
export function mayBeConstant(context: RuleContext, label: string): boolean {
  return !changesRows(context, label);
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
