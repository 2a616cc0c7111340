/** What runs, and in which circumstances. */
import type { Expression } from "../syntax/ast.ts";
import type { CallFrame, Loop, RootInfo } from "./facts.ts";
import type { Frame } from "./interpreter.ts";
import type { LoadedRelation } from "./rows/loaded-relations.ts";

export interface Guard {
  readonly test: Expression;
  /** Number of loops around it. */
  readonly loops: number;
  /** It holds only where a relation is missing: `if not order.event`. */
  readonly unlikely?: boolean | undefined;
  /** It holds only where a setting is not what it is by default, or an optional argument is left out. */
  readonly dormant?: boolean | undefined;
  /** It holds only where the queryset has not added something to its rows. */
  readonly fallback?: boolean | undefined;
  /** It holds only where a dictionary that the loop fills has no entry for a key yet. */
  readonly memoised?: true | undefined;
  /** A cache has no answer. */
  readonly cached?: boolean | undefined;
  /** No condition, but a call of one of several functions. */
  readonly dispatched?: boolean | undefined;
  /** It holds in all that follows in its block: `if done: continue` came before. */
  readonly leaves?: true | undefined;
  /** It holds only where these are loaded already. */
  readonly loaded?: readonly LoadedRelation[] | undefined;
}

export interface InterpreterState {
  frame: Frame;
  readonly loops: Loop[];
  /** Numbers of the `while` loops that run: how often they do is not known. */
  readonly whiles: number[];
  readonly calls: CallFrame[];
  readonly guards: Guard[];
  /** How many `except` blocks and `raise` statements are open. */
  exceptional: number;
  /** For each `try` that is open and takes what a missing related row raises: in how many loops it stands. */
  readonly handling: number[];
  /** `async for` fetches rows, or an awaited call runs: neither blocks the event loop. */
  asynchronous: boolean;
  root: RootInfo;
  /** Work left for this root; at zero everything is unknown. */
  budget: number;
}

/** Nothing is open around the frame yet. */
export function newState(frame: Frame, root: RootInfo, budget: number): InterpreterState {
  return {
    frame,
    loops: [],
    whiles: [],
    calls: [],
    guards: [],
    exceptional: 0,
    handling: [],
    asynchronous: false,
    root,
    budget,
  };
}

/** The circumstances of now, whatever becomes of `state`. */
export function snapshot(state: InterpreterState): InterpreterState {
  const { loops, whiles, calls, guards, handling } = state;
  return {
    ...state,
    loops: [...loops],
    whiles: [...whiles],
    calls: [...calls],
    guards: [...guards],
    handling: [...handling],
  };
}
