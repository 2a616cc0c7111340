/** Django's forms: fields whose options are rows, and the pages that write these options out. */
import type { Consumer } from "../../interpret/consumer.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { choiceFieldClasses, fieldConstructors, setAttributes } from "./choice-fields.ts";
import { fieldsOfForm } from "./form-fields.ts";
import { fieldsOf, renderFields } from "./render-form.ts";

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

/** Methods that write out the form, or give its fields to be written out. */
const rendering: ReadonlySet<string> = new Set([
  "__html__",
  "__iter__",
  "__str__",
  "as_div",
  "as_p",
  "as_table",
  "as_ul",
  "render",
  "visible_fields",
]);

/** A form on its way through the project's code and templates. */
export const forms: Consumer = {
  name: "forms",
  functions: fieldConstructors,
  classes: {
    bases: formClasses,
    callMethod: (interpreter, form, name, args, node) => {
      if (name === "__init__") {
        for (const [keyword, value] of args.keywords) form.attributes.set(keyword, value);
        form.attributes.set("fields", mappingOf(fieldsOfForm(interpreter, form.symbol)));
        return unknown;
      }
      if (!rendering.has(name)) return undefined;
      renderFields(interpreter, form.symbol, fieldsOf(form), node);
      return unknown;
    },
    // A template that names a field writes it out: `form.team` is `form["team"]` there.
    readAttribute: (interpreter, form, name, node) => renderField(interpreter, form, name, node),
  },
};

function renderField(
  interpreter: Interpreter,
  form: PlainObject,
  name: string,
  node: Expression,
): Value | undefined {
  const field = fieldsOf(form).get(name);
  if (!field) return undefined;
  renderFields(interpreter, form.symbol, new Map([[name, field]]), node);
  return unknown;
}

function mappingOf(entries: Map<string, Value>): Value {
  return { kind: "mapping", entries, key: unknown, element: unknown, size: { kind: "unknown" }, varies: [] };
}

/** The project's own classes of choice fields. */
export const choiceFields: Consumer = {
  name: "choice fields",
  classes: {
    bases: choiceFieldClasses,
    callMethod: (interpreter, field, name, args, node) => {
      if (name !== "__init__") return undefined;
      setAttributes(interpreter, field.attributes, args, node);
      return unknown;
    },
  },
};
