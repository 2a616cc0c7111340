/** For whatever renders a template: functions, responses, class-based views. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { contextProcessors } from "./context-processors.ts";
import { renderNamed } from "./include-template.ts";
import { renderNodes } from "./render-nodes.ts";
import { type RenderedPage, TemplateContext } from "./template-context.ts";

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
    const page: RenderedPage = { templates: new Set(), complete: true };
    const processors = contextProcessors(interpreter);
    const all = new TemplateContext(context, undefined, processors, isClosed, undefined, page);
    const location = interpreter.location(node);
    renderNamed(interpreter, renderNodes, names, all, location);
    if (page.templates.size === 0) continue;
    interpreter.record({
      kind: "pageRender",
      templates: [...page.templates],
      complete: page.complete && interpreter.state.budget > 0,
      names: [...context.keys()],
      ...interpreter.context(location, []),
    });
  }
}
