import type { Statement } from "./ast.ts";

/** Whether the statement assigns to an attribute of a name: `object.attribute = …`. */
export function assignsAttribute(statement: Statement, object: string, attribute: string): boolean {
  return (
    statement.kind === "Assign" &&
    statement.targets.some(
      (target) =>
        target.kind === "Attribute" &&
        target.attribute.name === attribute &&
        target.value.kind === "Name" &&
        target.value.name === object,
    )
  );
}
