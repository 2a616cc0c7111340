import type { PythonProgram } from "./program.ts";
import type { ClassSymbol } from "./symbols.ts";

/** A class of the project that says when its objects are true; those of all others are always. */
export function hasOwnTruth(program: PythonProgram, symbol: ClassSymbol): boolean {
  return ["__bool__", "__len__"].some((name) => program.lookupMember(symbol, name).kind === "found");
}
