import type { Expression } from "../syntax/ast.ts";
import type { ArgumentOutline, AssignedValue, BaseOutline, CallOutline, NameChain } from "./outline.ts";

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
  return names.toReversed();
}

/** A call whose function is a static chain; what its arguments say is kept only where it can name something. */
export function callOutline(expression: Expression): CallOutline | undefined {
  if (expression.kind !== "Call") return undefined;
  const chain = nameChain(expression.function);
  if (chain === undefined) return undefined;
  // Functions that load something by its name take one or two strings.
  if (expression.arguments.length > 2) return { function: chain, arguments: noArguments };
  const outlines = expression.arguments.map(argumentOutline);
  const says = outlines.some(({ kind }) => kind !== "other");
  return { function: chain, arguments: says ? outlines : noArguments };
}

const noArguments: readonly ArgumentOutline[] = [];
const otherArgument: ArgumentOutline = { kind: "other" };

function argumentOutline(expression: Expression): ArgumentOutline {
  switch (expression.kind) {
    case "StringLiteral":
      return expression.bytes ? otherArgument : { kind: "text", value: expression.value };
    case "ListLiteral":
    case "TupleLiteral": {
      const values = expression.elements.flatMap((element) =>
        element.kind === "StringLiteral" ? element.value : [],
      );
      return values.length === expression.elements.length ? { kind: "texts", values } : otherArgument;
    }
    case "Attribute": {
      const chain = nameChain(expression);
      return chain ? { kind: "name", chain } : otherArgument;
    }
    default:
      return otherArgument;
  }
}

/** A value that says nothing about its name. */
export const otherValue: AssignedValue = { kind: "other" };
const noneValue: AssignedValue = { kind: "none" };

/** What an assigned value says about its name, as far as that can be told from the statement alone. */
export function assignedValue(value: Expression): AssignedValue {
  switch (value.kind) {
    case "Name":
    case "Attribute": {
      const chain = nameChain(value);
      return chain ? { kind: "alias", chain } : otherValue;
    }
    case "ConstantLiteral":
      return value.value === "None" ? noneValue : otherValue;
    case "Call":
    case "Conditional":
    case "Subscript": {
      const [base, ...others] = baseOutlines(value);
      if (others.length > 0 || base === undefined || base.kind === "unknown") return otherValue;
      return base.kind === "call"
        ? { kind: "call", call: base.call, item: undefined }
        : { kind: "base", base };
    }
    default:
      return otherValue;
  }
}

/** For a name that takes one element of what a call returns. */
export function assignedItem(value: Expression, item: number): AssignedValue {
  const call = callOutline(value);
  return call ? { kind: "call", call, item } : otherValue;
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
      const call = callOutline(expression);
      return [call ? { kind: "call", call } : unknownBase];
    }
    default:
      return [unknownBase];
  }
}
