/** Django's view that sends a link to choose a new password, in the request that asks for it. */

import type { Consumer, EntryPoint } from "../interpret/consumer.ts";
import { callAt } from "../interpret/declarations.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { noArguments } from "../interpret/language/arguments.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import { unknown } from "../queryset/join.ts";
import type { Value } from "../queryset/value.ts";
import type { Call } from "../syntax/ast.ts";

const viewClass = "django.contrib.auth.views.PasswordResetView";

const defaultForm: Value = { kind: "external", name: "django.contrib.auth.forms.PasswordResetForm" };

export const passwordReset: Consumer = {
  name: "password-reset",
  classes: {
    bases: new Set([viewClass]),
    callMethod: (interpreter, view, name, _args, node) => {
      if (name !== "form_valid" || startsBehindView(interpreter, node)) return undefined;
      sendLink(interpreter, formClassOf(interpreter, view, node), node);
      return unknown;
    },
    entryPoints: (interpreter, symbol) =>
      interpreter.program.lookupMember(symbol, "form_valid").kind === "found"
        ? []
        : [postOf(interpreter, symbol)],
  },
};

/** `super(PasswordResetView, self)` leaves out the method that sends, and only redirects. */
function startsBehindView(interpreter: Interpreter, { function: callee }: Call): boolean {
  if (callee.kind !== "Attribute" || callee.value.kind !== "Call") return false;
  const [start] = callee.value.arguments;
  if (!start || callee.value.function.kind !== "Name" || callee.value.function.name !== "super") return false;
  const value = interpreter.evaluate(start);
  return value.kind === "external" && value.name === viewClass;
}

const formSave = "PasswordResetForm.save";

/** The project's class only configures the view. */
function postOf(interpreter: Interpreter, symbol: ClassSymbol): EntryPoint {
  const { module, node } = symbol;
  const name = { start: node.name.start, end: node.name.end };
  return {
    symbol: `${module.name}.${symbol.qualifiedName}.post`,
    location: { path: module.file.path, range: name },
    context: "request",
    run: () => {
      const call = callAt(name, formSave);
      sendLink(interpreter, formClassOf(interpreter, interpreter.newObject(symbol), call), call);
    },
  };
}

function formClassOf(interpreter: Interpreter, view: Value, node: Call): Value {
  const given = interpreter.attribute(view, "form_class", node);
  return given.kind === "class" || given.kind === "external" ? given : defaultForm;
}

function sendLink(interpreter: Interpreter, formClass: Value, node: Call): void {
  const form = interpreter.call(formClass, { ...noArguments, open: true }, node);
  interpreter.call(interpreter.attribute(form, "save", node), noArguments, node);
}
