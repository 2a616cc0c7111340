/**
 * Values that Python expressions of settings and model modules have without running them.
 * What can't be told is `unknown`; a value that depends on a branch is `oneOf`.
 */

import type { TextRange } from "../base/text-range.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";

export type StaticValue =
  | {
      readonly kind: "known";
      readonly value: KnownValue;
      /** The environment variable that may say something else: the value is what holds where it is not set. */
      readonly variable?: string | undefined;
    }
  /** One of these, depending on a condition that was not evaluated. */
  | { readonly kind: "oneOf"; readonly values: readonly KnownValue[]; readonly variable?: string | undefined }
  | { readonly kind: "unknown" };

export type KnownValue =
  | string
  | number
  | boolean
  | null
  | SequenceValue
  | MappingValue
  | SymbolValue
  | ModelValue
  | CallValue;

/** A list, tuple or set. */
export interface SequenceValue {
  readonly type: "sequence";
  readonly elements: readonly StaticValue[];
  /** False when more elements may be there than were understood. */
  readonly complete: boolean;
  /** The elements are those of several branches: each may be missing. */
  readonly united?: boolean | undefined;
}

/** Where something is written. */
export interface Place {
  readonly module: Module;
  readonly node: TextRange;
}

/** A dictionary with string keys; entries with other keys make it incomplete. */
export interface MappingValue {
  readonly type: "mapping";
  readonly entries: ReadonlyMap<string, StaticValue>;
  readonly complete: boolean;
  /** The entries are those of several branches: each may be missing. */
  readonly united?: boolean | undefined;
  /** The display or the call of `dict()` that it comes from, where it is one. */
  readonly literal?: Place | undefined;
  /** Where each entry was set, as far as the evaluation knows. */
  readonly places?: ReadonlyMap<string, Place> | undefined;
  /** A `ConfigParser`, whose entries are its sections. */
  readonly parser?: ParserState | undefined;
}

export interface ParserState {
  /** `%(name)s` in a text stands for another option. */
  readonly interpolates: boolean;
  /** Files outside the project were read: they may say something else. */
  readonly readsFiles: boolean;
}

/** A class, function or module, or something of a library. */
export interface SymbolValue {
  readonly type: "symbol";
  readonly symbol: PythonSymbol;
}

/** What `get_user_model()` and `get_model("app", "Model")` answer, by its label. */
export interface ModelValue {
  readonly type: "model";
  readonly label: string;
}

/** The result of a call that means something only to its reader: `models.Index(fields=["owner"])`. */
export interface CallValue {
  readonly type: "call";
  readonly expression: Expression & { readonly kind: "Call" };
  readonly scope: Scope;
}

/** Where the names of an expression are looked up. */
export interface Scope {
  readonly module: Module;
  /** The class in whose body the expression stands. */
  readonly owner: ClassSymbol | undefined;
  /** Parameters of a function whose call is being followed. */
  readonly bindings?: ReadonlyMap<string, StaticValue>;
}

export const unknownValue: StaticValue = { kind: "unknown" };

export function known(value: KnownValue): StaticValue {
  return { kind: "known", value };
}

export function sequence(elements: readonly StaticValue[], complete = true, united = false): StaticValue {
  return known({ type: "sequence", elements, complete, ...(united && { united }) });
}

/** The environment variable that a value hangs on, the first of several. */
export function variableOf(...values: readonly StaticValue[]): string | undefined {
  for (const value of values) {
    if (value.kind !== "unknown" && value.variable !== undefined) return value.variable;
  }
  return undefined;
}

/** The value, said to hang on the environment variable of others. */
export function dependingOn(value: StaticValue, variable: string | undefined): StaticValue {
  if (variable === undefined || value.kind === "unknown" || value.variable !== undefined) return value;
  return value.kind === "known"
    ? { kind: "known", value: value.value, variable }
    : { kind: "oneOf", values: value.values, variable };
}

export function isSequence(value: KnownValue): value is SequenceValue {
  return typeof value === "object" && value !== null && value.type === "sequence";
}

export function isMapping(value: KnownValue): value is MappingValue {
  return typeof value === "object" && value !== null && value.type === "mapping";
}

/** The sequence that a value is, if it is one. */
export function sequenceOf(value: StaticValue): SequenceValue | undefined {
  return value.kind === "known" && isSequence(value.value) ? value.value : undefined;
}

export function mappingOf(value: StaticValue): MappingValue | undefined {
  return value.kind === "known" && isMapping(value.value) ? value.value : undefined;
}

export function stringOf(value: StaticValue): string | undefined {
  return value.kind === "known" && typeof value.value === "string" ? value.value : undefined;
}

/** The strings of a sequence (other elements are left out), or of one string standing alone. */
export function stringsOf(value: StaticValue): readonly string[] {
  const alone = stringOf(value);
  if (alone !== undefined) return [alone];
  const elements = sequenceOf(value)?.elements ?? [];
  return elements.flatMap((element) => stringOf(element) ?? []);
}

/** Python's truth value; undefined where it depends on something unknown. */
export function truthOf(value: StaticValue): boolean | undefined {
  switch (value.kind) {
    case "known":
      return truthOfKnown(value.value);
    case "oneOf": {
      const truths = new Set(value.values.map(truthOfKnown));
      return truths.size === 1 ? [...truths][0] : undefined;
    }
    case "unknown":
      return undefined;
  }
}

