/** Methods with which a table's class refines its rows between its construction and their rendering. */
import { nameAt } from "../../interpret/declarations.ts";
import { moduleFrame } from "../../interpret/frames.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { someBlockStatement } from "../../python/statement-walk.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";

/** The library calls it by itself. */
const hook = "before_render";

/**
 * The table's data after the methods of the project that assign to it. The library calls one of them; the others,
 * `configure(request)` for instance, the project calls: they count where they compute what to load, since they do that
 * for what will be read.
 * @param dataOf gives the rows of a table
 */
export function dataWhenRendered(
  interpreter: Interpreter,
  table: PlainObject,
  dataOf: (table: PlainObject) => Value,
): Value {
  const before = dataOf(table);
  if (before.kind !== "queryset") return before;
  for (const method of refiningMethods(interpreter, table)) {
    const rendered = copyOf(table);
    const callee = interpreter.functionValue(method, rendered);
    const frame = {
      ...moduleFrame(method.module, method.qualifiedName),
      owner: method.owner,
      receiver: rendered,
    };
    interpreter.outsideOfRoot(frame, () =>
      interpreter.callFunction(
        callee,
        { positional: [], keywords: new Map(), open: true },
        nameAt(table.symbol.node.name, table.symbol.name),
        "framework",
      ),
    );
    const after = dataOf(rendered);
    if (after.kind === "queryset" && (method.name === hook || after.loadsComputedPaths)) return after;
  }
  return before;
}

function copyOf(table: PlainObject): PlainObject {
  const attributes = new Map(table.attributes);
  const data = attributes.get("data");
  if (data?.kind === "object") attributes.set("data", { ...data, attributes: new Map(data.attributes) });
  return { ...table, attributes };
}

function refiningMethods({ program }: Interpreter, { symbol }: PlainObject): readonly FunctionSymbol[] {
  const methods = new Map<string, FunctionSymbol>();
  for (const base of program.mro(symbol)) {
    if (base.kind !== "class") continue;
    for (const [name, member] of program.members(base)) {
      if (member.kind !== "function" || name === "__init__" || methods.has(name)) continue;
      if (assignsData(member)) methods.set(name, member);
    }
  }
  return [...methods.values()];
}

/** `self.data = …`, `self.data.data = …` */
function assignsData({ node }: FunctionSymbol): boolean {
  const self = node.parameters[0]?.name;
  const isOfSelf = (target: Expression): boolean =>
    target.kind === "Attribute" &&
    target.attribute.name === "data" &&
    (isOfSelf(target.value) || (target.value.kind === "Name" && target.value.name === self));
  return someBlockStatement(
    node.body,
    (statement) => statement.kind === "Assign" && statement.targets.some(isOfSelf),
  );
}
