/** Variables with their filters. */
import type { Value } from "../../queryset/value.ts";
import type { Filter, FilterExpression } from "../../syntax/template/template-tree.ts";
import { applyDjangoFilter } from "./filters.ts";
import { valueOfJinja } from "./jinja/evaluate.ts";
import type { Rendering } from "./rendering.ts";
import type { TemplateContext } from "./template-context.ts";
import { callOf, valueOfVariable } from "./variables.ts";

export function valueOfExpression(
  rendering: Rendering,
  context: TemplateContext,
  expression: FilterExpression,
): Value {
  if (rendering.template.language === "jinja") return valueOfJinja(rendering, context, expression.value);
  const value = valueOfVariable(rendering.interpreter, context, expression.value);
  return applyFilters(rendering, context, value, expression, expression.filters);
}

export function applyFilters(
  rendering: Rendering,
  context: TemplateContext,
  input: Value,
  expression: Pick<FilterExpression, "value">,
  filters: readonly Filter[],
): Value {
  const { interpreter } = rendering;
  let value = input;
  for (const filter of filters) {
    const argument = filter.argument && valueOfVariable(interpreter, context, filter.argument);
    const own = rendering.libraries.filter(filter.name.name);
    if (own) {
      const positional = argument ? [value, argument] : [value];
      const args = { positional, keywords: new Map(), open: false };
      value = interpreter.callFunction(own, args, callOf(expression.value), "call");
    } else value = applyDjangoFilter(rendering, value, argument, filter, expression.value);
  }
  return value;
}