function truthOfKnown(value: KnownValue): boolean | undefined {
  if (typeof value !== "object" || value === null) return Boolean(value);
  switch (value.type) {
    case "sequence":
      return value.elements.length > 0 || (value.complete ? false : undefined);
    case "mapping":
      return value.entries.size > 0 || (value.complete ? false : undefined);
    case "symbol":
    case "model":
      return true;
    case "call":
      return undefined;
  }
}

/** Scalars of more alternatives than this are unknown. */
const maximumAlternatives = 16;

/** The value of a name that was set in two branches. Sequences and mappings unite, scalars become alternatives. */
export function joinValues(first: StaticValue, second: StaticValue): StaticValue {
  if (first === second) return first;
  if (first.kind === "unknown" || second.kind === "unknown") return joinWithUnknown(first, second);
  const firstSequence = sequenceOf(first);
  const secondSequence = sequenceOf(second);
  const variable = variableOf(first, second);
  if (firstSequence && secondSequence)
    return dependingOn(uniteSequences(firstSequence, secondSequence), variable);
  const firstMapping = mappingOf(first);
  const secondMapping = mappingOf(second);
  if (firstMapping && secondMapping) return dependingOn(uniteMappings(firstMapping, secondMapping), variable);

  const alternatives: KnownValue[] = [];
  for (const value of [...alternativesOf(first), ...alternativesOf(second)]) {
    if (!alternatives.some((other) => sameValue(other, value))) alternatives.push(value);
  }
  if (alternatives.length > maximumAlternatives) return unknownValue;
  const [only] = alternatives;
  const joined: StaticValue =
    alternatives.length === 1 && only !== undefined ? known(only) : { kind: "oneOf", values: alternatives };
  return dependingOn(joined, variable);
}

export function alternativesOf(value: StaticValue): readonly KnownValue[] {
  switch (value.kind) {
    case "known":
      return [value.value];
    case "oneOf":
      return value.values;
    case "unknown":
      return [];
  }
}

/** What is known of a sequence stays useful when the other branch is not understood; a scalar does not. */
function joinWithUnknown(first: StaticValue, second: StaticValue): StaticValue {
  for (const value of [first, second]) {
    const elements = sequenceOf(value);
    if (elements) return sequence(elements.elements, false, true);
    const mapping = mappingOf(value);
    if (mapping) return known({ ...mapping, complete: false, united: true });
  }
  return unknownValue;
}

function uniteSequences(first: SequenceValue, second: SequenceValue): StaticValue {
  if (first === second || sameValue(first, second)) return known(first);
  const elements = [...first.elements];
  // One of them may be the other: a list that is united with itself again and again does not grow.
  let unknownOnes = elements.filter(({ kind }) => kind === "unknown").length;
  for (const element of second.elements) {
    if (element.kind === "unknown" && unknownOnes > 0) unknownOnes -= 1;
    else if (!elements.some((other) => sameStaticValue(other, element))) elements.push(element);
  }
  return sequence(elements, first.complete && second.complete, true);
}

function uniteMappings(first: MappingValue, second: MappingValue): StaticValue {
  if (first === second) return known(first);
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const other = entries.get(key);
    entries.set(key, other ? joinValues(other, value) : value);
  }
  return known({
    type: "mapping",
    entries,
    complete: first.complete && second.complete,
    united: !sameEntries(first, second) || first.united === true || second.united === true,
    literal: second.literal ?? first.literal,
    places: mergedPlaces(first, second),
  });
}

function sameEntries(first: MappingValue, second: MappingValue): boolean {
  return (
    first.entries.size === second.entries.size &&
    [...first.entries.keys()].every((key) => second.entries.has(key))
  );
}

/** Entries over which others are put that are not known: each of them may be replaced. */
export function replaceable(entries: MappingValue["entries"]): MappingValue["entries"] {
  return new Map([...entries].map(([key, value]) => [key, joinValues(value, unknownValue)]));
}

/** Where the entries of two mappings stand, those of the second first. */
export function mergedPlaces(
  first: MappingValue | undefined,
  second: MappingValue | undefined,
): ReadonlyMap<string, Place> {
  return new Map([...(first?.places ?? []), ...(second?.places ?? [])]);
}

function sameStaticValue(first: StaticValue, second: StaticValue): boolean {
  if (first === second) return first.kind !== "unknown";
  return first.kind === "known" && second.kind === "known" && sameValue(first.value, second.value);
}

function sameValue(first: KnownValue, second: KnownValue): boolean {
  if (first === second) return true;
  if (typeof first !== "object" || typeof second !== "object" || first === null || second === null)
    return false;
  switch (first.type) {
    case "symbol":
      return second.type === "symbol" && sameSymbol(first.symbol, second.symbol);
    case "model":
      return second.type === "model" && first.label === second.label;
    case "call":
      return second.type === "call" && first.expression === second.expression;
    case "sequence":
      return (
        second.type === "sequence" &&
        first.united === second.united &&
        first.complete === second.complete &&
        first.elements.length === second.elements.length &&
        first.elements.every((element, index) =>
          sameStaticValue(element, second.elements[index] ?? unknownValue),
        )
      );
    case "mapping":
      return false;
  }
}

function sameSymbol(first: PythonSymbol, second: PythonSymbol): boolean {
  if (first === second) return true;
  if (first.kind === "class" && second.kind === "class") return first.id === second.id;
  if (first.kind === "external" && second.kind === "external") return first.name === second.name;
  return false;
}
