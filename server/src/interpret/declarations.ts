/** Code that says what to read without saying how: a template, the fields of a serializer, the columns of a list. */
import type { Location, TextRange } from "../base/text-range.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Value } from "../queryset/value.ts";
import type { Call, Name } from "../syntax/ast.ts";
import type { ConsumerKind } from "./facts.ts";
import { declarationFrame, inFrame } from "./frames.ts";
import type { Interpreter } from "./interpreter.ts";

export interface Declaration {
  /** The file that it stands in, as a module: nodes are located in its text. */
  readonly module: Module;
  /** What evidence and estimates call it: `tasks/list.html`, `tasks.serializers.TaskSerializer`. */
  readonly name: string;
  readonly location: Location;
  readonly owner: ClassSymbol | undefined;
}

/**
 * Does what a framework does with a declaration: inside `body`, locations are places in the declaration's file, and
 * whatever is read counts as read by this kind of consumer. `caller` is the expression that leads there.
 */
export function readDeclaration(
  interpreter: Interpreter,
  kind: ConsumerKind,
  declaration: Declaration,
  caller: Location,
  body: () => Value,
): Value {
  const { calls } = interpreter.state;
  interpreter.visited.add(declaration.module.file.path);
  calls.push({
    location: caller,
    callee: declaration.name,
    calleeLocation: declaration.location,
    via: kind,
  });
  try {
    const frame = declarationFrame(declaration.module, declaration.name, declaration.owner);
    return inFrame(interpreter, frame, body);
  } finally {
    calls.pop();
  }
}

/**
 * Does what a framework does in a call of the project's code. Locations are where the call stands; it is no place for
 * an edit of what the framework asks for.
 */
export function asFramework(interpreter: Interpreter, body: () => Value): Value {
  const { module, symbol, owner, coroutine } = interpreter.state.frame;
  return inFrame(interpreter, { ...declarationFrame(module, symbol, owner), coroutine }, body);
}

/** A read or call that no code writes out, at the place of the declaration that leads to it. */
export function nameAt({ start, end }: TextRange, name: string): Name {
  return { kind: "Name", name, start, end };
}

export function callAt(range: TextRange, name: string): Call {
  const { start, end } = range;
  return {
    kind: "Call",
    start,
    end,
    function: nameAt(range, name),
    arguments: [],
    keywords: [],
    argumentsRange: { start: end, end },
  };
}
