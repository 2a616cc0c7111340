/** Which columns a `save()` has to write: those that the code assigned to since the row was loaded. */

import type { Field, Model } from "../../django/model-graph.ts";
import { plainColumns } from "../../django/plain-columns.ts";
import type { Write } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import { anyField } from "../../queryset/instance.ts";
import { isTarget } from "../../syntax/assignment-targets.ts";
import type { Expression, For } from "../../syntax/ast.ts";
import type { WriteSite } from "./deferral.ts";
import { type RowUse, rowUses } from "./row-uses.ts";
import { isOnOtherBranch } from "./syntax-queries.ts";
import type { WriteLoop } from "./write-loop.ts";

export type WrittenFields =
  | {
      readonly kind: "known";
      /** In the order of their assignment; those that Django sets on every save last. */
      readonly fields: readonly Field[];
      /** `auto_now` fields among them, which bulk operations leave as they are. */
      readonly automatic: readonly Field[];
    }
  /** Why they are not known, as the end of a sentence that begins with "because". */
  | { readonly kind: "unknown"; readonly reason: string };

/** What any of the ways that lead to the write assigns. */
export function writtenOnAllWays(
  program: PythonProgram,
  { all }: WriteLoop,
  { loops }: WriteSite,
): WrittenFields {
  return all.map((write) => writtenFields(program, write, loops[0]?.statement)).reduce(unionOf);
}

export function unionOf(first: WrittenFields, second: WrittenFields): WrittenFields {
  if (first.kind === "unknown") return first;
  if (second.kind === "unknown") return second;
  const automatic = [...new Set([...first.automatic, ...second.automatic])];
  const fields = [...first.fields, ...second.fields].filter((field) => !automatic.includes(field));
  return known([...new Set(fields), ...automatic], automatic);
}

/** @param loop the loop around the write, where it stands in one itself */
export function writtenFields(
  program: PythonProgram,
  write: Pick<Write, "assigned" | "model" | "node" | "receiver" | "statement">,
  loop: For | undefined,
): WrittenFields {
  const { model, receiver, node } = write;
  if (receiver.kind !== "instance") return unknown("the row was not understood");
  const listed = listedFields(model, node.keywords.find(({ name }) => name?.name === "update_fields")?.value);
  if (listed === "unknown") return unknown("update_fields is no list of names");
  if (listed)
    return known(
      listed,
      listed.filter(({ autoNow }) => autoNow),
    );
  if (!receiver.source) return unknown("it is not known where the rows come from");
  if (write.assigned.has(anyField)) return unknown("code that is not known may change further fields");
  const fields = new Set<Field>();
  const onOtherWays = loop ? assignedOnOtherWays(loop, write) : new Set<string>();
  for (const name of write.assigned.keys()) {
    const assigned = fieldsNamed(model, name);
    if (assigned.length === 0 && isDescriptor(program, model, name)) {
      return unknown(`"${name}" is a property that may change several fields`);
    }
    if (!onOtherWays.has(name)) for (const field of assigned) fields.add(field);
  }
  if (loop) for (const field of changedInPlace(model, write, loop)) fields.add(field);
  const automatic = [...model.fields.values()].filter(({ autoNow }) => autoNow);
  for (const field of automatic) fields.delete(field);
  return known([...fields, ...automatic], automatic);
}

function unknown(reason: string): WrittenFields {
  return { kind: "unknown", reason };
}

function known(fields: readonly Field[], automatic: readonly Field[]): WrittenFields {
  const key = fields.find(({ primaryKey }) => primaryKey);
  if (key) return unknown(`the primary key "${key.name}" is assigned`);
  return { kind: "known", fields, automatic };
}

/** The fields of `save(update_fields=[…])`; undefined without that argument. */
function listedFields(model: Model, value: Expression | undefined): readonly Field[] | "unknown" | undefined {
  if (!value) return undefined;
  const isList = value.kind === "ListLiteral" || value.kind === "TupleLiteral" || value.kind === "SetLiteral";
  if (!isList) return "unknown";
  const fields = value.elements.map((element) =>
    element.kind === "StringLiteral" ? fieldsNamed(model, element.value)[0] : undefined,
  );
  return fields.every((field) => field !== undefined) ? fields : "unknown";
}

