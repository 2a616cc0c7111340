import { urlViews } from "../../django/url-configurations.ts";
import type { RootInfo } from "../../interpret/facts.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import { calledFunctions } from "../functions-in-requests.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * A function that is given a request and is no view itself: a method of a model, or a function that the project calls
 * while no URL configuration names it. Those that call it may be commands or actions of the staff.
 */
export function isHelperWithRequest(
  context: RuleContext,
  { context: kind, location, symbol }: RootInfo,
): boolean {
  const { models, program } = context.project;
  const around = kind === "request" ? functionSymbolAround(program, location) : undefined;
  if (!around) return false;
  const { node, owner } = around;
  if (owner) return models.modelOfClass(owner) !== undefined;
  if (node.decorators.length > 0 || !calledFunctions(context).has(symbol)) return false;
  return urlViews(program).every(({ view }) => view.id !== around.id);
}
