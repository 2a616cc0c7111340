import type { Expression } from "../syntax/ast.ts";
import type { AssignedValue, BaseOutline, NameChain } from "./outline.ts";

/** Longer chains do not occur in code that people write. */
const chainLimit = 50;

/** `models.Model` as `["models", "Model"]`; undefined for anything but names and attributes. */
export function nameChain(expression: Expression): NameChain | undefined {
  const names: string[] = [];
  let current = expression;
  while (current.kind === "Attribute" && names.length < chainLimit) {
    if (current.attribute.name === "") return undefined;
    names.push(current.attribute.name);
    current = current.value;
  }
  if (current.kind !== "Name") return undefined;
  names.push(current.name);
  return names.reverse();
}

/** The module that `importlib.import_module("a.b")` or `import_module("a.b")` names; relative names are not followed. */
export function importedModuleName(expression: Expression): string | undefined {
  if (expression.kind !== "Call" || expression.arguments.length !== 1) return undefined;
  if (nameChain(expression.function)?.at(-1) !== "import_module") return undefined;
  const [name] = expression.arguments;
  if (name?.kind !== "StringLiteral" || name.bytes) return undefined;
  return /^\w+(\.\w+)*$/.test(name.value) ? name.value : undefined;
}

/** What an assigned value says about its name, as far as that can be told from the statement alone. */
export function assignedValue(value: Expression): AssignedValue {
  const chain = nameChain(value);
  if (chain) return { kind: "alias", chain };
  if (value.kind === "ConstantLiteral" && value.value === "None") return { kind: "none" };
  const module = importedModuleName(value);
  if (module !== undefined) return { kind: "module", name: module };
  if (value.kind === "Call" || value.kind === "Conditional" || value.kind === "Subscript") {
    const [base, ...others] = baseOutlines(value);
    if (base && base.kind !== "unknown" && others.length === 0) return { kind: "base", base };
  }
  return { kind: "other" };
}

const unknownBase: BaseOutline = { kind: "unknown" };

/** The bases that one expression in a class statement's parentheses stands for; most often one. */
export function baseOutlines(expression: Expression): readonly BaseOutline[] {
  const chain = nameChain(expression);
  if (chain) return [{ kind: "chain", chain }];
  switch (expression.kind) {
    // `Base[T]`: type arguments do not change what is inherited.
    case "Subscript":
      return baseOutlines(expression.value);
    case "Conditional":
      return [
        {
          kind: "alternatives",
          options: [...baseOutlines(expression.body), ...baseOutlines(expression.orElse)],
        },
      ];
    case "Call": {
      // `with_metaclass(Meta, Base)` of six and its copies inherits from the bases alone.
      const called = nameChain(expression.function)?.at(-1);
      if (called === "with_metaclass") return expression.arguments.slice(1).flatMap(baseOutlines);
      // `Manager.from_queryset(QuerySet)` makes a subclass of the manager it is called on.
      const made = expression.function;
      if (made.kind === "Attribute" && made.attribute.name === "from_queryset")
        return baseOutlines(made.value);
      return [unknownBase];
    }
    default:
      return [unknownBase];
  }
}
