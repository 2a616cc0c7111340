/** Values of literals. */
import { unreachable } from "../../base/invariant.ts";
import type { Module } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Literal, Value } from "../../queryset/value.ts";
import type { ConstantLiteral, StringLiteral } from "../../syntax/ast.ts";

const templateTags = /\{[{%]/;

export function valueOfString(node: StringLiteral, module: Module): Value {
  if (node.bytes) return unknown;
  return templateTags.test(node.value)
    ? { kind: "literal", value: node.value, written: { module, node } }
    : { kind: "literal", value: node.value };
}

const constants = {
  True: { kind: "literal", value: true },
  False: { kind: "literal", value: false },
  None: { kind: "literal", value: null },
} as const satisfies Record<string, Literal>;

export function valueOfConstant({ value }: ConstantLiteral): Value {
  switch (value) {
    case "True":
    case "False":
    case "None":
      return constants[value];
    case "...":
      return unknown;
    default:
      return unreachable(value);
  }
}
