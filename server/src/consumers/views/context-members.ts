/** django-context-decorator: members of a view that `@context` adds to what `get_context_data()` gives. */

import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { hasDecorator } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";

const decorator = "django_context_decorator.context";

/** By name: the properties that they are, and what methods return. */
export function contextMembers(
  interpreter: Interpreter,
  view: PlainObject,
  node: Call,
): ReadonlyMap<string, Value> {
  const members = new Map<string, Value>();
  for (const name of namesOf(interpreter, view.symbol)) {
    const value = interpreter.attribute(view, name, node);
    members.set(name, value.kind === "function" ? interpreter.call(value, noArguments, node) : value);
  }
  return members;
}

const known = new WeakMap<ClassSymbol, readonly string[]>();

function namesOf(interpreter: Interpreter, symbol: ClassSymbol): readonly string[] {
  let names = known.get(symbol);
  if (!names) {
    const found = interpreter.program
      .mro(symbol)
      .flatMap((base) =>
        base.kind === "class"
          ? [...interpreter.program.members(base)].flatMap(([name, member]) =>
              member.kind === "function" && hasDecorator(interpreter, member, decorator) ? [name] : [],
            )
          : [],
      );
    names = [...new Set(found)];
    known.set(symbol, names);
  }
  return names;
}
