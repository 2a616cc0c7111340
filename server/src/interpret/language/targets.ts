/** What is assigned to: names, attributes, entries, and several at once. */
import { alternativesOf, asElement, join, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isInterpretedForItself } from "../frames.ts";
import type { Interpreter } from "../interpreter.ts";
import { collectionOf } from "../make-values.ts";
import { assignAttribute, forgetWhatIsMissing, markCached } from "../rows/assignments.ts";
import { isRequest } from "../rows/request-attributes.ts";
import { bind } from "./environment.ts";

export function assignTo(interpreter: Interpreter, target: Expression, value: Value): void {
  const { frame } = interpreter.state;
  switch (target.kind) {
    case "Name":
      bind(frame.scope, target.name, value);
      return;
    case "TupleLiteral":
    case "ListLiteral":
      assignUnpacked(interpreter, target.elements, value, target);
      return;
    case "Starred":
      interpreter.assign(target.value, collectionOf(value, { kind: "unknown" }));
      return;
    case "Attribute":
      assignToAttribute(interpreter, target.value, target.attribute.name, value);
      return;
    case "Subscript": {
      const index = interpreter.evaluate(target.index);
      // `task.__dict__["name"] = …` fills a `cached_property`.
      if (target.value.kind === "Attribute" && target.value.attribute.name === "__dict__") {
        const name = index.kind === "literal" ? index.value : undefined;
        if (typeof name === "string") assignToAttribute(interpreter, target.value.value, name, value);
        return;
      }
      const holder = interpreter.evaluate(target.value);
      if (isSession(target.value) && isInterpretedForItself(interpreter)) {
        const context = interpreter.context(interpreter.location(target), []);
        interpreter.record({ kind: "sessionStore", value, target, ...context });
      }
      if (holder.kind === "mapping") {
        const added = asElement(value);
        holder.passed = undefined;
        if (index.kind === "literal" && typeof index.value === "string") {
          holder.entries.set(index.value, added);
          markCached(holder, index.value);
        } else {
          forgetWhatIsMissing(holder);
          holder.key = join(holder.key, asElement(index));
        }
        holder.element = holder.element === unknown ? added : join(holder.element, added);
      }
      return;
    }
    default:
      return;
  }
}

function assignToAttribute(interpreter: Interpreter, holder: Expression, name: string, value: Value): void {
  for (const item of alternativesOf(interpreter.evaluate(holder))) {
    if (item.kind === "object") assignToObject(interpreter, item, name, value);
    if (item.kind === "external") item.made?.attributes?.set(name, value);
    if (item.kind === "instance") assignAttribute(interpreter, item, name, value);
  }
}

function isSession(node: Expression): boolean {
  return node.kind === "Attribute" && node.attribute.name === "session" && isRequest(node.value);
}

/** A list that only one branch puts in the place of another may be either. */
function assignToObject(
  interpreter: Interpreter,
  { attributes }: PlainObject,
  name: string,
  value: Value,
): void {
  const before = attributes.get(name);
  const isOneOfTwo =
    interpreter.state.guards.length > 0 && before?.kind === "collection" && value.kind === "collection";
  attributes.set(name, isOneOfTwo ? join(before, value) : value);
}

function assignUnpacked(
  interpreter: Interpreter,
  targets: readonly Expression[],
  value: Value,
  node: Expression,
): void {
  if (value.kind === "collection" && value.items && value.items.length === targets.length) {
    for (const [index, target] of targets.entries())
      interpreter.assign(target, value.items[index] ?? unknown);
    return;
  }
  const element =
    value.kind === "collection" || value.kind === "queryset" || value.kind === "mapping"
      ? interpreter.iterate(value, node)
      : unknownVarying(variesOf(value));
  for (const target of targets) interpreter.assign(target, element);
}
