/** Which functions run while a client waits, and which only when somebody starts a command. */
import { AnswersOf } from "../base/answers-of.ts";
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { RootContext, RootInfo } from "../interpret/facts.ts";
import type { PythonProgram } from "../python/program.ts";
import { factsOfKind, type RuleContext } from "./rule-context.ts";
import { startUpFunctions } from "./start-up-functions.ts";

type Facts = RuleContext["facts"];

/** A fact, of which only its root counts. */
export interface OfRoot {
  readonly root: RootInfo;
}

const inRequests = new AnswersOf<Facts, ReadonlySet<string>>();
const known = new AnswersOf<Facts, ReadonlySet<string>>();
const byHand = new AnswersOf<Facts, ReadonlySet<string>>();

/** Dotted names of the functions that requests lead to. */
export function functionsInRequests({ facts }: RuleContext): ReadonlySet<string> {
  return remembered(inRequests, facts, () => reachedFrom(facts, ({ context }) => context === "request"));
}

/** @param reachable from `functionsInRequests()` */
export function isInRequest({ context, symbol }: RootInfo, reachable: ReadonlySet<string>): boolean {
  return context === "request" || reachable.has(symbol);
}

const startedByHand: ReadonlySet<RootContext> = new Set(["command", "migration"]);

/**
 * Nobody waits for it, and it may run once in the life of a project or of a process: commands, migrations and what
 * follows these, scripts, `AppConfig.ready()`, and what only they call.
 */
export function isStartedByHand(context: RuleContext, facts: readonly OfRoot[]): boolean {
  return facts.every(
    ({ root }) =>
      isStartByHand(context, root) ||
      (root.context === "other" && functionsStartedByHand(context).has(root.symbol)),
  );
}

function isStartByHand({ project }: RuleContext, { context, symbol }: RootInfo): boolean {
  return startedByHand.has(context) || startUpFunctions(project).has(symbol);
}

/** Methods that nothing in the project calls, nor Django: what leads there, and how often, is not known. */
export function isMethodOfNobody(context: RuleContext, places: readonly OfRoot[]): boolean {
  const called = calledFunctions(context);
  const { program } = context.project;
  return places.every(
    ({ root }) => root.context === "other" && !called.has(root.symbol) && isMethod(program, root),
  );
}

function isMethod(program: PythonProgram, { location, symbol }: RootInfo): boolean {
  const module = program.moduleOfFile(location.path);
  return (
    module !== undefined &&
    program
      .functions(module)
      .some(({ owner, qualifiedName }) => owner && `${module.name}.${qualifiedName}` === symbol)
  );
}

/** Dotted names of the functions that code of the project calls. */
export function calledFunctions({ facts }: Pick<RuleContext, "facts">): ReadonlySet<string> {
  return remembered(
    known,
    facts,
    () => new Set(factsOfKind(facts, "functionCall").map(({ callee }) => callee)),
  );
}

function functionsStartedByHand(context: RuleContext): ReadonlySet<string> {
  const { facts } = context;
  return remembered(byHand, facts, () => {
    const called = calledFunctions({ facts });
    const reached = reachedFrom(facts, (root) => isStartByHand(context, root));
    // What calls a function that nothing in the project calls is unknown.
    const otherwise = reachedFrom(
      facts,
      (root) =>
        root.context !== "test" &&
        !isStartByHand(context, root) &&
        (root.context !== "other" || !called.has(root.symbol)),
    );
    return new Set([...reached].filter((symbol) => !otherwise.has(symbol)));
  });
}

function reachedFrom(facts: Facts, isStart: (root: RootInfo) => boolean): ReadonlySet<string> {
  const callees = groupBy(factsOfKind(facts, "functionCall"), ({ root }) => root.symbol);
  const roots = facts.flatMap((fact) => ("root" in fact && isStart(fact.root) ? [fact.root.symbol] : []));
  const reached = new Set<string>();
  const open = [...new Set(roots)];
  for (let symbol = open.pop(); symbol !== undefined; symbol = open.pop()) {
    if (reached.has(symbol)) continue;
    reached.add(symbol);
    open.push(...(callees.get(symbol) ?? []).map(({ callee }) => callee));
  }
  return reached;
}
