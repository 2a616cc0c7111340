/** Blocks of context managers of libraries around a place in the code. */
import type { TextRange } from "../../base/text-range.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import { pathTo } from "../../syntax/walk.ts";
import { symbolAt } from "./symbol-at.ts";

/** Whether the place is inside of `with name(…):`, in the same function. @param name the dotted name */
export function isInBlockOf(
  program: PythonProgram,
  module: Module,
  range: TextRange,
  ...names: readonly string[]
): boolean {
  const path = pathTo(module.file.tree, range);
  const own = path.findLastIndex((node) => "kind" in node && node.kind === "FunctionDef");
  return path.slice(own + 1).some((node) => {
    if (!("kind" in node) || node.kind !== "With") return false;
    return node.items.some(({ context: manager }) => {
      const callee = manager.kind === "Call" ? manager.function : manager;
      const symbol = symbolAt(program, module, path, callee);
      return symbol.kind === "external" && names.includes(symbol.name);
    });
  });
}
