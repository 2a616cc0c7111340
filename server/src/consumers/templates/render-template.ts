/** For whatever renders a template: functions, responses, class-based views. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { contextProcessors } from "./context-processors.ts";
import { renderNamed } from "./include-template.ts";
import { renderNodes } from "./render-nodes.ts";
import { TemplateContext } from "./template-context.ts";

/**
 * Reads what the template reads of its context, in loops as it is written, on behalf of the function that is being
 * interpreted. Nothing happens where the project has none of the templates.
 * @param choices what the name may be; of each, the first one that exists is rendered
 * @param context by name
 * @param node the expression that renders it, in the present frame
 * @param isClosed nothing else is passed
 */
export function renderTemplate(
  interpreter: Interpreter,
  choices: readonly (readonly string[])[],
  context: ReadonlyMap<string, Value>,
  node: Expression,
  isClosed = false,
): void {
  for (const names of choices) {
    const all = new TemplateContext(context, undefined, contextProcessors(interpreter), isClosed);
    renderNamed(interpreter, renderNodes, names, all, interpreter.location(node));
  }
}
