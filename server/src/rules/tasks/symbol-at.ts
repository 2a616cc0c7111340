/** What names stand for inside of functions, which may import on their own. */
import type { PythonProgram } from "../../python/program.ts";
import type { Module, PythonSymbol } from "../../python/symbols.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import type { Node } from "../../syntax/walk.ts";

/**
 * What a name, or a name and attributes, stands for in the innermost function that binds it, or else in the module.
 *
 * @param path the nodes around the place
 */
export function symbolAt(
  program: PythonProgram,
  module: Module,
  path: readonly Node[],
  callee: Expression,
): PythonSymbol {
  const first = firstName(callee);
  const scope = path.findLast(
    (node): node is FunctionDef =>
      "kind" in node && node.kind === "FunctionDef" && bindingsOf(node, first).length > 0,
  );
  if (!scope) return program.resolveExpression(module, callee);
  const bindings = bindingsOf(scope, first);
  const imported = bindings.flatMap((binding) =>
    binding.kind === "import" ? (program.resolveImport(module, binding.statement).get(first) ?? []) : [],
  );
  const [symbol] = imported;
  const isOnlyImported = symbol && imported.length === bindings.length;
  return isOnlyImported && callee.kind === "Name" ? symbol : { kind: "unknown" };
}

function firstName(node: Expression): string {
  if (node.kind === "Attribute") return firstName(node.value);
  return node.kind === "Name" ? node.name : "";
}
