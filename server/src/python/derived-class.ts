/** Classes that no statement defines: what a call makes of a class by giving it attributes, `ListView.as_view(model=Task)`. */
import type { Call, Expression } from "../syntax/ast.ts";
import { nameChain } from "./name-chain.ts";
import type { Binding, ClassOutline, ModuleOutline, VariableOutline } from "./outline.ts";
import type { ClassSymbol, Module, VariableSymbol } from "./symbols.ts";

export interface DerivedClass {
  readonly definition: ClassOutline;
  readonly symbol: ClassSymbol;
  readonly members: ReadonlyMap<VariableOutline, VariableSymbol>;
}

/** No definition of a file has it. */
const noIndex = -1;

/** A class that derives from `base`, with the keywords of the call as its attributes. Undefined where that has no name. */
export function deriveClass(
  module: Module,
  outline: ModuleOutline,
  base: Expression,
  call: Call,
): DerivedClass | undefined {
  const chain = nameChain(base);
  const name = chain?.at(-1);
  if (!chain || name === undefined) return undefined;
  const { start, end } = base;
  // The same view may be named several times.
  const key = `${name}@${call.start}`;
  const bindings = new Map<string, readonly Binding[]>();
  const definition: ClassOutline = {
    kind: "class",
    index: noIndex,
    name,
    qualifiedName: name,
    key,
    order: Number.MAX_SAFE_INTEGER,
    bases: [{ kind: "chain", chain }],
    scope: { kind: "class", parents: [], bindings, starImports: [] },
    owner: undefined,
    outline,
  };
  const symbol: ClassSymbol = {
    kind: "class",
    id: `${module.name}:${key}`,
    name,
    qualifiedName: name,
    module,
    node: {
      kind: "ClassDef",
      start: call.start,
      end: call.end,
      name: { name, start, end },
      decorators: [],
      bases: [base],
      keywords: [],
      body: [],
      bodyRange: call.argumentsRange,
    },
  };
  const members = new Map<VariableOutline, VariableSymbol>();
  for (const [order, keyword] of call.keywords.entries()) {
    if (!keyword.name) continue;
    const variable: VariableOutline = {
      kind: "variable",
      index: noIndex,
      name: keyword.name.name,
      owner: definition,
      outline,
    };
    bindings.set(variable.name, [
      { kind: "assignment", definition: variable, value: { kind: "other" }, order, conditional: false },
    ]);
    members.set(variable, {
      kind: "variable",
      name: variable.name,
      module,
      owner: symbol,
      values: [keyword.value],
      annotation: undefined,
    });
  }
  return { definition, symbol, members };
}
