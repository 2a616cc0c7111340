/** Which of the functions that run with every request run first. */
import { middleware } from "../../django/project-settings.ts";
import type { QueriesOfRoot } from "../../interpret/facts.ts";
import type { RuleContext } from "../rule-context.ts";

/** On the way to the view in the order of `MIDDLEWARE`, then its template, then back in the reverse order. */
export function inOrderOfRequest(
  context: RuleContext,
  facts: readonly QueriesOfRoot[],
): readonly QueriesOfRoot[] {
  const positions = positionsOfClasses(context);
  return facts
    .map((fact) => ({ fact, ...placeOf(fact, positions) }))
    .sort((first, second) => first.phase - second.phase || first.position - second.position)
    .map(({ fact }) => fact);
}

const phases: Readonly<Record<string, number>> = {
  __call__: 0,
  process_request: 0,
  process_view: 1,
  process_template_response: 3,
  process_response: 3,
};
const template = 2;

function placeOf(
  { root: { symbol } }: QueriesOfRoot,
  positions: ReadonlyMap<string, number>,
): { readonly phase: number; readonly position: number } {
  const end = symbol.lastIndexOf(".");
  const position = positions.get(symbol.slice(0, end));
  const phase = phases[symbol.slice(end + 1)];
  if (position === undefined || phase === undefined) return { phase: template, position: 0 };
  return { phase, position: phase > template ? -position : position };
}

/** By dotted name, those included from which the classes in `MIDDLEWARE` derive. */
function positionsOfClasses({ project: { program, settings } }: RuleContext): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [index, name] of middleware(settings).names.entries()) {
    const symbol = program.resolveDottedName(name);
    if (symbol.kind !== "class") continue;
    for (const each of program.mro(symbol)) {
      if (each.kind !== "class") continue;
      const own = `${each.module.name}.${each.qualifiedName}`;
      if (!positions.has(own)) positions.set(own, index);
    }
  }
  return positions;
}
