/** Django's forms: fields whose options are rows, and the pages that write these options out. */

import type { Consumer } from "../../interpret/consumer.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { rowOfForm } from "../../interpret/libraries/forms.ts";
import { collectionOf } from "../../interpret/make-values.ts";
import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { choiceFieldClasses, fieldConstructors, libraryObject, setAttributes } from "./choice-fields.ts";
import { chosenRows, cleanedDataOf, validate } from "./cleaned-data.ts";
import { fieldsOfForm } from "./form-fields.ts";
import { fieldsOf, renderFields } from "./render-form.ts";
import { renderingMethods } from "./rendering-methods.ts";

const formClasses: ReadonlySet<string> = new Set([
  "django.forms.BaseForm",
  "django.forms.BaseModelForm",
  "django.forms.Form",
  "django.forms.ModelForm",
  "django.forms.forms.BaseForm",
  "django.forms.forms.Form",
  "django.forms.models.BaseModelForm",
  "django.forms.models.ModelForm",
  "django.contrib.auth.forms.AuthenticationForm",
  "django.contrib.auth.forms.UserChangeForm",
  "django.contrib.auth.forms.UserCreationForm",
]);

/** A form on its way through the project's code and templates. */
export const forms: Consumer = {
  name: "forms",
  functions: fieldConstructors,
  classes: {
    bases: formClasses,
    callMethod: (interpreter, form, name, args, node) => {
      const bound = boundFieldOf(name);
      if (bound !== undefined) return renderBoundField(interpreter, form, bound, node);
      if (renderingMethods.has(name)) {
        renderFields(interpreter, form.symbol, fieldsOf(form), node);
        return unknown;
      }
      switch (name) {
        case "__init__":
          for (const [keyword, value] of args.keywords) {
            // Without an object, a model form makes one.
            if (keyword !== "instance" || value.kind !== "literal") form.attributes.set(keyword, value);
          }
          form.attributes.set(
            "fields",
            mappingOf(fieldsOfForm(interpreter, form.symbol), { size: { kind: "unknown" } }),
          );
          return unknown;
        case "is_valid":
        case "full_clean":
          validate(interpreter, form, node);
          return unknown;
        case "clean":
          return cleanedDataOf(interpreter, form, node);
        case "__iter__":
        case "visible_fields":
          return collectionOf(boundField(form, anyField), { kind: "constant", count: 0 });
        default:
          return undefined;
      }
    },
    // In a template `form.team` is `form["team"]`.
    readAttribute: (interpreter, form, name, node) => {
      if (name === "cleaned_data") return cleanedDataOf(interpreter, form, node);
      if (name === "instance") return rowOfForm(interpreter, form);
      return fieldsOf(form).has(name) ? boundField(form, name) : undefined;
    },
  },
};

/** All fields, one after the other. */
const anyField = "*";
const renderBound = "render bound field ";

/** A field together with its form: writing it out is a method of the form. */
function boundField(form: PlainObject, name: string): Value {
  const render: Value = { kind: "method", receiver: form, name: renderBound + name };
  return libraryObject(
    "django.forms.BoundField",
    new Map([
      ["__str__", render],
      ["as_widget", render],
    ]),
  );
}

function boundFieldOf(method: string): string | undefined {
  return method.startsWith(renderBound) ? method.slice(renderBound.length) : undefined;
}

function renderBoundField(
  interpreter: Interpreter,
  form: PlainObject,
  name: string,
  node: Expression,
): Value {
  const fields = fieldsOf(form);
  if (name === anyField) {
    if (!asksForName(interpreter)) renderFields(interpreter, form.symbol, fields, node);
    return unknown;
  }
  const field = fields.get(name);
  if (field) renderFields(interpreter, form.symbol, new Map([[name, field]]), node);
  return unknown;
}

/** `{% if field.name != "team" %}{{ field }}`: some of the fields, nobody knows which. */
function asksForName(interpreter: Interpreter): boolean {
  return interpreter.state.guards.some(({ test }) => /\.(html_)?name\b/.test(interpreter.text(test)));
}

/** The project's own classes of choice fields. */
export const choiceFields: Consumer = {
  name: "choice fields",
  classes: {
    bases: choiceFieldClasses,
    callMethod: (interpreter, field, name, args, node) => {
      switch (name) {
        case "__init__":
          setAttributes(interpreter, field.attributes, args, node);
          return unknown;
        case "clean":
          return chosenRows(interpreter, field);
        default:
          return undefined;
      }
    },
  },
};
