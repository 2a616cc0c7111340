import type { Model } from "../django/model-graph.ts";
import type { LoopSet } from "../queryset/loop-set.ts";
import type { Value } from "../queryset/value.ts";
import type { Call } from "../syntax/ast.ts";
import type { Write } from "./facts.ts";
import type { Interpreter } from "./interpreter.ts";

export function recordWrite(
  interpreter: Interpreter,
  operation: Write["operation"],
  model: Model,
  receiver: Value,
  node: Call,
  details: {
    readonly isNew: boolean;
    readonly varies: LoopSet;
    readonly assigned?: ReadonlyMap<string, LoopSet>;
  },
): void {
  if (interpreter.state.loops.length === 0) return;
  interpreter.record({
    ...interpreter.context(interpreter.location(node), details.varies),
    kind: "write",
    operation,
    model,
    node,
    statement: interpreter.state.frame.statement,
    receiver,
    assigned: new Map(details.assigned ?? []),
    isNew: details.isNew,
    innermostLoop: interpreter.state.loops.at(-1),
  });
}
