/** Statements after which a `for` loop starts no other round: what they read, they read once. */
import { containsRange } from "../../base/text-range.ts";
import type { For, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import type { Loop } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";

/** What ends with the statement: the loop, or with `return` all loops of the function. */
type Ending = "loop" | "function";

interface LastRound {
  readonly loop: For;
  readonly ends: Ending;
}

const searched = new WeakSet<For>();
const lastRounds = new WeakMap<Statement, LastRound>();

/** Whether the loop ends in its first round, whatever happens. Finds out where last rounds begin in it. */
export function endsInFirstRound(loop: For): boolean {
  if (!searched.has(loop)) {
    searched.add(loop);
    findInBlock(loop, loop.body);
  }
  const [first] = loop.body;
  return first !== undefined && lastRounds.get(first)?.loop === loop;
}

function findInBlock(loop: For, block: readonly Statement[]): void {
  const ends = endingOf(block);
  const lastContinue = block.findLastIndex((statement) => containsContinue([statement]));
  const first = block[lastContinue + 1];
  if (ends && first) lastRounds.set(first, { loop, ends });
  for (const statement of ends ? block.slice(0, lastContinue + 1) : block) {
    // A handler may go on with the next round; loops inside are searched by themselves.
    if (statement.kind !== "If" && statement.kind !== "With" && statement.kind !== "Match") continue;
    for (const inner of innerBlocks(statement)) findInBlock(loop, inner);
  }
}

/** What the block leaves on every way to its end. */
function endingOf(block: readonly Statement[]): Ending | undefined {
  const last = block.at(-1);
  switch (last?.kind) {
    case "Return":
      return "function";
    case "Break":
    case "Raise":
      return "loop";
    case "With":
      return endingOf(last.body);
    case "If": {
      const endings = [endingOf(last.body), endingOf(last.orElse)];
      if (endings.includes(undefined)) return undefined;
      return endings.includes("loop") ? "loop" : "function";
    }
    default:
      return undefined;
  }
}

function containsContinue(block: readonly Statement[]): boolean {
  return block.some((statement) => {
    if (statement.kind === "Continue") return true;
    if (statement.kind === "For" || statement.kind === "While") return containsContinue(statement.orElse);
    return innerBlocks(statement).some(containsContinue);
  });
}

/** Takes the loops that end with the statement, and what follows it in its block, off the stack, and returns them. */
export function leaveLoops({ state }: Interpreter, statement: Statement): readonly Loop[] {
  const round = lastRounds.get(statement);
  if (!round) return [];
  const left: Loop[] = [];
  for (let loop = state.loops.at(-1); loop && isLeft(loop); loop = state.loops.at(-1)) {
    left.unshift(loop);
    state.loops.pop();
  }
  return left;

  function isLeft({ depth, statement: node }: Loop): boolean {
    if (depth !== state.calls.length || node.kind !== "For") return false;
    return round?.ends === "function" ? containsRange(node, statement) : node === round?.loop;
  }
}
