import type { Relation } from "../../django/model-graph.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { Expression } from "../../syntax/ast.ts";
import { consumerOf } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";

/** Kept for serializers only, whose querysets serve single objects and lists alike. */
export function recordSingleRead(
  interpreter: Interpreter,
  { source, varies }: Instance,
  { accessor }: Relation,
  node: Expression,
): void {
  const consumer = consumerOf(interpreter.state.calls);
  if (!source || (consumer !== "serializer" && consumer !== "serializerMethod")) return;
  const { queryset, path } = source;
  interpreter.record({
    kind: "singleRead",
    queryset,
    path: path.concat(accessor),
    ...interpreter.context(interpreter.location(node), varies),
  });
}
