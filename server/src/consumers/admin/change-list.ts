/** The change list of an admin class: a page of rows, each with the columns of `list_display`. */
import type { Model } from "../../django/model-graph.ts";
import { mayApply } from "../../django/versions.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { changeListQuerysets } from "./change-list-queryset.ts";
import { classPlace, itemsOf, optionOf } from "./options.ts";
import { readHere, readItem } from "./shown-items.ts";

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
