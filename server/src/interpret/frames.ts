/** Activations that no call in the project's code starts. */
import type { ClassSymbol, Module } from "../python/symbols.ts";
import { newScope } from "./environment.ts";
import type { Frame } from "./interpreter.ts";

export function moduleFrame(module: Module, symbol: string): Frame {
  return {
    module,
    scope: newScope(undefined),
    symbol,
    functionId: undefined,
    owner: undefined,
    receiver: undefined,
    returns: [],
    yields: [],
    coroutine: false,
    statement: undefined,
    isDeclaration: false,
  };
}

/** For nodes that a framework reads, rather than Python that runs. */
export function declarationFrame(module: Module, symbol: string, owner: ClassSymbol | undefined): Frame {
  return { ...moduleFrame(module, symbol), owner, isDeclaration: true };
}
