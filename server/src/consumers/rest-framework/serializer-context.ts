/** `serializer.context`: that of the outermost serializer, which is empty where it was made without one. */

import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { asField } from "./field-values.ts";

const attribute = "_context";

/** A dictionary that the framework makes, with these entries and no others. */
export function contextWith(entries: ReadonlyMap<string, Value>): Value {
  return mappingOf(entries, { lasting: true });
}

/** Undefined where it is not known with what the serializer was made. */
export function contextOf({ attributes }: PlainObject): Value | undefined {
  return attributes.get(attribute);
}

export function keepContext({ attributes }: PlainObject, { keywords, open }: Arguments): void {
  const given = keywords.get("context");
  if (given) attributes.set(attribute, asContext(given));
  else if (open) attributes.delete(attribute);
  else if (!attributes.has(attribute)) attributes.set(attribute, contextWith(new Map()));
}

/** What the code has put into it is there for as long as the serializer lives: it decides conditions. */
function asContext(given: Value): Value {
  if (given.kind !== "mapping") return given;
  for (const [name, value] of given.entries) {
    if (value.kind === "literal" && !value.changeable) given.entries.set(name, { ...value, lasting: true });
  }
  return given;
}

/** The fields of a serializer have its context, whatever they were made with. */
export function shareContext(
  interpreter: Interpreter,
  serializer: PlainObject,
  fields: Iterable<Value>,
): void {
  const context = contextOf(serializer);
  for (const value of fields) {
    const field = asField(interpreter, value);
    if (!field) continue;
    const children = field.kind === "object" ? field.attributes.get("child") : childOf(field.made);
    if (field.kind === "object") {
      if (context) field.attributes.set(attribute, context);
      else field.attributes.delete(attribute);
    }
    if (children && children !== value) shareContext(interpreter, serializer, [children]);
  }
}

/** `ListField(child=…)` */
function childOf({
  positional,
  keywords,
}: {
  positional: readonly Value[];
  keywords: ReadonlyMap<string, Value>;
}): Value | undefined {
  return keywords.get("child") ?? positional[0];
}
