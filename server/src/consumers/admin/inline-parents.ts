/** Which key connects the rows of an inline with the object on whose page it stands. */
import { modelsOfAdmin } from "../../django/admin-classes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { PlainObject } from "../../queryset/value.ts";
import { mentions } from "../../syntax/mentions.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { classPlace } from "./options.ts";

/** The key is unique: an object has one row of the inline. */
export function hasOneRow(interpreter: Interpreter, inline: PlainObject, model: Model): boolean {
  const keys = keysOf(interpreter, inline, model);
  return keys.length > 0 && keys.every(({ unique }) => unique);
}

/** The foreign keys that may be meant: `fk_name`, or those to the models whose pages show the inline. */
function keysOf(interpreter: Interpreter, inline: PlainObject, model: Model): readonly Field[] {
  const keys = [...model.fields.values()].filter(
    ({ kind, target }) =>
      kind === "foreignKey" ||
      (kind === "oneToOne" && target !== undefined && !model.parents.includes(target)),
  );
  const { program } = interpreter;
  if (program.lookupMember(inline.symbol, "fk_name").kind === "found") {
    const name = interpreter.attribute(inline, "fk_name", classPlace(inline.symbol));
    return name.kind === "literal" ? keys.filter((key) => key.name === name.value) : [];
  }
  if (keys.length < 2 || keys.every(({ unique }) => unique)) return keys;
  const parents = parentsOf(interpreter, inline.symbol);
  return keys.filter(({ target }) => target !== undefined && parents.has(target));
}

/** Labels of the models, and of those that they derive from, whose admin classes list the inline. */
function parentsOf(interpreter: Interpreter, inline: ClassSymbol): ReadonlySet<string> {
  const { program, models } = interpreter;
  const labels = new Set<string>();
  for (const module of program.modules) {
    if (!mentions(module.file, "inlines") || !module.file.text.includes(inline.name)) continue;
    for (const symbol of program.classes(module)) {
      const option = program.members(symbol).get("inlines");
      if (option?.kind !== "variable") continue;
      const isListed = option.values.some((value) => {
        let found = false;
        walkExpressions(value, (node) => {
          const named = node.kind === "Name" ? program.resolveName(module, node.name) : undefined;
          found ||= named?.kind === "class" && named.id === inline.id;
          return !found;
        });
        return found;
      });
      if (!isListed) continue;
      for (const model of modelsOfAdmin(program, models, symbol)) {
        for (const label of [model.label, ...model.parents]) labels.add(label);
      }
    }
  }
  return labels;
}
