/** Amazon SNS asks an address once, before it sends messages there, to ask it back: the handshake of a subscription. */
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { testsBefore } from "../tests-before.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import type { RequestPlace } from "./blocking-places.ts";

/** The type of such a message, and the field of it that says what to ask. */
const parts: ReadonlySet<string> = new Set(["SubscribeURL", "SubscriptionConfirmation"]);

/** `if message["Type"] == "SubscriptionConfirmation": requests.get(message["SubscribeURL"])` */
export function confirmsSubscription(
  { project: { program } }: RuleContext,
  { location: { path, range } }: RequestPlace,
): boolean {
  const tree = program.moduleOfFile(path)?.file.tree;
  const around = tree && functionAround(tree, range);
  if (!around) return false;
  let found = false;
  for (const { test, holds } of testsBefore(around.body, range)) {
    walkExpressions(test, (node) => {
      found ||= holds && node.kind === "StringLiteral" && parts.has(node.value);
      return undefined;
    });
  }
  return found;
}
