/** Querysets that become part of another query: `Subquery(Task.objects.filter(project=OuterRef("pk")))`. */
import { unknownVarying } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { LibraryFunction } from "../consumer.ts";
import { isInterpretedForItself } from "../frames.ts";
import { variesOfArguments } from "../language/functions.ts";

/** Notes the queryset that the class is made of. What comes out is an expression, of which nothing is known. */
export const subquery: LibraryFunction = (interpreter, args, node) => {
  const queryset = args.positional[0] ?? args.keywords.get("queryset");
  if (queryset?.kind === "queryset" && isInterpretedForItself(interpreter)) {
    interpreter.record({
      kind: "subquery",
      queryset,
      node,
      ...interpreter.context(interpreter.location(node), noLoops),
    });
  }
  return unknownVarying(variesOfArguments(args));
};
