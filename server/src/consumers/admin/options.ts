/** Options of admin classes: what a class says under a name, and where it says so. */

import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { isExpression, walk } from "../../syntax/walk.ts";

const nothing: Value = collectionOfNames([]);

/** The values of options that neither the project nor a library's class sets. */
const defaults: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["list_display", collectionOfNames(["__str__"])],
  ["list_select_related", { kind: "literal", value: false }],
  ...["actions", "autocomplete_fields", "exclude", "filter_horizontal", "filter_vertical", "inlines"].map(
    (name) => [name, nothing] as const,
  ),
  ...["list_editable", "list_filter", "ordering", "raw_id_fields", "readonly_fields"].map(
    (name) => [name, nothing] as const,
  ),
  ["radio_fields", mappingOf(new Map())],
]);

const ofLibraries: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  "django.contrib.auth.admin.UserAdmin": {
    list_display: collectionOfNames(["username", "email", "first_name", "last_name", "is_staff"]),
    list_filter: collectionOfNames(["is_staff", "is_superuser", "is_active", "groups"]),
    filter_horizontal: collectionOfNames(["groups", "user_permissions"]),
    ordering: collectionOfNames(["username"]),
  },
  "django.contrib.auth.admin.GroupAdmin": {
    filter_horizontal: collectionOfNames(["permissions"]),
    ordering: collectionOfNames(["name"]),
  },
};

function collectionOfNames(names: readonly string[]): Value {
  const items = names.map((value): Value => ({ kind: "literal", value }));
  return {
    kind: "collection",
    element: items[0] ?? unknown,
    items,
    size: { kind: "constant", count: items.length },
    varies: [],
  };
}

/** What Django or a library sets where the project's classes do not. */
export function inheritedOption(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  name: string,
): Value | undefined {
  for (const base of interpreter.program.mro(symbol)) {
    const value = base.kind === "external" ? ofLibraries[base.name]?.[name] : undefined;
    if (value) return value;
  }
  return defaults.get(name);
}

/** `get_list_display(request)`, or the attribute where that does not tell. */
export function optionOf(interpreter: Interpreter, admin: PlainObject, name: string): Value {
  const node = classPlace(admin.symbol);
  const method = interpreter.program.lookupMember(admin.symbol, `get_${name}`);
  if (method.kind === "found" && method.symbol.kind === "function") {
    const callee = interpreter.functionValue(method.symbol, admin);
    const value = interpreter.callFunction(
      callee,
      { positional: [unknown], keywords: new Map(), open: true },
      node,
      "adminList",
    );
    if (value.kind === "literal" || (value.kind === "collection" && value.items)) return value;
  }
  return interpreter.attribute(admin, name, node);
}

/** The elements of an option that lists names, callables or classes; empty where that is not known. */
export function itemsOf(value: Value): readonly Value[] {
  return value.kind === "collection" ? (value.items ?? []) : [];
}

export function namesIn(value: Value): readonly string[] {
  return itemsOf(value).flatMap((item) =>
    item.kind === "literal" && typeof item.value === "string" ? [item.value] : [],
  );
}

export function classPlace(symbol: ClassSymbol): Name {
  return nameAt(symbol.node.name, symbol.name);
}

export interface OptionPlace {
  readonly module: Module;
  readonly node: Expression;
}

/** Where the option's value stands in the project's code, if it does. */
export function placeOfOption(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  name: string,
): OptionPlace | undefined {
  const member = interpreter.program.lookupMember(symbol, name);
  const node =
    member.kind === "found" && member.symbol.kind === "variable" ? member.symbol.values.at(-1) : undefined;
  return member.kind === "found" && node ? { module: member.owner.module, node } : undefined;
}

/**
 * Where an element of the option stands: a string, without its quotes, or the name of a function. It may be in the
 * option's value or method, of the class or of one that it derives from.
 */
export function placeOfItem(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  option: string,
  item: string,
): OptionPlace | undefined {
  for (const base of interpreter.program.mro(symbol)) {
    if (base.kind !== "class") continue;
    const members = interpreter.program.members(base);
    const variable = members.get(option);
    const method = members.get(`get_${option}`);
    const roots = [
      ...(variable?.kind === "variable" ? variable.values : []),
      ...(method?.kind === "function" ? method.node.body : []),
    ];
    for (const root of roots) {
      let found: Expression | undefined;
      walk(root, (node) => {
        if (!found && isExpression(node) && isItem(node, item)) found = node;
        return found === undefined;
      });
      if (found) return { module: base.module, node: nameAt(withoutQuotes(base.module, found, item), item) };
    }
  }
  return undefined;
}

function isItem(node: Expression, item: string): boolean {
  return node.kind === "StringLiteral" ? node.value === item : node.kind === "Name" && node.name === item;
}

function withoutQuotes(
  { file }: Module,
  { start, end }: Expression,
  item: string,
): { start: number; end: number } {
  const inside = file.text.slice(start, end).indexOf(item);
  return inside < 0 ? { start, end } : { start: start + inside, end: start + inside + item.length };
}
