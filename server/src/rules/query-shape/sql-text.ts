/** The statement of SQL that an expression gives, as far as the code writes it down. */

import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

export interface SqlText {
  /** As written, with what is put into it as in the source: `… WHERE id = {task.pk}`. */
  readonly text: string | undefined;
  /** Nothing is put into it. */
  readonly isFixed: boolean;
}

/** Undefined where the text is not written there, nor bound to a name of the function or of the module. */
export function sqlTextOf(
  { project: { program } }: RuleContext,
  path: string,
  expression: Expression,
): SqlText | undefined {
  const module = program.moduleOfFile(path);
  if (!module) return undefined;
  if (expression.kind !== "Name") return textOf(module, expression);
  const scope = functionAround(module.file.tree, expression);
  const [binding, ...others] = scope ? bindingsOf(scope, expression.name) : [];
  if (binding) {
    return binding.kind === "assignment" && others.length === 0 ? textOf(module, binding.value) : undefined;
  }
  const symbol = program.resolveExpression(module, expression);
  const [value, ...further] = symbol.kind === "variable" ? symbol.values : [];
  return symbol.kind === "variable" && value && further.length === 0
    ? textOf(symbol.module, value)
    : undefined;
}

function textOf(module: Module, expression: Expression): SqlText | undefined {
  switch (expression.kind) {
    case "StringLiteral":
      return { text: expression.value, isFixed: true };
    case "FormattedString": {
      const written = module.file.text.slice(expression.start, expression.end);
      return { text: written.replace(/^[a-z]*(?:"""|'''|"|')/i, ""), isFixed: false };
    }
    case "BinaryOperation": {
      const left = textOf(module, expression.left);
      return left && { text: left.text, isFixed: false };
    }
    case "Call": {
      const { function: callee } = expression;
      if (callee.kind !== "Attribute") return undefined;
      const receiver = textOf(module, callee.value);
      return receiver && { text: receiver.text, isFixed: false };
    }
    default:
      return undefined;
  }
}
