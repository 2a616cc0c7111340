/** The functions that `templatetags` modules register as tags and filters. */
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";

export interface Registration {
  readonly kind: "filter" | "tag" | "inclusionTag";
  /** As templates call it. */
  readonly name: string;
  readonly symbol: FunctionSymbol;
  /** `register.simple_tag(name="menu")`; undefined for a decorator without arguments. */
  readonly call: Call | undefined;
}

/** Those of decorators first. */
export function templateRegistrations(program: PythonProgram, module: Module): readonly Registration[] {
  const symbols = program.functions(module).filter(({ qualifiedName }) => !qualifiedName.includes("."));
  const functions = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  const decorated = symbols.flatMap((symbol) =>
    symbol.node.decorators.flatMap((decorator) => registration(symbol, decorator) ?? []),
  );
  // `register.filter("name", function)`, `register.simple_tag(function)`
  const called = module.file.tree.body.flatMap((statement) => {
    if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") return [];
    const target = statement.value.arguments.at(-1);
    const symbol = target?.kind === "Name" ? functions.get(target.name) : undefined;
    return (symbol && registration(symbol, registrationOf(statement.value))) ?? [];
  });
  return [...decorated, ...called];
}

function registration(symbol: FunctionSymbol, decorator: Expression): Registration | undefined {
  const call = decorator.kind === "Call" ? decorator : undefined;
  const target = call ? call.function : decorator;
  if (target.kind !== "Attribute") return undefined;
  const name = textOf(keywordOf(call, "name"));
  switch (target.attribute.name) {
    case "filter":
      return { kind: "filter", name: name ?? textOf(call?.arguments[0]) ?? symbol.name, symbol, call };
    case "simple_tag":
    case "assignment_tag":
    case "simple_block_tag":
      return { kind: "tag", name: name ?? symbol.name, symbol, call };
    case "inclusion_tag":
      return { kind: "inclusionTag", name: name ?? symbol.name, symbol, call };
    default:
      return undefined;
  }
}

/** `register.inclusion_tag("t.html")(function)` registers with the inner call. */
function registrationOf(call: Call): Expression {
  return call.function.kind === "Call" ? call.function : call;
}

export function keywordOf(call: Call | undefined, name: string): Expression | undefined {
  return call?.keywords.find((each) => each.name?.name === name)?.value;
}

export function textOf(node: Expression | undefined): string | undefined {
  return node?.kind === "StringLiteral" ? node.value : undefined;
}
