import type { Binding } from "./outline.ts";
import type { Target } from "./target.ts";

/**
 * Chooses what a name stands for among its bindings in one scope.
 *
 * An unconditional binding hides the ones before it. Of the rest, which stand in branches or in a `try`, the first
 * that leads into the sources is taken, then the first that leads to a library; a plain value counts only where there
 * is nothing else, so that `except ImportError: name = None` does not hide the import.
 */
export function selectBinding(
  bindings: readonly Binding[],
  resolve: (binding: Binding) => Target | undefined,
): Target | undefined {
  const effective = visibleBindings(bindings).map((binding) => ({ binding, target: resolve(binding) }));
  // Where a plain value is assigned too, an alias is just one of the values of a variable.
  const hasPlainValue = effective.some(({ binding, target }) => isPlainValue(binding, target));
  let best: Target | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const { binding, target: resolved } of effective) {
    const target = hasPlainValue && binding.kind === "assignment" ? binding.definition : resolved;
    if (target === undefined) continue;
    const rank = rankOf(target, binding);
    if (rank === 0) return target;
    if (rank < bestRank) {
      best = target;
      bestRank = rank;
    }
  }
  return best;
}

/** The last unconditional binding and everything after it. */
export function visibleBindings(bindings: readonly Binding[]): readonly Binding[] {
  for (let index = bindings.length - 1; index > 0; index--) {
    if (bindings[index]?.conditional === false) return bindings.slice(index);
  }
  return bindings;
}

function isPlainValue(binding: Binding, target: Target | undefined): boolean {
  if (binding.kind !== "assignment" || target !== binding.definition) return false;
  const { kind } = binding.value;
  return kind === "other" || kind === "base" || kind === "call";
}

function rankOf(target: Target, binding: Binding): number {
  switch (target.kind) {
    case "class":
    case "function":
    case "module":
      return 0;
    case "external":
      return 1;
    case "unknown":
      return 2;
    case "variable":
      return binding.kind === "assignment" &&
        (binding.value.kind === "none" || binding.value.kind === "annotation")
        ? 4
        : 3;
  }
}
