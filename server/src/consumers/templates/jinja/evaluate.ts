/** Jinja's expressions mean what they mean in Python, with the names of the template. */
import { inFrame } from "../../../interpret/frames.ts";
import { lookup, newScope } from "../../../interpret/language/environment.ts";
import { unknown } from "../../../queryset/join.ts";
import type { Scope, Value } from "../../../queryset/value.ts";
import type { Expression } from "../../../syntax/ast.ts";
import { walkExpressions } from "../../../syntax/walk.ts";
import type { Rendering } from "../rendering.ts";
import type { TemplateContext } from "../template-context.ts";
import { jinjaGlobals } from "./globals.ts";

export function valueOfJinja(rendering: Rendering, context: TemplateContext, node: Expression): Value {
  const { state } = rendering.interpreter;
  if (state.budget-- <= 0) return unknown;
  const scope = scopeOf(rendering, context);
  // A template has no module whose names an expression could see.
  const inside = newScope(scope);
  for (const name of namesIn(node)) {
    if (!lookup(scope, name) && !context.ask(name)) inside.names.set(name, unknown);
  }
  const { interpreter } = rendering;
  const frame = { ...state.frame, scope: inside, readsKeysAsAttributes: true };
  return inFrame(interpreter, frame, () => interpreter.evaluate(node));
}

/** The names of the context as names of Python's. */
export function scopeOf(rendering: Rendering, context: TemplateContext): Scope {
  return context.scope(jinjaGlobals(rendering));
}

const names = new WeakMap<Expression, readonly string[]>();

function namesIn(node: Expression): readonly string[] {
  let known = names.get(node);
  if (!known) {
    const found = new Set<string>();
    walkExpressions(node, (each) => {
      if (each.kind === "Name") found.add(each.name);
      return true;
    });
    known = [...found];
    names.set(node, known);
  }
  return known;
}
