/** Names that dictionaries are asked for: `set(fields) - {"owner"}`, `for name in names: fields.pop(name)`. */
import { unknown } from "../../queryset/join.ts";
import type { Collection, Mapping, Value } from "../../queryset/value.ts";
import type { Expression, For } from "../../syntax/ast.ts";
import { isWrittenOut } from "../conditions/truth.ts";
import type { Interpreter } from "../interpreter.ts";
import { collectionOf } from "../make-values.ts";

/** One by one, where all of them are known. */
export function keysOf(mapping: Mapping): Collection {
  const keys = collectionOf(mapping.key, mapping.size, mapping.varies);
  if (!isWrittenOut(mapping)) return keys;
  const items = [...mapping.entries.keys()].map((value): Value => ({ kind: "literal", value }));
  return { ...keys, element: items.length === 1 ? (items[0] ?? unknown) : unknown, items };
}

/** The strings of a list that is written out; undefined where one of its elements is something else. */
function stringsOf({ items }: Collection): readonly string[] | undefined {
  if (!items) return undefined;
  const strings: string[] = [];
  for (const item of items) {
    if (item.kind !== "literal" || item.changeable || typeof item.value !== "string") return undefined;
    strings.push(item.value);
  }
  return strings;
}

/** `set(fields) - set(names)`; undefined where one of the two is not known. */
export function differenceOf(left: Collection, right: Collection): Collection | undefined {
  const [names, removed] = [stringsOf(left), stringsOf(right)];
  if (!names || !removed) return undefined;
  const items = names
    .filter((name) => !removed.includes(name))
    .map((value): Value => ({ kind: "literal", value }));
  return { ...left, items, size: { kind: "constant", count: items.length } };
}

/**
 * `for name in names: fields.pop(name)`: takes the entries out of the dictionary, where the names are known.
 * @returns whether the loop is one that does nothing else
 */
export function removeEntries(interpreter: Interpreter, { target, body }: For, names: Value): boolean {
  const [statement] = body;
  const removal = statement?.kind === "ExpressionStatement" ? removalOf(statement.value, target) : undefined;
  if (!removal || body.length > 1 || names.kind !== "collection") return false;
  const mapping = interpreter.evaluate(removal);
  const strings = stringsOf(names);
  if (mapping.kind !== "mapping" || !strings) return false;
  // A condition around the loop, which could not be decided, sees to it that something is left.
  if ([...mapping.entries.keys()].every((name) => strings.includes(name))) return true;
  for (const name of strings) mapping.entries.delete(name);
  return true;
}

/** The dictionary in `fields.pop(name)`, `fields.pop(name, None)`. */
function removalOf(call: Expression, target: Expression): Expression | undefined {
  if (call.kind !== "Call" || call.function.kind !== "Attribute" || target.kind !== "Name") return undefined;
  const [name] = call.arguments;
  const isRemoval =
    call.function.attribute.name === "pop" && name?.kind === "Name" && name.name === target.name;
  return isRemoval ? call.function.value : undefined;
}
