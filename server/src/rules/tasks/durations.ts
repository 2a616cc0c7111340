/** Spans of time that code writes down. */
import { staticValueOf } from "../../django/project-values.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { symbolAt } from "./symbol-at.ts";

export function numberOf(context: RuleContext, module: Module, node: Expression): number | undefined {
  if (node.kind === "BinaryOperation" && node.operator === "*") {
    const left = numberOf(context, module, node.left);
    const right = numberOf(context, module, node.right);
    return left === undefined || right === undefined ? undefined : left * right;
  }
  const value = staticValueOf(context.project, module, node);
  return value.kind === "known" && typeof value.value === "number" ? value.value : undefined;
}

const secondsPer: Readonly<Record<string, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
};

/** `timedelta(days=1, hours=2)`, also by the name of a constant. */
export function secondsOf(context: RuleContext, module: Module, node: Expression): number | undefined {
  if (node.kind === "Name" || node.kind === "Attribute") {
    const constant = symbolAt(context.project.program, module, pathTo(module.file.tree, node), node);
    const [value, ...others] = constant.kind === "variable" ? constant.values : [];
    return constant.kind === "variable" && value?.kind === "Call" && others.length === 0
      ? secondsOf(context, constant.module, value)
      : undefined;
  }
  if (node.kind !== "Call") return undefined;
  const path = pathTo(module.file.tree, node);
  const symbol = symbolAt(context.project.program, module, path, node.function);
  if (symbol.kind !== "external" || !/^(?:datetime|django\.utils\.timezone)\.timedelta$/.test(symbol.name))
    return undefined;
  if (node.arguments.length > 1) return undefined;
  const parts = [
    ...node.arguments.map((value) => ({ unit: "days", value })),
    ...node.keywords.map(({ name, value }) => ({ unit: name?.name ?? "", value })),
  ].map(({ unit, value }) => {
    const number = numberOf(context, module, value);
    const factor = secondsPer[unit];
    return number === undefined || factor === undefined ? undefined : number * factor;
  });
  return parts.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
}
