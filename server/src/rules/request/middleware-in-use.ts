import { middleware } from "../../django/project-settings.ts";
import type { RuleContext } from "../rule-context.ts";

/** Dotted names of the classes in `MIDDLEWARE` and of those that they derive from. */
export function classesInUse({ project: { program, settings } }: RuleContext): ReadonlySet<string> {
  const { names } = middleware(settings);
  return new Set(
    names.flatMap((name) => {
      const symbol = program.resolveDottedName(name);
      if (symbol.kind !== "class") return [];
      return program
        .mro(symbol)
        .flatMap((each) => (each.kind === "class" ? `${each.module.name}.${each.qualifiedName}` : []));
    }),
  );
}
