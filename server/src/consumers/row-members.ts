/** Frameworks that call members of a class with each row of one queryset: feeds, sitemaps, exports. */

import type { EntryPoint } from "../interpret/consumer.ts";
import { callAt, nameAt, readDeclaration } from "../interpret/declarations.ts";
import type { RootContext } from "../interpret/facts.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { noKeywords } from "../interpret/language/arguments.ts";
import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import { unknown } from "../queryset/join.ts";
import type { PlainObject, Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

/** What a framework reads of each row by itself. */
export type ReadOfRow = (interpreter: Interpreter, row: Value, node: Expression) => void;

export interface RowMembers {
  readonly context: RootContext;
  /** The method that gives the rows: `items`. */
  readonly rows: string;
  /** The method whose answer is passed on to that one, where it takes one: `get_object`. */
  readonly subject?: string;
  /** The methods that are called with each row, with what the framework reads where the class has none of the name. */
  readonly members: ReadonlyMap<string, ReadOfRow | undefined>;
}

/** One pass over the rows, as the framework makes it when it is asked for its output. */
export function entryPointOfRows(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  { context, rows, subject, members }: RowMembers,
): readonly EntryPoint[] {
  const source = methodOf(interpreter, symbol, rows);
  if (!source) return [];
  const name = `${symbol.module.name}.${symbol.qualifiedName}`;
  const location = { path: symbol.module.file.path, range: symbol.node.name };
  const declaration = { module: symbol.module, name, location, owner: symbol };
  const run = (): void => {
    const object = interpreter.newObject(symbol);
    const place = nameAt(symbol.node.name, symbol.name);
    const finder = subject === undefined ? undefined : methodOf(interpreter, symbol, subject);
    const found = finder ? [callWith(interpreter, finder, object, [unknown], place, "framework")] : [];
    const items = callWith(interpreter, source, object, found, place, "framework");
    interpreter.inLoop(items, place, place, (row) => {
      for (const [member, readByDefault] of members) {
        const method = methodOf(interpreter, symbol, member);
        if (method) callWith(interpreter, method, object, [row], place, "rowMember");
        else if (readByDefault) {
          readDeclaration(interpreter, "rowMember", declaration, location, () => {
            readByDefault(interpreter, row, place);
            return unknown;
          });
        }
      }
    });
  };
  return [{ symbol: name, location, context, run }];
}

/** Frameworks pass only what the method's parameters ask for. */
export function callWith(
  interpreter: Interpreter,
  method: FunctionSymbol,
  object: PlainObject,
  args: readonly Value[],
  place: Expression,
  via: "framework" | "rowMember",
): Value {
  const positional = args.slice(0, Math.max(0, method.node.parameters.length - 1));
  const callee = interpreter.functionValue(method, object);
  const node = callAt(place, method.name);
  return interpreter.callFunction(callee, { positional, keywords: noKeywords, open: true }, node, via);
}

export function methodOf(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  name: string,
): FunctionSymbol | undefined {
  const member = interpreter.program.lookupMember(symbol, name);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}
