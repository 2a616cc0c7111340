/** For whatever renders a template: functions, responses, class-based views. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import { alternativesOf, join } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { contextProcessorNames } from "./context-processors.ts";
import { renderNamed } from "./include-template.ts";
import { renderNodes } from "./render-nodes.ts";
import { TemplateContext } from "./template-context.ts";

/**
 * Reads what the template reads of its context, in loops as it is written, on behalf of the function that is being
 * interpreted. Nothing happens where the project has none of the templates.
 * @param names the first one that exists is rendered
 * @param context by name
 * @param node the expression that renders it, in the present frame
 */
export function renderTemplate(
  interpreter: Interpreter,
  names: readonly string[],
  context: ReadonlyMap<string, Value>,
  node: Expression,
): void {
  const all = new TemplateContext(context, undefined, contextProcessorNames(interpreter));
  renderNamed(interpreter, renderNodes, names, all, interpreter.location(node));
}

/** What a dictionary holds by name; of several that it may be, everything that any of them holds. */
export function contextOf(context: Value | undefined): ReadonlyMap<string, Value> {
  const names = new Map<string, Value>();
  if (!context) return names;
  for (const alternative of alternativesOf(context)) {
    if (alternative.kind !== "mapping") continue;
    for (const [name, value] of alternative.entries) {
      const other = names.get(name);
      names.set(name, other ? join(other, value) : value);
    }
  }
  return names;
}
