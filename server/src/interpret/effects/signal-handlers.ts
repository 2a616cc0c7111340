/** What receivers of `post_save` and its like ask of the database, by whether the row is new. */
import type { FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { walk } from "../../syntax/walk.ts";
import type { SignalHandler } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { runApart } from "./run-apart.ts";

/** Django's contract for receivers: the sender first, and keywords that later versions may add. */
export function looksLikeReceiver({ node, owner }: FunctionSymbol): boolean {
  const [first] = node.parameters;
  return (
    owner === undefined &&
    first?.name === "sender" &&
    node.parameters.some(({ form }) => form === "doubleStarred")
  );
}

/** Runs the receiver for a new row and for one that was there before. */
export function handlerFact(interpreter: Interpreter, symbol: FunctionSymbol): SignalHandler {
  const { module, node } = symbol;
  return {
    kind: "signalHandler",
    functionId: symbol.id,
    name: `${module.name}.${symbol.qualifiedName}`,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    queriesForNew: effectsOf(interpreter, symbol, true),
    queriesForChanged: effectsOf(interpreter, symbol, false),
  };
}

function effectsOf(interpreter: Interpreter, symbol: FunctionSymbol, created: boolean): number {
  if (onlyHandsOver(symbol)) return 0;
  const keywords = new Map<string, Value>([
    ["instance", unknown],
    ["created", { kind: "literal", value: created }],
    ["raw", { kind: "literal", value: false }],
  ]);
  return runApart(interpreter, symbol, undefined, { positional: [unknown], keywords, open: false }).effects;
}

/** Leaves everything to a task, or to the end of the transaction. */
function onlyHandsOver({ node }: FunctionSymbol): boolean {
  let others = false;
  for (const statement of node.body) {
    walk(statement, (part) => {
      if (!("kind" in part) || part.kind !== "Call" || part.function.kind !== "Attribute") return true;
      const { name } = part.function.attribute;
      if (name === "objects" || /^(get|filter|create|save|update|delete|count|exists)/.test(name))
        others = true;
      return !/^(on_commit|delay|apply_async|delay_on_commit|enqueue)$/.test(name);
    });
  }
  return !others;
}
