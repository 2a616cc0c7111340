/** What the pages of the admin send beside what their declarations read: counted for the page as a whole. */
import type { Field, Model } from "../../django/model-graph.ts";
import { nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Module } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { shownItems } from "./change-form.ts";
import { changeListQuerysets, defaultQueryset, inlineQuerysets } from "./change-list-queryset.ts";
import { isFormRelation, keysOf, shownFields } from "./form-selects.ts";
import { classPlace, itemsOf, optionOf } from "./options.ts";
import { readHere, readItem } from "./shown-items.ts";

/** What the pages ask of an admin class, or of Django's own where a model is registered without one. */
interface CountedAdmin {
  readonly place: Expression;
  readonly shown: ReadonlySet<string> | "all" | "unknown";
  /** Names in an option. */
  names(option: string): readonly string[];
  read(body: () => void): void;
}

/** The rows of all pages and of the whole table are counted; filters list the rows that they filter by. */
export function countChangeList(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): void {
  const { place } = classAdmin(interpreter, admin);
  const full = interpreter.attribute(admin, "show_full_result_count", place);
  const rows = changeListQuerysets(interpreter, admin, model, shared).slice(0, 1);
  countRows(
    interpreter,
    classAdmin(interpreter, admin),
    model,
    rows,
    !(full.kind === "literal" && full.value === false),
  );
}

function countRows(
  interpreter: Interpreter,
  admin: CountedAdmin,
  model: Model,
  rows: readonly Queryset[],
  full: boolean,
): void {
  admin.read(() => {
    for (const queryset of rows) {
      for (const operation of full ? ["count", "count of all"] : ["count"]) {
        interpreter.queryCounts?.addQueryset(interpreter, queryset, operation, admin.place);
      }
    }
    for (const name of admin.names("list_filter")) {
      const target = targetOf(interpreter, model.fields.get(name));
      if (target) listRows(interpreter, admin, target);
    }
  });
}

/** The object, its text, the fields that show other rows, and a form for each related row. */
export function countChangeForm(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): void {
  const rows = changeListQuerysets(interpreter, admin, model, shared);
  countObject(interpreter, classAdmin(interpreter, admin), model, rows);
  for (const item of itemsOf(optionOf(interpreter, admin, "inlines"))) {
    if (item.kind === "class" && item.symbol)
      countInline(interpreter, interpreter.newObject(item.symbol), model);
  }
}

function countObject(
  interpreter: Interpreter,
  admin: CountedAdmin,
  model: Model,
  rows: readonly Queryset[],
): void {
  admin.read(() => {
    for (const queryset of rows) {
      interpreter.queryCounts?.addQueryset(interpreter, queryset, "get", admin.place);
      interpreter.str(interpreter.rowOf(queryset, true), admin.place);
    }
    countFields(interpreter, admin, model, undefined);
  });
}

function countInline(interpreter: Interpreter, inline: PlainObject, parent: Model): void {
  const admin = classAdmin(interpreter, inline);
  const value = interpreter.attribute(inline, "model", admin.place);
  const model = value.kind === "class" ? value.model : undefined;
  if (!model) return;
  const items = shownItems(interpreter, inline);
  for (const queryset of inlineQuerysets(interpreter, inline, model)) {
    interpreter.inLoop(queryset, admin.place, admin.place, (row) => {
      admin.read(() => {
        interpreter.str(row, admin.place);
        countFields(interpreter, admin, model, parent);
      });
      for (const item of items) readItem(interpreter, inline, model, row, "readonly_fields", item);
    });
  }
}

/** The pages of a model that is registered without a class of its own: a list of its texts, and a form of all fields. */
export function countDefaultPage(
  interpreter: Interpreter,
  module: Module,
  expression: Expression,
  model: Model,
  page: "changelist_view" | "change_view",
): void {
  const place = nameAt(expression, model.name);
  const location = { path: module.file.path, range: { start: place.start, end: place.end } };
  const name = `${module.name}.${model.name}`;
  const admin: CountedAdmin = {
    place,
    shown: "all",
    names: () => [],
    read: (body) => {
      readDeclaration(
        interpreter,
        "adminList",
        { module, name, location, owner: undefined },
        location,
        () => {
          body();
          return unknown;
        },
      );
    },
  };
  const rows = defaultQueryset(interpreter, model, place);
  if (page === "change_view") {
    countObject(interpreter, admin, model, [rows]);
    return;
  }
  countRows(interpreter, admin, model, [rows], true);
  admin.read(() => {
    listRows(interpreter, admin, model);
  });
}

function classAdmin(interpreter: Interpreter, admin: PlainObject): CountedAdmin {
  return {
    place: classPlace(admin.symbol),
    shown: shownFields(interpreter, admin),
    names: (option) => keysOf(optionOf(interpreter, admin, option)),
    read: (body) => {
      readHere(interpreter, admin, body);
    },
  };
}

/** @param parent the model whose page an inline stands on: the key to it is not shown */
function countFields(
  interpreter: Interpreter,
  admin: CountedAdmin,
  model: Model,
  parent: Model | undefined,
): void {
  const left = new Set(["readonly_fields", "exclude"].flatMap((option) => admin.names(option)));
  const single = new Set(["autocomplete_fields", "raw_id_fields"].flatMap((option) => admin.names(option)));
  for (const field of model.fields.values()) {
    if (left.has(field.name) || (admin.shown instanceof Set && !admin.shown.has(field.name))) continue;
    if (parent && field.target === parent.label) continue;
    const target = isFormRelation(interpreter, model, field) ? targetOf(interpreter, field) : undefined;
    if (!target) continue;
    const isMany = field.kind === "manyToMany";
    if (isMany || single.has(field.name)) {
      const chosen = chosenRow(interpreter, admin, target);
      if (!isMany) interpreter.str(chosen, admin.place);
    }
    if (!single.has(field.name)) listRows(interpreter, admin, target);
  }
}

function targetOf(interpreter: Interpreter, field: Field | undefined): Model | undefined {
  return field?.target === undefined ? undefined : interpreter.models.model(field.target);
}

/** Each row with its text. */
function listRows(interpreter: Interpreter, { place }: CountedAdmin, model: Model): void {
  interpreter.inLoop(defaultQueryset(interpreter, model, place), place, place, (row) => {
    interpreter.str(row, place);
  });
}

/** What the object has chosen already. */
function chosenRow(interpreter: Interpreter, { place }: CountedAdmin, model: Model): Value {
  const queryset = defaultQueryset(interpreter, model, place);
  interpreter.queryCounts?.addQueryset(interpreter, queryset, "get", place);
  return interpreter.rowOf(queryset, true);
}