/** The columns behind a field's name or attribute: a generic foreign key has two. */
export function fieldsNamed(model: Model, name: string): readonly Field[] {
  const field =
    model.fields.get(name) ?? [...model.fields.values()].find((other) => other.attributeName === name);
  switch (field?.kind) {
    case "column":
    case "foreignKey":
    case "oneToOne":
      return [field];
    case "genericForeignKey": {
      const { generic } = field;
      return generic
        ? [generic.contentTypeField, generic.objectIdField].flatMap((part) => fieldsNamed(model, part))
        : [];
    }
    default:
      return name === "pk" ? fieldsNamed(model, model.primaryKey) : [];
  }
}

/** A name of the class with code behind it: assigning to it may assign to fields. */
function isDescriptor(program: PythonProgram, { symbol }: Model, name: string): boolean {
  if (!symbol) return true;
  const member = program.lookupMember(symbol, name);
  return member.kind === "found" && member.symbol.kind !== "variable";
}

/**
 * Names that are assigned only on ways through the round that do not lead to the write. Nothing where the row is given
 * to other code, which may assign to them, too.
 */
function assignedOnOtherWays(
  loop: For,
  { node, statement }: Pick<Write, "node" | "statement">,
): ReadonlySet<string> {
  const row = node.function.kind === "Attribute" ? node.function.value : undefined;
  if (row?.kind !== "Name" || !statement) return new Set();
  const uses = rowUses(loop, row.name);
  if (!uses.every((use) => isAttributeUse(use) || use.name === row || isTarget(use.name, use.around[0])))
    return new Set();
  const elsewhere = new Set<string>();
  const onTheWay = new Set<string>();
  for (const { around } of uses) {
    const [attribute, assignment] = around;
    if (
      !attribute ||
      !("kind" in attribute) ||
      attribute.kind !== "Attribute" ||
      !isTarget(attribute, assignment)
    )
      continue;
    const names = isOnOtherBranch(loop.body, attribute, statement) ? elsewhere : onTheWay;
    names.add(attribute.attribute.name);
  }
  return new Set([...elsewhere].filter((name) => !onTheWay.has(name)));
}

/** `row.title`, read or assigned, but not `row.close()`. */
function isAttributeUse({ name, around: [attribute, outer] }: RowUse): boolean {
  if (!attribute || !("kind" in attribute) || attribute.kind !== "Attribute" || attribute.value !== name)
    return false;
  const isCalled = outer && "kind" in outer && outer.kind === "Call" && outer.function === attribute;
  return !isCalled || attribute.attribute.name === "save" || attribute.attribute.name === "asave";
}

/** Fields whose values can be changed without an assignment (`row.data["key"] = 1`) and that the loop mentions. */
function changedInPlace(model: Model, { node }: Pick<Write, "node">, loop: For): readonly Field[] {
  const row = node.function.kind === "Attribute" ? node.function.value : undefined;
  if (row?.kind !== "Name") return [];
  const mentioned = new Set<string>();
  for (const {
    name,
    around: [attribute],
  } of rowUses(loop, row.name)) {
    if (attribute && "kind" in attribute && attribute.kind === "Attribute" && attribute.value === name) {
      mentioned.add(attribute.attribute.name);
    }
  }
  return [...model.fields.values()].filter(
    ({ kind, name, className }) => kind === "column" && mentioned.has(name) && !plainColumns.has(className),
  );
}

/** The database refuses two rows with the same value, perhaps also while one statement changes both. */
export function isUnique(model: Model, { name, unique }: Field): boolean {
  const { indexes, uniqueTogether } = model.meta;
  return (
    unique ||
    uniqueTogether.some((fields) => fields.includes(name)) ||
    indexes.some((index) => index.unique && index.fields?.some((field) => field.replace(/^-/, "") === name))
  );
}
