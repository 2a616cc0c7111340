import type { SignalHandler } from "../../interpret/facts.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { receiversOf, type SignalReceiver } from "./signal-receivers.ts";
import { isInsert, type WriteLoop, writeLoops } from "./write-loop.ts";

export const nPlusOneViaSignal: FactRule = {
  kind: "facts",
  code: "QS124",
  name: "n-plus-one-via-signal",
  summary: "Each save of a loop calls a signal receiver that queries the database",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const handlers = new Map(
      factsOfKind(context.facts, "signalHandler").map((handler) => [handler.functionId, handler]),
    );
    if (handlers.size === 0) return [];
    return writeLoops(context).flatMap((loop) => {
      const querying = queryingReceivers(context, loop, handlers);
      return querying.length > 0 ? [findingOf(context, loop, querying)] : [];
    });
  },
};

interface QueryingReceiver {
  readonly receiver: SignalReceiver;
  readonly handler: SignalHandler;
}

/** Receivers of this model's signals. Those of every model's do their work for the rows of a few, more often than not. */
function queryingReceivers(
  { project }: RuleContext,
  loop: WriteLoop,
  handlers: ReadonlyMap<string, SignalHandler>,
): readonly QueryingReceiver[] {
  const unique = new Map<string, QueryingReceiver>();
  for (const receiver of receiversOf(project, loop.write.model)) {
    const handler = receiver.functionId === undefined ? undefined : handlers.get(receiver.functionId);
    if (!handler || !receiver.sender) continue;
    const queries = isInsert(loop) ? handler.queriesForNew : handler.queriesForChanged;
    if (queries > 0) unique.set(handler.functionId, { receiver, handler });
  }
  return [...unique.values()];
}

function findingOf(
  context: RuleContext,
  { score, write }: WriteLoop,
  receivers: readonly QueryingReceiver[],
): Finding {
  const names = receivers.map(({ receiver }) => `${receiver.name}()`).join(" and ");
  const signals = [...new Set(receivers.map(({ receiver }) => receiver.signal))].join(" and ");
  return {
    ...findingBase(nPlusOneViaSignal),
    level: levelInLoops(context, nPlusOneViaSignal.level, [write]),
    remedy: "signal-handler",
    confidence: atMostHigh(classOf(score)),
    message: `Each ${write.model.name} that is saved here calls ${names} by ${signals}, with queries or other slow work of its own.`,
    help: "Write the rows in bulk and do once, for all of them, what the receiver does.",
    location: write.location,
    symbol: write.symbol,
    model: write.model.label,
    origin: write.location,
    evidence: [
      ...stepsTo(write),
      { message: `Saves one ${write.model.name}`, location: write.location },
      ...receivers.map(({ handler }) => ({
        message: `Receives the signal: ${handler.name}`,
        location: handler.location,
      })),
    ],
  };
}
