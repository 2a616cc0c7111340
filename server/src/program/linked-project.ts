import type { DjangoProject } from "../django/project.ts";
import { replaceBodies } from "../python/create-program.ts";
import type { Module } from "../python/symbols.ts";

/** A project with the modules that it was linked from, by path. */
export interface LinkedProject {
  readonly project: DjangoProject;
  readonly modules: ReadonlyMap<string, Module>;
}

/** The project with new function bodies; undefined where anything else changed. */
export function keepLinks(
  previous: LinkedProject,
  modules: ReadonlyMap<string, Module>,
): { readonly project: DjangoProject; readonly changed: readonly Module[] } | undefined {
  if (previous.modules.size !== modules.size) return undefined;
  const changed: Module[] = [];
  for (const [path, module] of modules) {
    const before = previous.modules.get(path);
    if (!before || before.name !== module.name || !isSameList(before.aliases, module.aliases)) {
      return undefined;
    }
    if (before !== module) changed.push(module);
  }
  if (changed.length === 0) return { project: previous.project, changed };
  // Positions of models and fields move with the bodies around them, and some models depend on what a body says.
  const { models, bodiesRead } = previous.project;
  const places = new Set([...models.models.values()].map(({ location }) => location?.path));
  if (changed.some(({ file }) => places.has(file.path) || bodiesRead.has(file.path))) return undefined;
  const program = replaceBodies(previous.project.program, changed);
  return program && { project: { ...previous.project, program }, changed };
}

export function isSameList(first: readonly string[] = [], second: readonly string[] = []): boolean {
  return first.length === second.length && first.every((item, index) => item === second[index]);
}
