/** Rendering a form's field: a loop over its options, each with its label. */
import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { asChoiceField, attributesOf, type ChoiceField, rendersOptions } from "./choice-fields.ts";

export function renderFields(
  interpreter: Interpreter,
  owner: ClassSymbol,
  fields: ReadonlyMap<string, Value>,
  node: Expression,
): void {
  for (const [name, value] of fields) {
    const field = asChoiceField(interpreter, value);
    if (field && rendersOptions(interpreter, field)) renderOptions(interpreter, owner, name, field, node);
  }
}

function renderOptions(
  interpreter: Interpreter,
  owner: ClassSymbol,
  name: string,
  field: ChoiceField,
  caller: Expression,
): void {
  const queryset = attributesOf(field).get("queryset");
  if (queryset?.kind !== "queryset" && queryset?.kind !== "union") return;
  const { module, node } = placeOfField(interpreter, owner, name);
  const declaration = {
    module,
    name: `${owner.module.name}.${owner.qualifiedName}.${name}`,
    location: { path: module.file.path, range: { start: node.start, end: node.end } },
    owner,
  };
  readDeclaration(interpreter, "choices", declaration, interpreter.location(caller), () => {
    interpreter.inLoop(queryset, node, node, (row) => {
      showLabel(interpreter, field, row, node);
    });
    return unknown;
  });
}

/** `label_from_instance()` of the project's class or as it was assigned, else the text of the row. */
function showLabel(interpreter: Interpreter, field: ChoiceField, row: Value, node: Expression): void {
  const label = labelMethod(interpreter, field, node);
  if (label?.kind !== "function") {
    interpreter.str(row, node);
    return;
  }
  const args = { positional: [row], keywords: new Map<string, Value>(), open: false };
  interpreter.str(interpreter.call(label, args, callAt(node, "label_from_instance")), node);
}

function labelMethod(interpreter: Interpreter, field: ChoiceField, node: Expression): Value | undefined {
  const assigned = attributesOf(field).get("label_from_instance");
  if (assigned || field.kind !== "object") return assigned;
  const member = interpreter.program.lookupMember(field.symbol, "label_from_instance");
  return member.kind === "found" ? interpreter.attribute(field, "label_from_instance", node) : undefined;
}

/** Where the class declares the field; else the class. */
function placeOfField(
  { program }: Interpreter,
  owner: ClassSymbol,
  name: string,
): { readonly module: Module; readonly node: Expression } {
  const member = program.lookupMember(owner, name);
  if (member.kind === "found") {
    for (const statement of member.owner.node.body) {
      const target = statement.kind === "Assign" ? statement.targets[0] : undefined;
      if (target?.kind === "Name" && target.name === name)
        return { module: member.owner.module, node: target };
    }
  }
  return { module: owner.module, node: nameAt(owner.node.name, owner.name) };
}

/** The form's fields, as its constructor left them. */
export function fieldsOf(form: PlainObject): ReadonlyMap<string, Value> {
  const fields = form.attributes.get("fields");
  return fields?.kind === "mapping" ? fields.entries : new Map();
}
