/** Which keys of a model the form of an admin class offers as a list of all rows. */
import type { Field, Model } from "../../django/model-graph.ts";
import { isWrittenOut } from "../../interpret/conditions/truth.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { PythonSymbol } from "../../python/symbols.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isExpression, isStatement, pathTo, walk } from "../../syntax/walk.ts";
import { assignedLater } from "../self-assignments.ts";
import { classPlace, itemsOf, namesIn, optionOf, placeOfOption } from "./options.ts";

/** With these a class decides by itself what its form is made of. */
const ownForms = [
  "form",
  "formset",
  "formfield_overrides",
  "formfield_for_dbfield",
  "formfield_for_foreignkey",
  "formfield_for_manytomany",
  "get_form",
  "get_formset",
  "get_fields",
  "get_fieldsets",
];

/** Options with which a field gets another widget, or none. */
const otherWidgets = ["autocomplete_fields", "raw_id_fields", "radio_fields", "readonly_fields", "exclude"];

/**
 * Records the fields whose widget writes out all rows of another model.
 * @param parent the model whose page an inline stands on: the key to it is not shown
 */
export function recordSelects(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  parent: Model | undefined,
): void {
  const { program } = interpreter;
  if (ownForms.some((name) => program.lookupMember(admin.symbol, name).kind === "found")) return;
  if (isReadOnly(interpreter, admin) || changesForm(interpreter, admin)) return;
  const shown = shownFields(interpreter, admin);
  if (shown === "unknown") return;
  const options = otherWidgets.map((name) => optionOf(interpreter, admin, name));
  // What is computed may name any field.
  if (!options.every(isWritten) || computesReadOnlyFields(interpreter, admin)) return;
  const others = new Set(options.flatMap(keysOf));
  const perRow = new Set(namesIn(optionOf(interpreter, admin, "list_editable")));
  const fields = [...model.fields.values()].filter(
    (field) =>
      (shown === "all" || shown.has(field.name) || perRow.has(field.name)) &&
      !others.has(field.name) &&
      isSelect(interpreter, model, field) &&
      field.target !== parent?.label,
  );
  if (fields.length === 0) return;
  interpreter.record({
    kind: "adminSelects",
    admin: admin.symbol,
    model,
    fields,
    perRow: parent ? fields : fields.filter(({ name }) => perRow.has(name)),
    autocompleteFields: namesIn(optionOf(interpreter, admin, "autocomplete_fields")),
    rawIdFields: namesIn(optionOf(interpreter, admin, "raw_id_fields")),
  });
}

/** A list of names, or a dictionary by names, that says which they are. */
function isWritten(option: Value): boolean {
  switch (option.kind) {
    case "collection":
      return option.items?.every(({ kind }) => kind === "literal") === true;
    case "mapping":
      return isWrittenOut(option);
    case "literal":
      return option.value === null;
    default:
      return false;
  }
}

/** `return [field.name for field in self.model._meta.fields]`, or what a function of the project gives. */
function computesReadOnlyFields({ program }: Interpreter, { symbol }: PlainObject): boolean {
  const member = program.lookupMember(symbol, "get_readonly_fields");
  if (member.kind !== "found" || member.symbol.kind !== "function") return false;
  const { owner } = member;
  return member.symbol.node.body.some((statement) => {
    let computes = false;
    walk(statement, (node) => {
      if (!isExpression(node)) return !computes;
      computes ||=
        node.kind === "Comprehension" ||
        (node.kind === "Call" &&
          isCallOfProject(program.resolveExpression(owner.module, node.function, owner)));
      return !computes;
    });
    return computes;
  });
}

function isCallOfProject({ kind }: PythonSymbol): boolean {
  return kind === "function" || kind === "class";
}

/** Nobody may change anything: the fields are shown as text. */
function isReadOnly({ program }: Interpreter, { symbol }: PlainObject): boolean {
  const member = program.lookupMember(symbol, "has_change_permission");
  if (member.kind !== "found" || member.symbol.kind !== "function") return false;
  const last = member.symbol.node.body.at(-1);
  return last?.kind === "Return" && last.value?.kind === "ConstantLiteral" && last.value.value === "False";
}

