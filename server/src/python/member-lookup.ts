import { selectBinding } from "./binding-selection.ts";
import type { Linker } from "./linker.ts";
import type { Binding, ClassOutline } from "./outline.ts";
import { type Target, unknownTarget } from "./target.ts";

/**
 * What stands under a name in a class body. An assignment is the variable itself and not what it is an alias of:
 * `serializer_class = OrderSerializer` is a place of the class, which findings and fixes point to.
 */
export function memberTarget(linker: Linker, definition: ClassOutline, name: string): Target {
  const bindings = definition.scope.bindings.get(name) ?? [];
  const resolve = (binding: Binding): Target | undefined => {
    if (binding.kind === "assignment") return binding.definition;
    return linker.resolveBinding(binding, definition.scope, definition.outline);
  };
  return selectBinding(bindings, resolve) ?? unknownTarget;
}
