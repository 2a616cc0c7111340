/** Activations that no call in the project's code starts. */
import type { ClassSymbol, Module } from "../python/symbols.ts";
import { isConsumerKind } from "./facts.ts";
import type { Frame, Interpreter } from "./interpreter.ts";
import { newScope } from "./language/environment.ts";

export function moduleFrame(module: Module, symbol: string): Frame {
  return {
    module,
    scope: newScope(undefined),
    symbol,
    functionId: undefined,
    owner: undefined,
    receiver: undefined,
    returns: [],
    isDecided: undefined,
    yields: [],
    coroutine: false,
    showsArguments: undefined,
    statement: undefined,
    isDeclaration: false,
    readsKeysAsAttributes: undefined,
  };
}

/** For nodes that a framework reads, rather than Python that runs. */
export function declarationFrame(module: Module, symbol: string, owner: ClassSymbol | undefined): Frame {
  return { ...moduleFrame(module, symbol), owner, isDeclaration: true };
}

/** Runs `body` in the frame, and goes back to the present one. */
export function inFrame<Result>({ state }: Interpreter, frame: Frame, body: () => Result): Result {
  const { frame: outside } = state;
  state.frame = frame;
  try {
    return body();
  } finally {
    state.frame = outside;
  }
}

/**
 * Each function is a root of its own, or part of what a framework runs of its module: what the code says by itself is
 * recorded there, rather than with each caller.
 */
export function isInterpretedForItself({ state }: Interpreter): boolean {
  return (
    state.calls.every(({ via }) => isConsumerKind(via)) &&
    state.root.location.path === state.frame.module.file.path
  );
}
