/** Calls that answer the names of a scope as a dictionary, or the elements of a loop over one. */
import type { Call, Expression } from "../syntax/ast.ts";
import {
  known,
  mappingOf,
  type SequenceValue,
  type StaticValue,
  sequence,
  sequenceOf,
} from "./static-value.ts";

const namespaceFunctions: ReadonlySet<string> = new Set(["globals", "locals", "vars"]);

/** `globals()`, `locals()` */
export function isNamespace(expression: Expression): boolean {
  return (
    expression.kind === "Call" &&
    expression.function.kind === "Name" &&
    namespaceFunctions.has(expression.function.name) &&
    expression.arguments.length === 0
  );
}

/** `configure(globals())` or `configure(sys.modules[__name__])`, which may set any name; `"…".format(**globals())` only reads. */
export function isGivenNamespace(call: Call): boolean {
  const isFormat = call.function.kind === "Attribute" && call.function.attribute.name === "format";
  const given = [...call.arguments, ...call.keywords.map(({ value }) => value)];
  return !isFormat && given.some((each) => isNamespace(each) || isOwnModule(each));
}

/** `sys.modules[__name__]`: who gets it may set any name with `setattr()`. */
export function isOwnModule(expression: Expression): boolean {
  return (
    expression.kind === "Subscript" &&
    expression.index.kind === "Name" &&
    expression.index.name === "__name__" &&
    expression.value.kind === "Attribute" &&
    expression.value.attribute.name === "modules"
  );
}

/** A loop over a dictionary goes over its keys. */
export function keysOf(value: StaticValue): SequenceValue | undefined {
  const mapping = mappingOf(value);
  return (
    mapping && sequenceOf(sequence([...mapping.entries.keys()].map(known), mapping.complete, mapping.united))
  );
}
