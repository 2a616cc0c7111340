/** The models of migrations have the columns of their time, not those of the sources. */
import type { Location } from "../../base/text-range.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";

/** `def move(apps): Task = apps.get_model("projects", "Task")`: the function is given the registry of a migration. */
export function usesHistoricalModels(context: RuleContext, location: Location): boolean {
  const scope = codeAround(context, location)?.scope;
  if (!scope) return false;
  const given = new Set(scope.parameters.map(({ name }) => name));
  let found = false;
  walkExpressions(scope, (node) => {
    found ||=
      node.kind === "Call" &&
      node.function.kind === "Attribute" &&
      node.function.attribute.name === "get_model" &&
      node.function.value.kind === "Name" &&
      given.has(node.function.value.name);
    return !found;
  });
  return found;
}
