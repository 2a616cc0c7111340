/** The managers of a model with inherited ones, and which of them is the default, as `Options.managers` finds them. */
import type { ManagerDeclaration } from "./manager-declarations.ts";
import type { ModelDeclarations } from "./model-declarations.ts";
import type { Manager } from "./model-graph.ts";
import { textOption } from "./model-options.ts";
import type { ModelRegistry, RegisteredModel } from "./model-registry.ts";

export interface ModelManagers {
  readonly managers: ReadonlyMap<string, Manager>;
  readonly defaultManager: string;
  readonly baseManager: string | undefined;
}

export function modelManagers(
  model: RegisteredModel,
  declarations: ModelDeclarations,
  registry: ModelRegistry,
): ModelManagers {
  const bases = model.declaration.ancestors.flatMap((ancestor) => {
    const declaration = declarations.ofAncestor(ancestor);
    return declaration ? [registry.register(declaration)] : [];
  });
  // Nearer classes come first, and within a class the order of declaration counts.
  const managers = new Map<string, Manager>();
  for (const source of [model, ...bases]) {
    for (const manager of source.declaration.managers) {
      const hidden = source !== model && model.declaration.names.has(manager.name);
      if (!managers.has(manager.name) && !hidden) managers.set(manager.name, managerOf(manager));
    }
  }
  const inheritsUnknown = model.declaration.ancestors.some((ancestor) => ancestor.kind === "unknown");
  if (managers.size === 0) {
    managers.set("objects", {
      name: "objects",
      managerClass: undefined,
      querysetClass: undefined,
      known: !inheritsUnknown,
    });
  }
  const [first = "objects"] = managers.keys();
  return {
    managers,
    defaultManager: defaultManagerName(model, bases) ?? first,
    baseManager: baseManagerName(model, bases),
  };
}

function managerOf(declaration: ManagerDeclaration): Manager {
  const { location: _, ...manager } = declaration;
  return manager;
}

function defaultManagerName(model: RegisteredModel, bases: readonly RegisteredModel[]): string | undefined {
  const own = textOption(model.meta, "default_manager_name");
  if (own !== undefined) return own;
  if (model.declaration.managers.length > 0) return undefined;
  const [parent] = bases;
  return parent && textOption(parent.meta, "default_manager_name");
}

function baseManagerName(model: RegisteredModel, bases: readonly RegisteredModel[]): string | undefined {
  const own = textOption(model.meta, "base_manager_name");
  if (own !== undefined) return own;
  // A parent answers with what its own parent says: the nearest name in resolution order.
  for (const base of bases) {
    const inherited = textOption(base.meta, "base_manager_name");
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}