/** `self.readonly_fields = self.fields` in a method: each page has a form of its own. */
function changesForm(interpreter: Interpreter, { symbol }: PlainObject): boolean {
  const assigned = assignedLater(interpreter, symbol);
  return [...ownForms, ...otherWidgets, "fields", "fieldsets"].some((name) => assigned.has(name));
}

/** Names in `fieldsets` or `fields`; all where the class has neither. */
export function shownFields(
  interpreter: Interpreter,
  admin: PlainObject,
): ReadonlySet<string> | "all" | "unknown" {
  const place = classPlace(admin.symbol);
  const has = (name: string): boolean =>
    interpreter.program.lookupMember(admin.symbol, name).kind === "found";
  if (has("fieldsets")) {
    const written = placeOfOption(interpreter, admin.symbol, "fieldsets");
    const names = written && namesInFieldsets(written.node);
    return names ? new Set(names) : "unknown";
  }
  if (has("fields")) {
    const fields = interpreter.attribute(admin, "fields", place);
    if (fields.kind === "literal" && fields.value === null) return "all";
    return fields.kind === "collection" && fields.items ? new Set(namesOnLines(fields)) : "unknown";
  }
  return "all";
}

/** As written: the containers lie deeper in each other than values are followed. Undefined where one is no literal. */
function namesInFieldsets(node: Expression): readonly string[] | undefined {
  if (node.kind !== "ListLiteral" && node.kind !== "TupleLiteral") return undefined;
  const names: string[] = [];
  for (const set of node.elements) {
    const options = set.kind === "TupleLiteral" || set.kind === "ListLiteral" ? set.elements[1] : undefined;
    if (options?.kind !== "DictLiteral") return undefined;
    const fields = options.entries.find(({ key }) => key?.kind === "StringLiteral" && key.value === "fields");
    const written = fields && stringsIn(fields.value);
    if (!written) return undefined;
    names.push(...written);
  }
  return names;
}

function stringsIn(node: Expression): readonly string[] | undefined {
  if (node.kind === "StringLiteral") return [node.value];
  if (node.kind !== "ListLiteral" && node.kind !== "TupleLiteral") return undefined;
  const parts = node.elements.map(stringsIn);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** `("name", ("owner", "team"))`: fields that share a line are a tuple. */
function namesOnLines(fields: Value): readonly string[] {
  return [...namesIn(fields), ...itemsOf(fields).flatMap((item) => namesIn(item))];
}

export function keysOf(value: Value): readonly string[] {
  return value.kind === "mapping" ? [...value.entries.keys()] : namesIn(value);
}

function isSelect(interpreter: Interpreter, model: Model, field: Field): boolean {
  if (!isFormRelation(interpreter, model, field)) return false;
  return !declarationOf(interpreter, field)?.keywords.some(({ name }) => name?.name === "limit_choices_to");
}

/** A key of the model, or several, that a form has a field for. */
export function isFormRelation(interpreter: Interpreter, model: Model, field: Field): boolean {
  const target = field.target === undefined ? undefined : interpreter.models.model(field.target);
  if (!target || model.parents.includes(target.label)) return false;
  if (field.kind === "manyToMany") {
    // With a model of the project in between there is no field in the form.
    const through = field.through === undefined ? undefined : interpreter.models.model(field.through);
    if (through?.symbol) return false;
  } else if (field.kind !== "foreignKey" && field.kind !== "oneToOne") return false;
  const call = declarationOf(interpreter, field);
  return !call?.keywords.some(
    ({ name, value }) =>
      name?.name === "editable" && value.kind === "ConstantLiteral" && value.value === "False",
  );
}

/** `ForeignKey(…)` in the body of the model. */
function declarationOf({ program }: Interpreter, { location }: Field): Call | undefined {
  const module = location && program.moduleOfFile(location.path);
  if (!module) return undefined;
  const statement = pathTo(module.file.tree, location.range).findLast(isStatement);
  const value = statement?.kind === "Assign" || statement?.kind === "AnnAssign" ? statement.value : undefined;
  return value?.kind === "Call" ? value : undefined;
}
