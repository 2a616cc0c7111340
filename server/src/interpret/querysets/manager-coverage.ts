/** What a lazy load brings along: Django fetches the row through a manager, which may load relations with it. */
import { isToOne, type Model, type Relation } from "../../django/model-graph.ts";
import { coverageOf } from "../../queryset/coverage.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Interpreter } from "../interpreter.ts";

/** Children come through the related model's default manager, the row at the other end of a key through its base manager. */
export function servingQueryset(
  interpreter: Interpreter,
  target: Model,
  relation: Relation | undefined,
): Queryset {
  const name = relation && isToOne(relation) ? target.baseManager : target.defaultManager;
  if (name === undefined) return interpreter.nowhere(target);
  return interpreter.managerTemplate({
    kind: "manager",
    model: target,
    declaration: target.managers.get(name),
    related: undefined,
    location: target.location ?? { path: "", range: { start: 0, end: 0 } },
  });
}

/** The queryset lacks a row in the middle of the path, and the manager that serves it loads the rest. */
export function comesWithLazyLoad(
  interpreter: Interpreter,
  queryset: Queryset,
  path: readonly string[],
): boolean {
  let { model } = queryset;
  for (let length = 1; length < path.length; length++) {
    const relation = model.relations.get(path[length - 1] ?? "");
    const target = relation?.target === undefined ? undefined : interpreter.models.model(relation.target);
    if (!target) return false;
    if (coverageOf(queryset, path.slice(0, length), interpreter.models) !== "loaded") {
      const served = servingQueryset(interpreter, target, relation);
      const rest = path.slice(length);
      return (
        coverageOf(served, rest, interpreter.models) === "loaded" ||
        comesWithLazyLoad(interpreter, served, rest)
      );
    }
    model = target;
  }
  return false;
}
