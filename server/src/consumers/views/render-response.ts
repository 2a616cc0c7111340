import { isClosed } from "../../interpret/conditions/truth.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { choicesOf } from "../templates/include-template.ts";
import { renderTemplate } from "../templates/render-template.ts";
import { contextOf } from "../templates/template-context.ts";
import type { ViewCall } from "./view-calls.ts";

/** The response of a view is rendered from the first of its templates that there is. */
export function renderResponse(
  { interpreter, node }: ViewCall,
  names: Value,
  context: Value | undefined,
): Value {
  renderTemplate(
    interpreter,
    choicesOf(names),
    contextOf(context),
    node,
    context !== undefined && isClosed(context),
  );
  return unknown;
}
