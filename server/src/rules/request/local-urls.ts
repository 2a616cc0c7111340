/** Addresses that `urlopen()` answers without another server: `data:` holds the answer itself, `file:` names a file. */
import { containsRange } from "../../base/text-range.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Node } from "../../syntax/walk.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import type { RuleContext } from "../rule-context.ts";
import { partsOfTest } from "../tests-before.ts";

/** `urlopen("file:///etc/hosts")`, and `urlopen(source)` behind `if source.startswith("data:"):` */
export function isOfLocalUrl(context: RuleContext, { location, node, operation }: BlockingCall): boolean {
  const [address] = operation === "http" ? node.arguments : [];
  const source = context.text(location.path);
  const textOf = ({ end, start }: Node): string => source.slice(start, end);
  if (!address) return false;
  if (isLocal(address)) return true;
  const isTest = (test: Expression): boolean =>
    test.kind === "Call" &&
    test.function.kind === "Attribute" &&
    test.function.attribute.name === "startswith" &&
    textOf(test.function.value) === textOf(address) &&
    test.arguments.length === 1 &&
    test.arguments.every(isLocal);
  return (codeAround(context, location)?.path ?? []).some((around) => {
    if (!("kind" in around)) return false;
    if (around.kind === "Conditional")
      return containsRange(around.body, node) && partsOfTest({ test: around.test, holds: true }).some(isTest);
    return (
      around.kind === "If" &&
      around.body.some((statement) => containsRange(statement, node)) &&
      partsOfTest({ test: around.test, holds: true }).some(isTest)
    );
  });
}

function isLocal(node: Expression): boolean {
  return node.kind === "StringLiteral" && /^(?:data|file):/.test(node.value);
}
