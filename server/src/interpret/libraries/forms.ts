/** Django's model forms: which rows they make. */
import type { Model } from "../../django/model-graph.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { saveRow } from "../effects/signals.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { valueOfSymbol } from "../language/symbol-values.ts";
import { instanceOf, newInstance } from "../make-values.ts";
import { recordCreated } from "../querysets/single-rows.ts";
import { markStored } from "../rows/assignments.ts";

const modelForms: ReadonlySet<string> = new Set([
  "django.forms.ModelForm",
  "django.forms.models.ModelForm",
  "django.contrib.auth.forms.UserCreationForm",
  "django.contrib.auth.forms.BaseUserCreationForm",
  "django.contrib.auth.forms.UserChangeForm",
]);

/** The row that the library's `save()` of a model form gives back; undefined for any other object. */
export function savedByForm(
  interpreter: Interpreter,
  form: PlainObject,
  args: Arguments,
  node: Call,
): Value | undefined {
  if (!interpreter.program.derivesFrom(form.symbol, modelForms)) return undefined;
  const commit = args.keywords.get("commit") ?? args.positional[0];
  const commits = commit === undefined || (commit.kind === "literal" && commit.value === true);
  const given = form.attributes.get("instance");
  if (given?.kind === "instance") {
    if (commits) saveRow(interpreter, given.model, node);
    if (commits) markStored(interpreter, given);
    return given;
  }
  const model = modelOfForm(interpreter, form.symbol);
  if (!model) return unknown;
  recordCreated(interpreter, model, node, new Map());
  if (!commits) return newInstance(model, new Map(), noLoops);
  saveRow(interpreter, model, node);
  return instanceOf(model, undefined, form.varies);
}

/** The row of a model form that was given none; undefined for any other form. */
export function rowOfForm(interpreter: Interpreter, form: PlainObject): Value | undefined {
  if (!interpreter.program.derivesFrom(form.symbol, modelForms)) return undefined;
  const model = modelOfForm(interpreter, form.symbol);
  return model && instanceOf(model, undefined, form.varies);
}

/** The model of a model form's `Meta`. */
export function modelOfForm(interpreter: Interpreter, form: ClassSymbol): Model | undefined {
  const meta = interpreter.program.lookupMember(form, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return undefined;
  const model = interpreter.program.lookupMember(meta.symbol, "model");
  if (model.kind !== "found") return undefined;
  const value = valueOfSymbol(interpreter, model.symbol);
  return value.kind === "class" ? value.model : undefined;
}
