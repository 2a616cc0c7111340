import type { PythonProgram } from "../python/program.ts";
import type { Module } from "../python/symbols.ts";
import type { ModuleTree } from "../syntax/ast.ts";
import { type Node, walkExpressions } from "../syntax/walk.ts";

/** Whether code of the module calls a function of a library whose dotted name matches: `time.monotonic`. */
export function callsLibrary(
  program: PythonProgram,
  module: Module,
  code: Node | ModuleTree,
  names: RegExp,
): boolean {
  let calls = false;
  walkExpressions(code, (part) => {
    if (part.kind !== "Call") return undefined;
    const symbol = program.resolveExpression(module, part.function);
    calls ||= symbol.kind === "external" && names.test(symbol.name);
    return undefined;
  });
  return calls;
}
