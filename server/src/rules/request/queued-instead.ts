/** Code that decides by itself whether somebody waits for a call, or a queue or a thread takes it over. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { callsMethod } from "../calls-method.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, statementsAround } from "../writes/syntax-queries.ts";

/** Methods that hand a task to its queue. */
export const startingMethods: ReadonlySet<string> = new Set([
  "apply_async",
  "apply_async_on_commit",
  "delay",
  "delay_on_commit",
  "enqueue",
]);

/** `start()` of a thread, `submit()` of a pool. */
const handingOver: ReadonlySet<string> = new Set([...startingMethods, "start", "submit"]);

/**
 * `if settings.THREADED: SendingThread(message).start() else: message.send()`: the other way does not wait, on the place
 * or on the way to it.
 */
export function mayBeHandedOver(
  { project: { program } }: RuleContext,
  { location, calls }: BlockingCall,
): boolean {
  return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const tree = program.moduleOfFile(path)?.file.tree;
    const around = tree && functionAround(tree, range);
    return (
      around !== undefined &&
      statementsAround(around.body, range).some(
        (statement) => statement.kind === "If" && otherBlocks(statement, range).some(handsOver),
      )
    );
  });
}

/** The branches that are not taken where this one is. */
function otherBlocks(statement: Statement, range: TextRange): readonly (readonly Statement[])[] {
  const blocks = innerBlocks(statement);
  const own = blocks.find((block) => block.some((inner) => containsRange(inner, range)));
  return own ? blocks.filter((block) => block !== own) : [];
}

function handsOver(block: readonly Statement[]): boolean {
  return callsMethod(block, (name) => handingOver.has(name));
}
