/** The choice fields of a form: those that its class declares, and those that a model form makes of the model's keys. */
import type { Model } from "../../django/model-graph.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfSymbol, valueOfVariable } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import { isExpression, walk } from "../../syntax/walk.ts";
import { asChoiceField, copyOfField, libraryObject } from "./choice-fields.ts";

/** A fresh copy of each, by name. */
export function fieldsOfForm(interpreter: Interpreter, form: ClassSymbol): Map<string, Value> {
  const { program } = interpreter;
  const fields = modelFields(interpreter, form);
  for (const entry of program.mro(form).toReversed()) {
    if (entry.kind !== "class") continue;
    for (const [name, member] of program.members(entry)) {
      if (member.kind !== "variable") continue;
      const value = valueOfVariable(interpreter, member);
      const field = asChoiceField(interpreter, value);
      if (field) fields.set(name, copyOfField(field));
      // Another field, or `None`, takes the place of the one that the model has.
      else if (fields.has(name)) fields.delete(name);
    }
  }
  return fields;
}

/** `ForeignKey` and `ManyToManyField` of `Meta.model` that `Meta.fields` and `Meta.exclude` let through. */
function modelFields(interpreter: Interpreter, form: ClassSymbol): Map<string, Value> {
  const fields = new Map<string, Value>();
  const meta = interpreter.program.lookupMember(form, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return fields;
  const option = (name: string): Value => {
    const member =
      meta.symbol.kind === "class" ? interpreter.program.lookupMember(meta.symbol, name) : undefined;
    return member?.kind === "found" ? valueOfSymbol(interpreter, member.symbol) : unknown;
  };
  const model = option("model");
  if (model.kind !== "class" || !model.model) return fields;
  const shown = shownNames(option("fields"), option("exclude"));
  if (!shown) return fields;
  const widgets = option("widgets");
  const classes = option("field_classes");
  for (const field of model.model.fields.values()) {
    if (field.kind !== "foreignKey" && field.kind !== "oneToOne" && field.kind !== "manyToMany") continue;
    const target = field.target === undefined ? undefined : interpreter.models.model(field.target);
    if (!target || !shown(field.name) || model.model.parents.includes(target.label)) continue;
    if (classes.kind === "mapping" && classes.entries.has(field.name)) continue;
    const attributes = new Map<string, Value>([
      ["queryset", rowsOf(interpreter, target, meta.symbol, field.name)],
    ]);
    const widget = widgets.kind === "mapping" ? widgets.entries.get(field.name) : undefined;
    if (widget) attributes.set("widget", widget);
    const many = field.kind === "manyToMany";
    const fieldClass = many ? "django.forms.ModelMultipleChoiceField" : "django.forms.ModelChoiceField";
    fields.set(field.name, libraryObject(fieldClass, attributes));
  }
  return fields;
}

/** Undefined where it is not known which fields the form has. */
function shownNames(fields: Value, exclude: Value): ((name: string) => boolean) | undefined {
  const excluded = namesOf(exclude);
  if (fields.kind === "literal" && fields.value === "__all__") return (name) => !excluded?.has(name);
  const names = namesOf(fields);
  if (names) return (name) => names.has(name) && !excluded?.has(name);
  return excluded && ((name) => !excluded.has(name));
}

function namesOf(value: Value): ReadonlySet<string> | undefined {
  if (value.kind !== "collection" || !value.items) return undefined;
  return new Set(value.items.flatMap((item) => (item.kind === "literal" ? [String(item.value)] : [])));
}

/** The default manager's rows: no expression builds them, so they begin where the form names the field. */
function rowsOf(interpreter: Interpreter, target: Model, meta: ClassSymbol, name: string): Queryset {
  const { module } = meta;
  const node = nameAt(placeOf(meta, name) ?? meta.node.name, name);
  const manager = {
    kind: "manager",
    model: target,
    declaration: target.managers.get(target.defaultManager),
    related: undefined,
    location: { path: module.file.path, range: { start: node.start, end: node.end } },
  } as const;
  return {
    ...interpreter.initialQueryset(manager, node),
    origin: {
      sites: [
        {
          kind: "attribute",
          node,
          location: manager.location,
          symbol: `${module.name}.${meta.qualifiedName}`,
          functionId: undefined,
        },
      ],
    },
  };
}

function placeOf(
  meta: ClassSymbol,
  name: string,
): { readonly start: number; readonly end: number } | undefined {
  let found: { readonly start: number; readonly end: number } | undefined;
  for (const statement of meta.node.body) {
    walk(statement, (node) => {
      if (!found && isExpression(node) && node.kind === "StringLiteral" && node.value === name) found = node;
      return found === undefined;
    });
  }
  return found;
}
