/** Edits of the lookups that a queryset expression prefetches. */
import type { Call, Expression, StringLiteral } from "../syntax/ast.ts";
import { removeArguments } from "./chain-columns.ts";
import { methodCalls, type TextReplacement } from "./queryset-chain.ts";

/** Whether exactly one string in the chain's `prefetch_related` calls is this lookup. */
export function hasPrefetchLookup(node: Expression, lookup: string): boolean {
  return lookupIn(node, lookup) !== undefined;
}

/** Puts an object in the place of the lookup. */
export function replacePrefetchLookup(
  node: Expression,
  lookup: string,
  code: string,
): TextReplacement | undefined {
  const found = lookupIn(node, lookup);
  return found && { range: { start: found.argument.start, end: found.argument.end }, newText: code };
}

/** Takes the lookup out, and the call with it where nothing is left. Undefined where the call gets more than strings. */
export function removePrefetchLookup(
  text: string,
  node: Expression,
  lookup: string,
): TextReplacement | undefined {
  const found = lookupIn(node, lookup);
  if (!found || found.call.keywords.length > 0) return undefined;
  if (found.call.arguments.some(({ kind }) => kind !== "StringLiteral")) return undefined;
  return removeArguments(text, found.call, [lookup], found.call === node);
}

function lookupIn(
  node: Expression,
  lookup: string,
): { readonly call: Call; readonly argument: StringLiteral } | undefined {
  const found = methodCalls(node)
    .filter(({ function: callee }) => callee.attribute.name === "prefetch_related")
    .flatMap((call) =>
      call.arguments.flatMap((argument) =>
        argument.kind === "StringLiteral" && argument.value === lookup ? [{ call, argument }] : [],
      ),
    );
  return found.length === 1 ? found[0] : undefined;
}
