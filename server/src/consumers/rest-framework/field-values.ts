/** Fields and serializers as values: objects of the project's classes, or of the framework's own. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ExternalValue, Made, PlainObject, Value } from "../../queryset/value.ts";
import { classesOfKind, type FieldKind, fieldClasses, kindOfClass, serializers } from "./names.ts";

/** A field of one of the framework's own classes. */
export interface LibraryField extends ExternalValue {
  readonly made: Made;
}

export type FieldValue = PlainObject | LibraryField;

const noValues: Made = { positional: [], keywords: new Map() };

export function libraryField(name: string, keywords: ReadonlyMap<string, Value> = new Map()): LibraryField {
  return { kind: "external", name, made: { ...noValues, keywords } };
}

/** Undefined for anything that is no field, or one of a library that is not known. */
export function asField(interpreter: Interpreter, value: Value | undefined): FieldValue | undefined {
  if (value?.kind === "object") {
    return interpreter.program.derivesFrom(value.symbol, fieldClasses) ? value : undefined;
  }
  return value?.kind === "external" && value.made && kindOfClass(value.name)
    ? { ...value, made: value.made }
    : undefined;
}

export function kindOfField({ program }: Interpreter, field: FieldValue): FieldKind {
  if (field.kind === "external") return kindOfClass(field.name) ?? "column";
  for (const [kind, names] of classesOfKind) if (program.derivesFrom(field.symbol, names)) return kind;
  return "column";
}

export function isSerializer({ program }: Interpreter, object: PlainObject): boolean {
  return program.derivesFrom(object.symbol, serializers);
}

/** What the field was made with, by the name of the keyword. */
export function optionOf(field: FieldValue, name: string): Value | undefined {
  return field.kind === "object" ? field.attributes.get(name) : field.made.keywords.get(name);
}

export function textOption(field: FieldValue, name: string): string | undefined {
  const value = optionOf(field, name);
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

export function isSet(field: FieldValue, name: string): boolean {
  const value = optionOf(field, name);
  return value?.kind === "literal" && value.value === true;
}
