/** What a relation points to, as its `to=` says it: looked up only when the model that holds the field is known. */
import type { PythonSymbol } from "../python/symbols.ts";
import { alternativesOf, type KnownValue, type StaticValue } from "./static-value.ts";

export type ModelReference =
  | { readonly kind: "self" }
  /** `"shop.Order"`, or `"Order"` without an application: that of the model that holds the field. */
  | { readonly kind: "label"; readonly appLabel: string | undefined; readonly name: string }
  /** A class, of the program or of a library. */
  | { readonly kind: "symbol"; readonly symbol: PythonSymbol }
  /** The model that a setting names: `AUTH_USER_MODEL` and its like. */
  | { readonly kind: "setting"; readonly setting: string; readonly fallback: string }
  | { readonly kind: "unknown" };

const unknownReference: ModelReference = { kind: "unknown" };

/** A value that differs between branches refers to something only where all branches agree. */
export function modelReference(value: StaticValue): ModelReference {
  const references = alternativesOf(value).map(referenceOfKnown);
  const [first] = references;
  if (!first) return unknownReference;
  return references.every((reference) => sameReference(reference, first)) ? first : unknownReference;
}

function referenceOfKnown(value: KnownValue): ModelReference {
  if (typeof value === "string") return referenceOfString(value);
  if (typeof value !== "object" || value === null) return unknownReference;
  if (value.type === "model") return referenceOfString(value.label);
  return value.type === "symbol" ? { kind: "symbol", symbol: value.symbol } : unknownReference;
}

function referenceOfString(text: string): ModelReference {
  if (text === "self") return { kind: "self" };
  const match = /^(?:(\w+)\.)?(\w+)$/.exec(text);
  if (!match || match[2] === undefined) return unknownReference;
  return { kind: "label", appLabel: match[1], name: match[2] };
}

function sameReference(first: ModelReference, second: ModelReference): boolean {
  if (first.kind === "label" && second.kind === "label") {
    return first.appLabel === second.appLabel && first.name.toLowerCase() === second.name.toLowerCase();
  }
  if (first.kind === "symbol" && second.kind === "symbol") return first.symbol === second.symbol;
  return first.kind === second.kind && first.kind === "self";
}
