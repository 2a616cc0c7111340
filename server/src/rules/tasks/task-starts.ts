/** The calls that hand a task to the queue, one for each place in the code. */
import type { SignatureMethod, StartingMethod, TaskMethod, TaskStart } from "../../interpret/facts.ts";
import type { Value } from "../../queryset/value.ts";
import { placeKey } from "../finding-parts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** The call is described and not made: `task.s()` */
export function isSignature(method: TaskMethod): method is SignatureMethod {
  return method === "s" || method === "si" || method === "signature";
}

export function isStart(start: TaskStart): start is TaskStart & { readonly method: StartingMethod } {
  return !isSignature(start.method);
}

/** Those of the project's own code, outside of tests and migrations; what each root says of a place stays together. */
export function startsByPlace(context: RuleContext): readonly (readonly [TaskStart, ...TaskStart[]])[] {
  const places = new Map<string, [TaskStart, ...TaskStart[]]>();
  for (const start of factsOfKind(context.facts, "taskStart")) {
    if (start.root.context === "test" || start.root.context === "migration") continue;
    if (!context.project.program.moduleOfFile(start.location.path)?.firstParty) continue;
    const key = placeKey(start.location);
    const known = places.get(key);
    if (known) known.push(start);
    else places.set(key, [start]);
  }
  return [...places.values()];
}

/** `close.delay()`, as a message names it. */
export function nameOfStart({ task, method }: TaskStart): string {
  return `${nameOfTask(task)}.${method}()`;
}

/** The function, or the class of which it is the `run()`. */
export function nameOfTask({ name, owner }: TaskStart["task"]): string {
  return owner && name === "run" ? owner.name : name;
}

export interface GivenToTask {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** More may be given than is known. */
  readonly open: boolean;
}

/** What the task itself is given; options of `apply_async()` are for the queue. */
export function givenToTask({ method, positional, keywords, open }: TaskStart): GivenToTask {
  if (!/^(?:apply_async(?:_on_commit)?|signature)$/.test(method)) return { positional, keywords, open };
  const args = positional[0] ?? keywords.get("args");
  const named = positional[1] ?? keywords.get("kwargs");
  const items = args?.kind === "collection" ? args.items : undefined;
  const entries = named?.kind === "mapping" ? named.entries : undefined;
  return {
    positional: items ?? [],
    keywords: entries ?? new Map(),
    open: open || (args !== undefined && !items) || (named !== undefined && !entries),
  };
}
