/** The change list of an admin class: a page of rows, each with the columns of `list_display`. */
import type { Model } from "../../django/model-graph.ts";
import { mayApply } from "../../django/versions.ts";
import { readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { changeListQuerysets } from "./change-list-queryset.ts";
import { showColumn } from "./columns.ts";
import { classPlace, itemsOf, optionOf, placeOfItem } from "./options.ts";

export function showChangeList(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): void {
  const columns = itemsOf(optionOf(interpreter, admin, "list_display"));
  for (const queryset of changeListQuerysets(interpreter, admin, model, shared)) {
    const place = classPlace(admin.symbol);
    interpreter.inLoop(pageOf(interpreter, admin, queryset), place, place, (row) => {
      for (const column of columns) readItem(interpreter, admin, model, row, "list_display", column);
      if (labelsActions(interpreter, admin)) {
        readHere(interpreter, admin, () => {
          interpreter.str(row, place);
        });
      }
    });
  }
}

/** One hundred rows, unless the class says otherwise. */
function pageOf(interpreter: Interpreter, admin: PlainObject, queryset: Queryset): Value {
  const size = interpreter.attribute(admin, "list_per_page", classPlace(admin.symbol));
  return size.kind === "literal" && typeof size.value === "number"
    ? { kind: "page", rows: queryset, size: size.value, paginator: false }
    : queryset;
}

/** Since Django 5.0 the checkbox of a row has the row's text as its label. */
function labelsActions(interpreter: Interpreter, admin: PlainObject): boolean {
  if (!mayApply("adminActionLabels", interpreter.django)) return false;
  const { program } = interpreter;
  const decides = ["get_actions", "action_checkbox", "has_delete_permission"].some(
    (name) => program.lookupMember(admin.symbol, name).kind === "found",
  );
  const actions = interpreter.attribute(admin, "actions", classPlace(admin.symbol));
  return !decides && !(actions.kind === "literal" && actions.value === null);
}

/** What an item of `list_display` or `readonly_fields` reads of the row. */
function readItem(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  row: Value,
  option: string,
  item: Value,
): void {
  const { symbol } = admin;
  const name = item.kind === "literal" ? String(item.value) : item.kind === "function" ? nameOf(item) : "";
  const place = placeOfItem(interpreter, symbol, option, name) ?? {
    module: symbol.module,
    node: classPlace(symbol),
  };
  const location = { path: place.module.file.path, range: { start: place.node.start, end: place.node.end } };
  readDeclaration(
    interpreter,
    "adminList",
    {
      module: place.module,
      name: `${symbol.module.name}.${symbol.qualifiedName}.${option}`,
      location,
      owner: symbol,
    },
    interpreter.location(classPlace(symbol)),
    () => {
      showColumn(interpreter, admin, model, row, item, place.node);
      return unknown;
    },
  );
}

function nameOf(callee: Extract<Value, { kind: "function" }>): string {
  return callee.node.kind === "FunctionDef" ? callee.node.name.name : "";
}

/** What the admin reads of the row without being told by an option. */
function readHere(interpreter: Interpreter, admin: PlainObject, body: () => void): void {
  const { symbol } = admin;
  const location = interpreter.location(classPlace(symbol));
  readDeclaration(
    interpreter,
    "adminList",
    { module: symbol.module, name: `${symbol.module.name}.${symbol.qualifiedName}`, location, owner: symbol },
    location,
    () => {
      body();
      return unknown;
    },
  );
}
