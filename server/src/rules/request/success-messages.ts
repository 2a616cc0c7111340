/** What tells the user that something is done: a message that a page shows. */
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/** A function on the way to the call says afterwards that all went well: `messages.success(request, "Imported.")`. */
function saysThatItIsDone({ project: { program } }: RuleContext, { location, calls }: BlockingCall): boolean {
  return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const module = program.moduleOfFile(path);
    const around = module && functionAround(module.file.tree, range);
    if (!module || !around) return false;
    const isMessage = (callee: Expression): boolean => {
      if (callee.kind === "Attribute" && callee.attribute.name === "message_user") return true;
      const symbol = program.resolveExpression(module, callee);
      return symbol.kind === "external" && messages.has(symbol.name);
    };
    let found = false;
    walkExpressions(around, (node) => {
      found ||= node.kind === "Call" && node.start >= range.end && isMessage(node.function);
      return !found;
    });
    return found;
  });
}

const messages: ReadonlySet<string> = new Set([
  "django.contrib.messages.api.success",
  "django.contrib.messages.success",
]);

/** What the title of a fix says that moves the work behind the response. */
export function afterwardsInTitle(context: RuleContext, calls: readonly BlockingCall[]): string {
  return calls.some((call) => saysThatItIsDone(context, call))
    ? "needs a running worker; the message to the user comes before it is done"
    : "needs a running worker";
}
