import { isStandardModule } from "./imports.ts";

export interface WantedImport {
  /** `django.core.mail`, `.models` */
  readonly module: string;
  readonly name: string;
}

/**
 * The imports of a new module, in the order of isort: the standard library, other packages, the project's own modules,
 * each in a paragraph of its own.
 * @param isOwn whether an absolute module is one of the project's
 */
export function importBlock(wanted: readonly WantedImport[], isOwn: (module: string) => boolean): string {
  const namesByModule = new Map<string, Set<string>>();
  for (const { module, name } of wanted) {
    const names = namesByModule.get(module) ?? new Set();
    namesByModule.set(module, names.add(name));
  }
  const sections: string[][] = [[], [], [], []];
  for (const [module, names] of [...namesByModule].sort(([first], [second]) => (first < second ? -1 : 1))) {
    const section = module.startsWith(".")
      ? 3
      : isOwn(module)
        ? 2
        : isStandardModule(module.split(".")[0] ?? module)
          ? 0
          : 1;
    sections[section]?.push(`from ${module} import ${[...names].sort().join(", ")}`);
  }
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}
