import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { namesOf } from "../templates/include-template.ts";
import { contextOf, renderTemplate } from "../templates/render-template.ts";
import type { ViewCall } from "./view-calls.ts";

/** The response of a view is rendered from the first of its templates that there is. */
export function renderResponse(
  { interpreter, node }: ViewCall,
  names: Value,
  context: Value | undefined,
): Value {
  renderTemplate(interpreter, namesOf(names), contextOf(context), node);
  return unknown;
}
