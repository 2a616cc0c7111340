/** Which managers use a manager or queryset class. */
import type { ModelGraph } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ManagerValue } from "../../queryset/value.ts";

/** For each manager and queryset class, base classes included, the managers that use it. */
export function usersOfQueryClasses(
  program: PythonProgram,
  models: ModelGraph,
): ReadonlyMap<string, readonly ManagerValue[]> {
  const users = new Map<string, ManagerValue[]>();
  for (const model of models.models.values()) {
    if (model.abstract) continue;
    for (const declaration of model.managers.values()) {
      for (const symbol of [declaration.managerClass, declaration.querysetClass]) {
        if (!symbol) continue;
        for (const entry of program.mro(symbol)) {
          if (entry.kind !== "class") continue;
          const list = users.get(entry.id) ?? [];
          if (!list.some((user) => user.model === model)) {
            list.push({
              kind: "manager",
              model,
              declaration,
              related: undefined,
              location: model.location ?? { path: "", range: { start: 0, end: 0 } },
            });
          }
          users.set(entry.id, list);
        }
      }
    }
  }
  return users;
}
