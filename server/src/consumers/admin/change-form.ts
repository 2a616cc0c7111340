/** The change form of an admin class: read-only fields of one object, and inlines with a form for each related row. */
import type { Model } from "../../django/model-graph.ts";
import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { changeListQuerysets, inlineQuerysets } from "./change-list-queryset.ts";
import { recordSelects } from "./form-selects.ts";
import { classPlace, itemsOf, namesIn, optionOf } from "./options.ts";
import { readHere, readItem } from "./shown-items.ts";

/** One object: what it reads of itself is no matter, only loops over what hangs on it. */
export function showChangeForm(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): void {
  if (!shared) {
    recordSelects(interpreter, admin, model, undefined);
    recordSelectsOfInlines(interpreter, admin, model);
  }
  showOwnForm(interpreter, admin);
  const items = itemsOf(optionOf(interpreter, admin, "readonly_fields"));
  if (items.length === 0) return;
  for (const queryset of changeListQuerysets(interpreter, admin, model, shared)) {
    const object = interpreter.rowOf(queryset, true);
    for (const item of items) readItem(interpreter, admin, model, object, "readonly_fields", item);
  }
}

/** `form = TaskForm`: what it declares is written out; what it makes of the model's keys, the admin makes anew. */
function showOwnForm(interpreter: Interpreter, admin: PlainObject): void {
  const { symbol } = admin;
  const place = classPlace(symbol);
  const member = interpreter.program.lookupMember(symbol, "form");
  const formClass = member.kind === "found" ? interpreter.attribute(admin, "form", place) : undefined;
  if (formClass?.kind !== "class" || !formClass.symbol) return;
  const form = interpreter.call(formClass, { ...noArguments, open: true }, callAt(place, "form"));
  const fields = form.kind === "object" ? form.attributes.get("fields") : undefined;
  if (form.kind !== "object" || fields?.kind !== "mapping") return;
  for (const name of fields.entries.keys()) {
    const isDeclared = interpreter.program.lookupMember(form.symbol, name).kind === "found";
    if (!isDeclared) fields.entries.delete(name);
  }
  for (const name of namesIn(optionOf(interpreter, admin, "readonly_fields"))) fields.entries.delete(name);
  interpreter.str(form, place);
}

function recordSelectsOfInlines(interpreter: Interpreter, admin: PlainObject, parent: Model): void {
  for (const item of itemsOf(optionOf(interpreter, admin, "inlines"))) {
    if (item.kind !== "class" || !item.symbol) continue;
    const inline = interpreter.newObject(item.symbol);
    const model = interpreter.attribute(inline, "model", classPlace(item.symbol));
    if (model.kind === "class" && model.model) recordSelects(interpreter, inline, model.model, parent);
  }
}

/** Each related row has a title, which is its text unless another template is set, and its read-only fields. */
export function showInline(interpreter: Interpreter, inline: PlainObject, model: Model): void {
  const place = classPlace(inline.symbol);
  const items = shownItems(interpreter, inline);
  const hasTitle = interpreter.program.lookupMember(inline.symbol, "template").kind !== "found";
  for (const queryset of inlineQuerysets(interpreter, inline, model)) {
    interpreter.inLoop(queryset, place, place, (row) => {
      if (hasTitle) {
        readHere(interpreter, inline, () => {
          interpreter.str(row, place);
        });
      }
      for (const item of items) readItem(interpreter, inline, model, row, "readonly_fields", item);
    });
  }
}

/** Read-only fields, those left out that `fields` does not name. */
export function shownItems(interpreter: Interpreter, inline: PlainObject): readonly Value[] {
  const items = itemsOf(optionOf(interpreter, inline, "readonly_fields"));
  const fields = interpreter.attribute(inline, "fields", classPlace(inline.symbol));
  if (fields.kind !== "collection" || !fields.items) return items;
  const names = new Set(
    fields.items.flatMap((field) => (field.kind === "collection" ? itemsOf(field) : [field])).map(nameOf),
  );
  return items.filter((item) => names.has(nameOf(item)));
}

function nameOf(item: Value): string {
  return item.kind === "literal" ? String(item.value) : "";
}
