/** What a form's data are after validation: rows, where a field lets the user choose some. */
import { asFramework, callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { uploadsOf } from "../../interpret/libraries/file-values.ts";
import { assignAttribute } from "../../interpret/rows/assignments.ts";
import { asElement, unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Mapping, PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { asChoiceField, attributesOf, type ChoiceField, choosesMany } from "./choice-fields.ts";
import { fieldsOfForm } from "./form-fields.ts";

const cleanedData = "cleaned_data";

/** `form.cleaned_data`: one dictionary for each form, to which its methods write. */
export function cleanedDataOf(interpreter: Interpreter, form: PlainObject, node: Expression): Mapping {
  const known = form.attributes.get(cleanedData);
  if (known?.kind === "mapping") return known;
  const data = mappingOf(uploadsOf(interpreter, form.symbol), { size: { kind: "unknown" } });
  form.attributes.set(cleanedData, data);
  for (const [name, value] of knownFields(interpreter, form)) {
    const field = asChoiceField(interpreter, value);
    if (field) data.entries.set(name, cleanedValue(interpreter, field, node));
  }
  return data;
}

function knownFields(interpreter: Interpreter, form: PlainObject): ReadonlyMap<string, Value> {
  const fields = form.attributes.get("fields");
  return fields?.kind === "mapping" ? fields.entries : fieldsOfForm(interpreter, form.symbol);
}

/** What the field's own `clean()` gives, or Django's. */
function cleanedValue(interpreter: Interpreter, field: ChoiceField, node: Expression): Value {
  if (field.kind === "object") {
    const clean = interpreter.program.lookupMember(field.symbol, "clean");
    if (clean.kind === "found" && clean.symbol.kind === "function") {
      const method = interpreter.functionValue(clean.symbol, field);
      return asFramework(interpreter, () =>
        interpreter.call(method, { ...noArguments, positional: [unknown] }, callAt(node, "clean")),
      );
    }
  }
  return chosenRows(interpreter, field);
}

/** Django's `clean()` of the field. The rows that it gives are loaded: it has compared their keys. */
export function chosenRows(interpreter: Interpreter, field: ChoiceField): Value {
  const queryset = attributesOf(field).get("queryset");
  if (queryset?.kind !== "queryset") return unknown;
  return choosesMany(interpreter, field)
    ? { ...queryset, bound: { kind: "chosen" }, result: { evaluated: true } }
    : interpreter.rowOf(queryset, true);
}

/** `is_valid()`: the project's `clean_…()` of the fields, its `clean()`, and the row of a model form. Once for each form. */
export function validate(interpreter: Interpreter, form: PlainObject, node: Expression): void {
  if (form.attributes.has(validated)) return;
  form.attributes.set(validated, { kind: "literal", value: true });
  const data = cleanedDataOf(interpreter, form, node);
  asFramework(interpreter, () => {
    for (const name of methodsOf(interpreter, form).filter((method) => method.startsWith("clean_"))) {
      const value = callOwn(interpreter, form, name, node);
      // A method may give the very dictionary into which its value is put.
      if (value && value.kind !== "unknown") data.entries.set(name.slice("clean_".length), asElement(value));
    }
    callOwn(interpreter, form, "clean", node);
    const instance = form.attributes.get("instance");
    if (instance?.kind !== "instance") return unknown;
    for (const [name, value] of data.entries) {
      if (instance.model.fields.get(name)?.kind === "foreignKey") {
        assignAttribute(interpreter, instance, name, value);
      }
    }
    return unknown;
  });
}

const validated = "is validated";

function methodsOf({ program }: Interpreter, { symbol }: PlainObject): readonly string[] {
  const names = program
    .mro(symbol)
    .flatMap((entry) => (entry.kind === "class" ? [...program.members(entry).keys()] : []));
  return [...new Set(names)];
}

function callOwn(
  interpreter: Interpreter,
  form: PlainObject,
  name: string,
  node: Expression,
): Value | undefined {
  const member = interpreter.program.lookupMember(form.symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "function") return undefined;
  return interpreter.call(interpreter.functionValue(member.symbol, form), noArguments, callAt(node, name));
}
