/** `isinstance()`, `issubclass()` and `hasattr()` where the model tells the answer. */

import type { Model } from "../../django/model-graph.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { anyField, type Instance } from "../../queryset/instance.ts";
import { alternativesOf } from "../../queryset/join.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import type { Interpreter } from "../interpreter.ts";
import { isQuerysetClass } from "../querysets/queryset-classes.ts";
import { hasSetting, isSettings } from "./settings-names.ts";
import { agreed } from "./truth.ts";

/** Whether the value is an instance of the class, or of one of a tuple of classes; undefined where it may or may not be. */
export function isInstance(interpreter: Interpreter, value: Value, type: Value): boolean | undefined {
  return agreed(
    alternativesOf(value).map((item) => isOneOf(type, (target) => isOfClass(interpreter, item, target))),
  );
}

export function isSubclass(interpreter: Interpreter, value: Value, type: Value): boolean | undefined {
  if (value.kind !== "class" || !value.symbol) return undefined;
  const { symbol } = value;
  return isOneOf(type, (target) => derives(interpreter, symbol, target));
}

export function hasAttribute(interpreter: Interpreter, value: Value, name: string): boolean | undefined {
  return agreed(
    alternativesOf(value).map((item) => {
      switch (item.kind) {
        case "instance":
          return instanceHas(interpreter, item, name);
        case "class":
          return item.model && modelHas(interpreter, item.model, name, true);
        case "external":
          return isSettings(item) ? hasSetting(interpreter.program, name) : undefined;
        default:
          return undefined;
      }
    }),
  );
}

function isOneOf(type: Value, test: (target: Value) => boolean | undefined): boolean | undefined {
  const targets = type.kind === "collection" ? type.items : [type];
  if (!targets) return undefined;
  const answers = targets.map(test);
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function isOfClass(interpreter: Interpreter, value: Value, target: Value): boolean | undefined {
  if (value.kind === "literal") return value.changeable ? undefined : isLiteralOf(value.value, target);
  if (target.kind === "external" && querysetClasses.has(target.name)) return isQueryset(value);
  if ((value.kind === "queryset" || value.kind === "manager") && isPlainPythonClass(target)) return false;
  if (value.kind === "queryset") return isOfQuerysetClass(interpreter, value, target);
  // A parameter or `self` may be more than what its annotation or class says.
  if (value.kind !== "instance" || !(value.source || value.isNew)) return undefined;
  if (isPlainPythonClass(target)) return false;
  const { symbol } = value.model;
  const answer = symbol && derives(interpreter, symbol, target);
  // `first()` gives None where there is no row.
  return answer && value.source?.single ? undefined : answer;
}

function isLiteralOf(value: string | number | boolean | null, target: Value): boolean | undefined {
  if (target.kind === "class") return false;
  if (!isPlainPythonClass(target)) return undefined;
  if (value === null) return false;
  return typeof value === "string" ? target.name === "builtins.str" : undefined;
}

const querysetClasses: ReadonlySet<string> = new Set([
  "django.db.models.QuerySet",
  "django.db.models.query.QuerySet",
]);

function isQueryset(value: Value): boolean | undefined {
  switch (value.kind) {
    case "queryset":
      return value.rows === "raw" ? undefined : true;
    case "collection":
    case "mapping":
    case "manager":
      return false;
    case "instance":
      return value.source || value.isNew ? false : undefined;
    default:
      return undefined;
  }
}

/** Querysets keep the class that the manager which they came from gives them. */
function isOfQuerysetClass(interpreter: Interpreter, queryset: Queryset, target: Value): boolean | undefined {
  if (target.kind !== "class" || !target.symbol || !isQuerysetClass(interpreter, target.symbol))
    return undefined;
  const { declaration, origin, rows, unknownOperations } = queryset;
  if (!declaration?.known || origin.sites.length === 0 || rows === "raw" || unknownOperations)
    return undefined;
  const { managerClass, querysetClass } = declaration;
  if (querysetClass) return derives(interpreter, querysetClass, target);
  // The manager's own class may make others.
  return managerClass ? undefined : false;
}

function isPlainPythonClass(target: Value): target is Extract<Value, { kind: "external" }> {
  return (
    target.kind === "external" && target.name.startsWith("builtins.") && target.name !== "builtins.object"
  );
}

function derives(interpreter: Interpreter, symbol: ClassSymbol, target: Value): boolean | undefined {
  if (target.kind !== "class" || !target.symbol) return undefined;
  const { program } = interpreter;
  const wanted = target.symbol;
  const isAncestor = (of: ClassSymbol): boolean =>
    program.mro(of).some((entry) => entry.kind === "class" && entry.id === wanted.id);
  if (isAncestor(symbol)) return true;
  const isKnown = program.mro(symbol).every(({ kind }) => kind !== "unknown");
  // Its manager may give objects of subclasses, too.
  return isKnown && !program.subclasses(symbol).some(isAncestor) ? false : undefined;
}

function instanceHas(interpreter: Interpreter, instance: Instance, name: string): boolean | undefined {
  const { model, source, attributes, assigned } = instance;
  if (attributes.has(name) || assigned.has(name)) return true;
  const relation = model.relations.get(name);
  // The other side of a one-to-one relation is an attribute only where there is a row.
  if (relation) return relation.kind === "reverseOneToOne" ? undefined : true;
  const answer = modelHas(interpreter, model, name, false);
  if (answer !== false) return answer;
  if (!source || source.path.length > 0 || assigned.has(anyField)) return undefined;
  const { annotations, prefetch, unknownOperations } = source.queryset;
  if (unknownOperations || annotations.has(anyName)) return undefined;
  return annotations.has(name) || prefetch.has(name)
    ? true
    : isMentionedByClasses(interpreter, model, name)
      ? undefined
      : false;
}

function modelHas(
  interpreter: Interpreter,
  model: Model,
  name: string,
  ofClass: boolean,
): boolean | undefined {
  if (model.relations.has(name) || (ofClass && model.managers.has(name))) return true;
  for (const field of model.fields.values())
    if (field.name === name || field.attributeName === name) return true;
  if (!model.symbol || !model.complete || namesOfDjango.test(name)) return undefined;
  const member = interpreter.program.lookupMember(model.symbol, name);
  switch (member.kind) {
    case "found":
      return member.symbol.kind === "function" && member.symbol.node.decorators.length === 0
        ? true
        : undefined;
    case "absent":
      return false;
    case "maybeExternal":
      return member.externalBases.every((base) => base.name.startsWith("django.db.models."))
        ? false
        : undefined;
    case "unknown":
      return undefined;
  }
}

/** What Django gives to every model class or row. */
const namesOfDjango =
  /^(_.*|a?(save|delete|refresh_from_db|full_clean)|clean(_fields)?|validate_\w+|get_\w+|pk|objects|check|from_db|prepare_database_save|save_base|serializable_value|unique_error_message|date_error_message|DoesNotExist|MultipleObjectsReturned|NotUpdated)$/;

/** Methods of the classes may assign the attribute to their objects. */
function isMentionedByClasses(interpreter: Interpreter, model: Model, name: string): boolean {
  return (
    model.symbol === undefined ||
    interpreter.program.mro(model.symbol).some((entry) => {
      if (entry.kind !== "class") return false;
      interpreter.visited.add(entry.module.file.path);
      return new RegExp(`\\b${name}\\b`).test(entry.module.file.text);
    })
  );
}
