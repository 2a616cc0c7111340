/** What a migration does, as its list of operations says. */
import type { Call, Expression } from "../../syntax/ast.ts";
import { attributeOf, elementsOf, type Migration } from "./app-migrations.ts";
import { keywordOf } from "./declared-index.ts";

export interface Operation {
  /** `AddIndex` */
  readonly name: string;
  readonly call: Call;
}

export function operationsOf({ node }: Migration): readonly Operation[] {
  return elementsOf(attributeOf(node, "operations")).flatMap((element) => {
    if (element.kind !== "Call") return [];
    const { function: callee } = element;
    const name =
      callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
    return [{ name, call: element }];
  });
}

export function argumentOf(call: Call, name: string, position: number): Expression | undefined {
  return keywordOf(call, name) ?? call.arguments[position];
}

/** In small letters, as names of models are compared. */
export function textOf(value: Expression | undefined): string | undefined {
  return value?.kind === "StringLiteral" ? value.value.toLowerCase() : undefined;
}
