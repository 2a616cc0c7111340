/**
 * Whether a write can wait until a loop is over, so that all its rounds are written at once. Nothing in the loop may
 * need what was written, and nothing may end the loop without coming past the place behind it.
 */
import { containsRange } from "../../base/text-range.ts";
import { anyModel, type BlockingCall, type Loop, outsideWorld, type Write } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, For, FunctionDef, Statement } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { canLeaveFunction, functionAround, statementsAround } from "./syntax-queries.ts";
import { isThroughCall, type WriteLoop } from "./write-loop.ts";

/** Where a write stands in the source. */
export interface WriteSite {
  readonly module: Module;
  /** Undefined for code of a module or class. */
  readonly function: FunctionDef | undefined;
  /** `for` loops of the same function around the write, outermost first. */
  readonly loops: readonly ForLoop[];
  /** The innermost statement around the write. */
  readonly statement: Statement;
  /** The write, or the `await` around it. */
  readonly expression: Expression;
}

export interface ForLoop extends Loop {
  readonly statement: For;
}

/** The source around a write that stands in a `for` statement itself, not in a helper or a comprehension. */
export function writeSiteOf(context: RuleContext, { write }: WriteLoop): WriteSite | undefined {
  const module = context.project.program.moduleOfFile(write.location.path);
  if (!module || isThroughCall(write) || !write.statement) return undefined;
  const depth = write.innermostLoop?.depth;
  const loops = write.loops.filter((loop) => loop.depth === depth);
  if (!loops.every(isForLoop)) return undefined;
  const [outermost] = loops;
  const statement = outermost && statementsAround(outermost.statement.body, write.location.range).at(-1);
  if (!outermost || !statement) return undefined;
  const path = pathTo(module.file.tree, write.location.range);
  const isNested = path
    .slice(path.indexOf(outermost.statement))
    .some(
      (node) =>
        "kind" in node &&
        (node.kind === "FunctionDef" || node.kind === "Lambda" || node.kind === "Comprehension"),
    );
  if (isNested) return undefined;
  const around = path.find((node) => "kind" in node && node.kind === "Await" && node.value === write.node);
  return {
    module,
    function: functionAround(module.file.tree, write.location.range),
    loops,
    statement,
    expression: around && "kind" in around && around.kind === "Await" ? around : write.node,
  };
}

/** Why `writeSiteOf()` gives none, as the end of a sentence that begins with "because". */
export function whyNoSite(write: Write): string {
  if (isThroughCall(write)) return "the write stands in a helper";
  return write.innermostLoop?.statement.kind === "While"
    ? "the loop is a while loop"
    : "the write stands in an expression";
}

function isForLoop(loop: Loop): loop is ForLoop {
  return loop.statement.kind === "For";
}

export type Deferral =
  | { readonly kind: "possible"; readonly loop: ForLoop; readonly outside: readonly Loop[] }
  /** Why the write has to stay in the loop, as the end of a sentence that begins with "because". */
  | { readonly kind: "impossible"; readonly reason: string };

/** The outermost loop behind which the write can move. */
export function deferralOf({ write }: WriteLoop, site: WriteSite): Deferral {
  let reason = "the loop was not understood";
  for (const loop of site.loops) {
    const obstacle = obstacleIn(write, loop);
    if (obstacle === undefined) {
      const outside = write.loops.slice(0, write.loops.indexOf(loop));
      return { kind: "possible", loop, outside };
    }
    reason = obstacle;
  }
  return { kind: "impossible", reason };
}

function obstacleIn(write: Write, { statement, touched }: ForLoop): string | undefined {
  const obstacle = obstacleOfLoop(statement, write);
  if (obstacle !== undefined) return obstacle;
  if (touched.has(write.model.label)) return `other rounds of the loop read ${write.model.name}`;
  return touched.has(anyModel) ? `the loop may read or delete rows of ${write.model.name}` : undefined;
}

/** Why not each round that writes comes past the place behind the loop, whatever the rounds read. */
export function obstacleOfLoop(statement: For, write: Write): string | undefined {
  if (statement.orElse.length > 0) return "the loop has an else block";
  if (canLeaveFunction(statement.body)) return "the loop can end with return or yield";
  return obstacleAround(statementsAround(statement.body, write.location.range), write);
}

function obstacleAround(around: readonly Statement[], { location: { range } }: Write): string | undefined {
  for (const statement of around) {
    switch (statement.kind) {
      case "Try":
        if (
          statement.finalBody.length > 0 ||
          (statement.handlers.length > 0 && statement.body.some((inner) => containsRange(inner, range)))
        ) {
          return "each round handles the errors of its own write";
        }
        break;
      case "With":
        return "each round has a context of its own, such as a transaction";
      case "While":
        return "a while loop stands in between";
      default:
        break;
    }
  }
  return undefined;
}

/** Something leaves the loop in each round that a later failure cannot take back, or that asks for saved rows. */
export function sendsSomething(context: RuleContext, { path }: Write["location"], loop: ForLoop): boolean {
  const isInLoop = ({ location, calls }: BlockingCall): boolean =>
    [location, ...calls.map((call) => call.location)].some(
      (place) => place.path === path && containsRange(loop.statement, place.range),
    );
  return loop.touched.has(outsideWorld) || factsOfKind(context.facts, "blocking").some(isInLoop);
}
