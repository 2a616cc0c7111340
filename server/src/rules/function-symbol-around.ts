import type { Location } from "../base/text-range.ts";
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol } from "../python/symbols.ts";
import { functionAround } from "./writes/syntax-queries.ts";

/** The innermost function around a place, with the class that it is a method of. */
export function functionSymbolAround(
  program: PythonProgram,
  { path, range }: Location,
): FunctionSymbol | undefined {
  const module = program.moduleOfFile(path);
  const around = module && functionAround(module.file.tree, range);
  return around && program.functions(module).find(({ node }) => node === around);
}
