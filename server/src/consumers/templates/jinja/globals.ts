/** The names that every Jinja template of a project has: Jinja's own filters, and what the project adds to them. */

import { AnswersOf } from "../../../base/answers-of.ts";
import type { Interpreter } from "../../../interpret/interpreter.ts";
import { newScope } from "../../../interpret/language/environment.ts";
import { unknown } from "../../../queryset/join.ts";
import type { Scope, Value } from "../../../queryset/value.ts";
import { filterName } from "../../../syntax/jinja/jinja-expression.ts";
import type { Rendering } from "../rendering.ts";
import { contextOf, TemplateContext } from "../template-context.ts";
import { filterFunction, filterNames } from "./filters.ts";
import { registeredNames } from "./registered-names.ts";

interface Globals {
  readonly scope: Scope;
  /** Paths of the modules that add names. */
  readonly visited: readonly string[];
}

const known = new AnswersOf<Interpreter, Globals>();

export function jinjaGlobals(rendering: Rendering): Scope {
  const { interpreter } = rendering;
  let globals = known.get(interpreter);
  if (!globals) {
    globals = readGlobals(rendering);
    known.set(interpreter, globals);
  }
  for (const path of globals.visited) interpreter.visited.add(path);
  return globals.scope;
}

function readGlobals(rendering: Rendering): Globals {
  const scope = newScope(undefined);
  for (const name of ["dict", "range"]) scope.names.set(name, { kind: "external", name: `builtins.${name}` });
  for (const name of filterNames) {
    scope.names.set(filterName(name), { kind: "external", name: filterFunction(name) });
  }
  const { names, visited } = registeredNames(rendering.interpreter);
  for (const { kind, name, template, value } of names) {
    scope.names.set(kind === "filters" ? filterName(name) : name, rendered(rendering, value, template));
  }
  return { scope, visited };
}

/** A function that is decorated with a template gives what that makes of the dictionary that it returns. */
function rendered({ renderNamed }: Rendering, value: Value, template: string | undefined): Value {
  if (template === undefined || value.kind !== "function") return value;
  return {
    ...value,
    run: (_parameters, body) => {
      renderNamed([template], new TemplateContext(contextOf(body())), value.node);
      return unknown;
    },
  };
}
