/** What the constructors of serializers and fields assign to their objects, and nothing else does. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { PlainObject } from "../../queryset/value.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";

/** Constants that stay what they are for as long as the object lives: reading them decides conditions. */
export function keepOptionsForGood(interpreter: Interpreter, { symbol, attributes }: PlainObject): void {
  for (const [name, value] of attributes) {
    if (value.kind !== "literal" || value.changeable || value.lasting) continue;
    if (!assignedLater(interpreter, symbol).has(name)) attributes.set(name, { ...value, lasting: true });
  }
}

const known = new WeakMap<ClassSymbol, ReadonlySet<string>>();

/** Attributes that methods other than constructors assign to `self`. */
function assignedLater({ program }: Interpreter, symbol: ClassSymbol): ReadonlySet<string> {
  const found = known.get(symbol);
  if (found) return found;
  const names = new Set<string>();
  for (const entry of program.mro(symbol)) {
    if (entry.kind !== "class") continue;
    for (const [name, member] of program.members(entry)) {
      if (member.kind === "function" && name !== "__init__") addAssigned(member, names);
    }
  }
  known.set(symbol, names);
  return names;
}

function addAssigned({ node }: FunctionSymbol, names: Set<string>): void {
  const self = node.parameters[0]?.name;
  someBlockStatement(node.body, (statement) => {
    const targets =
      statement.kind === "Assign"
        ? statement.targets
        : statement.kind === "AugAssign" || statement.kind === "AnnAssign"
          ? [statement.target]
          : [];
    for (const target of targets) {
      if (target.kind === "Attribute" && target.value.kind === "Name" && target.value.name === self)
        names.add(target.attribute.name);
    }
    return false;
  });
}
