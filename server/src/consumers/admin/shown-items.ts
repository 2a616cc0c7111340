/** Reading that an admin page does for a row, at the place in the class that asks for it. */
import type { Model } from "../../django/model-graph.ts";
import { readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { showColumn } from "./columns.ts";
import { classPlace, placeOfItem } from "./options.ts";

/** What an item of `list_display` or `readonly_fields` reads of the row. */
export function readItem(
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
export function readHere(interpreter: Interpreter, admin: PlainObject, body: () => void): void {
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
