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

/** `configure(globals())`, which may set any name; `"…".format(**globals())` only reads. */
export function isGivenNamespace(call: Call): boolean {
  const isFormat = call.function.kind === "Attribute" && call.function.attribute.name === "format";
  return !isFormat && [...call.arguments, ...call.keywords.map(({ value }) => value)].some(isNamespace);
}

/** A loop over a dictionary goes over its keys. */
export function keysOf(value: StaticValue): SequenceValue | undefined {
  const mapping = mappingOf(value);
  return (
    mapping && sequenceOf(sequence([...mapping.entries.keys()].map(known), mapping.complete, mapping.united))
  );
}
