/** Edits of `only()` and `defer()` in a queryset expression. */
import type { Call, Expression } from "../syntax/ast.ts";
import { addLookups, methodCalls, quoteOf, type TextReplacement } from "./queryset-chain.ts";

/**
 * Makes the chain load these columns: names them in its `only()`, or takes them out of its `defer()`.
 * Undefined where the call stands elsewhere or its arguments are not plain strings.
 */
export function columnsOfChain(
  text: string,
  node: Expression,
  method: "only" | "defer",
  columns: readonly string[],
): readonly TextReplacement[] | undefined {
  const call = methodCalls(node).find(({ function: { attribute } }) => attribute.name === method);
  if (!call || call.arguments.some((argument) => argument.kind !== "StringLiteral")) return undefined;
  if (method === "only") return addLookups(text, call, columns, quoteOf(text, node));
  return [removeArguments(text, call, columns, call === node)];
}

/**
 * Takes strings out of the arguments of a call, all of which are strings; without any that is left, the call goes too.
 * @param last it is the last call of its chain
 */
export function removeArguments(
  text: string,
  call: Call,
  columns: readonly string[],
  last: boolean,
): TextReplacement {
  const kept = call.arguments.filter(
    (argument) => argument.kind === "StringLiteral" && !columns.includes(argument.value),
  );
  const { start, end } = call.argumentsRange;
  if (kept.length > 0) {
    const list = kept.map((argument) => text.slice(argument.start, argument.end)).join(", ");
    return { range: { start: start + 1, end: end - 1 }, newText: list };
  }
  // `.defer()` without fields does nothing: the whole call goes, with its dot.
  const receiver = call.function.kind === "Attribute" ? call.function.value : call;
  // A manager is no queryset yet: `Task.objects.defer("text")` becomes `Task.objects.all()`.
  const isManager = last && receiver.kind !== "Call";
  return { range: { start: receiver.end, end: call.end }, newText: isManager ? ".all()" : "" };
}
