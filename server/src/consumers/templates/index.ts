/** Django's templates: what views and helpers render. */
import { isClosed } from "../../interpret/conditions/truth.ts";
import type { Consumer, LibraryFunction } from "../../interpret/consumer.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { choicesOf, namesOf } from "./include-template.ts";
import { jinjaFunctions } from "./jinja/filters.ts";
import { renderTemplate } from "./render-template.ts";
import { contextOf } from "./template-context.ts";

/** `render(request, "tasks/list.html", {"tasks": tasks})` and its like, by where the name and the context stand. */
function renderingFunction(name: Parameter, context: Parameter): LibraryFunction {
  return (interpreter, args, node) => {
    const names = argument(args, name);
    if (names) renderWith(interpreter, choicesOf(names), argument(args, context), node);
    return unknown;
  };
}

interface Parameter {
  readonly position: number;
  readonly name: string;
}

function argument({ keywords, positional }: Arguments, { name, position }: Parameter): Value | undefined {
  return positional[position] ?? keywords.get(name);
}

function renderWith(
  interpreter: Interpreter,
  choices: readonly (readonly string[])[],
  context: Value | undefined,
  node: Expression,
): void {
  renderTemplate(interpreter, choices, contextOf(context), node, context === undefined || isClosed(context));
}

/** `get_template("tasks/list.html")`, to be rendered later. */
const findTemplate: LibraryFunction = (_interpreter, args) => {
  const names =
    argument(args, { position: 0, name: "template_name" }) ?? args.keywords.get("template_name_list");
  return names ? { kind: "template", names: namesOf(names) } : unknown;
};

const renderFound: LibraryFunction = (interpreter, args, node) => {
  const [template] = args.positional;
  if (template?.kind !== "template") return unknown;
  renderWith(interpreter, [template.names], argument(args, { position: 1, name: "context" }), node);
  return unknown;
};

const renderToResponse = renderingFunction(
  { position: 0, name: "template_name" },
  { position: 1, name: "context" },
);
const response = renderingFunction({ position: 1, name: "template" }, { position: 2, name: "context" });
const simpleResponse = renderingFunction({ position: 0, name: "template" }, { position: 1, name: "context" });

export const templates: Consumer = {
  name: "templates",
  functions: {
    ...jinjaFunctions,
    "django.shortcuts.render": renderingFunction(
      { position: 1, name: "template_name" },
      { position: 2, name: "context" },
    ),
    // Until Django 3.0; the context could come in a RequestContext beside it.
    "django.shortcuts.render_to_response": renderToResponse,
    "django.template.loader.get_template": findTemplate,
    "django.template.loader.select_template": findTemplate,
    "django.template.backends.django.Template.render": renderFound,
    "django.template.Context": (_interpreter, args) => args.positional[0] ?? unknown,
    "django.template.RequestContext": (_interpreter, args) => args.positional[1] ?? unknown,
    "django.template.loader.render_to_string": renderingFunction(
      { position: 0, name: "template_name" },
      { position: 1, name: "context" },
    ),
    "django.template.response.TemplateResponse": response,
    "django.template.response.SimpleTemplateResponse": simpleResponse,
  },
};
