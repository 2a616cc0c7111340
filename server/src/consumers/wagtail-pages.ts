/** Wagtail's pages: models that render a template with themselves when their URL is asked for. */

import type { Model } from "../django/model-graph.ts";
import { presentRow } from "../interpret/conditions/presence.ts";
import type { Consumer, EntryPoint } from "../interpret/consumer.ts";
import { callAt } from "../interpret/declarations.ts";
import { declarationFrame } from "../interpret/frames.ts";
import type { Arguments, Interpreter } from "../interpret/interpreter.ts";
import { noKeywords } from "../interpret/language/arguments.ts";
import { valueOfVariable } from "../interpret/language/symbol-values.ts";
import { instanceOf } from "../interpret/make-values.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Instance } from "../queryset/instance.ts";
import { unknown } from "../queryset/join.ts";
import { mappingOf } from "../queryset/mapping.ts";
import type { Value } from "../queryset/value.ts";
import type { Call } from "../syntax/ast.ts";
import { choicesOf } from "./templates/include-template.ts";
import { renderTemplate } from "./templates/render-template.ts";
import { contextOf } from "./templates/template-context.ts";

const bases: ReadonlySet<string> = new Set([
  "wagtail.models.Page",
  "wagtail.core.models.Page",
  "wagtail.wagtailcore.models.Page",
]);

export const wagtailPages: Consumer = {
  name: "wagtail-pages",
  classes: {
    bases,
    callRowMethod: (interpreter, page, name, _args, node) => {
      switch (name) {
        case "get_context":
          return contextOfPage(page);
        case "get_template":
          return templateOf(interpreter, page);
        case "serve":
          return servePage(interpreter, page, node);
        default:
          return undefined;
      }
    },
    entryPoints: (interpreter, symbol) => {
      const model = interpreter.models.modelOfClass(symbol);
      return model && !model.abstract ? [responseOfPage(interpreter, symbol, model)] : [];
    },
  },
};

function responseOfPage(interpreter: Interpreter, symbol: ClassSymbol, model: Model): EntryPoint {
  const { module, node } = symbol;
  const name = `${module.name}.${symbol.qualifiedName}`;
  return {
    symbol: `${name}.serve`,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    context: "request",
    run: () => {
      interpreter.state.frame = declarationFrame(module, name, undefined);
      const page = presentRow(instanceOf(model, undefined));
      const place = callAt(node.name, "serve");
      callOwn(interpreter, page, "serve", place) ?? servePage(interpreter, page, place);
    },
  };
}

/** `Page.serve()` */
function servePage(interpreter: Interpreter, page: Instance, node: Call): Value {
  const template = callOwn(interpreter, page, "get_template", node) ?? templateOf(interpreter, page);
  const context = callOwn(interpreter, page, "get_context", node) ?? contextOfPage(page);
  renderTemplate(interpreter, choicesOf(template), contextOf(context), node);
  return unknown;
}

/** Calls a method of the project with a request. Undefined where no class of the page has it. */
function callOwn(interpreter: Interpreter, page: Instance, name: string, node: Call): Value | undefined {
  const { symbol } = page.model;
  const member = symbol && interpreter.program.lookupMember(symbol, name);
  if (member?.kind !== "found" || member.symbol.kind !== "function") return undefined;
  const request: Arguments = { positional: [unknown], keywords: noKeywords, open: true };
  return interpreter.callFunction(interpreter.functionValue(member.symbol, page), request, node, "framework");
}

function contextOfPage(page: Instance): Value {
  return mappingOf(
    new Map<string, Value>([
      ["page", page],
      ["request", unknown],
      ["self", page],
    ]),
  );
}

/** `template` of the class, or else `blog/blog_page.html`. */
function templateOf(interpreter: Interpreter, { model }: Instance): Value {
  const member = model.symbol && interpreter.program.lookupMember(model.symbol, "template");
  if (member?.kind === "found" && member.symbol.kind === "variable") {
    return valueOfVariable(interpreter, member.symbol);
  }
  const name = model.name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
  return { kind: "literal", value: `${model.appLabel}/${name}.html` };
}
