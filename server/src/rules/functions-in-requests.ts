/** Which functions run while a client waits, and which only when somebody starts a command. */
import { AnswersOf } from "../base/answers-of.ts";
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { CallFrame, RootContext, RootInfo } from "../interpret/facts.ts";
import type { PythonProgram } from "../python/program.ts";
import { grows, type Rounds } from "./loop-weight.ts";
import { factsOfKind, type RuleContext } from "./rule-context.ts";
import { startUpFunctions } from "./start-up-functions.ts";

type Facts = RuleContext["facts"];

/** A fact, of which only its root counts. */
export interface OfRoot {
  readonly root: RootInfo;
}

/** A fact, of which it counts from where its place, or the loop that repeats it, is reached. */
export interface OfPlace extends OfRoot {
  /** Dotted name of the function around it. */
  readonly symbol?: string;
  readonly loops?: readonly (Rounds & { readonly depth?: number })[];
  readonly calls?: readonly CallFrame[];
}

interface Reached {
  /** Only from the roots in question. */
  readonly only: ReadonlySet<string>;
  /** From others, too. */
  readonly otherwise: ReadonlySet<string>;
}

const inRequests = new AnswersOf<Facts, ReadonlySet<string>>();
const inPages = new AnswersOf<Facts, ReadonlySet<string>>();
const known = new AnswersOf<Facts, ReadonlySet<string>>();
const byHand = new AnswersOf<Facts, Reached>();
const forFew = new AnswersOf<Facts, Reached>();

/** Dotted names of the functions that requests lead to. */
export function functionsInRequests({ facts }: RuleContext): ReadonlySet<string> {
  return remembered(inRequests, facts, () => reachedFrom(facts, ({ context }) => context === "request"));
}

/** @param reachable from `functionsInRequests()` */
export function isInRequest({ context, symbol }: RootInfo, reachable: ReadonlySet<string>): boolean {
  return context === "request" || reachable.has(symbol);
}

/** A request, that of one of the staff for the admin included, or what it leads to. */
export function isInRequestOrAdmin(context: RuleContext, { context: ofRoot, symbol }: RootInfo): boolean {
  if (ofRoot === "request" || ofRoot === "admin") return true;
  const reachable = remembered(inPages, context.facts, () =>
    reachedFrom(context.facts, (root) => root.context === "request" || root.context === "admin"),
  );
  return reachable.has(symbol);
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
      (root.context === "other" && functionsStartedByHand(context).only.has(root.symbol)),
  );
}

/**
 * Nobody waits for it (see `isStartedByHand`), or one of the staff who changes rows in the admin; also where only one of
 * the ways that lead to the place is among the facts.
 */
export function isForFewPeople(context: RuleContext, facts: readonly OfPlace[]): boolean {
  return facts.every((fact) => {
    const { root } = fact;
    if (!isStartForFew(context, root))
      return root.context === "other" && functionsForFewPeople(context).only.has(root.symbol);
    const symbol = functionOf(fact);
    return symbol === root.symbol || !functionsForFewPeople(context).otherwise.has(symbol);
  });
}

/** Whoever calls the function gets what the fact says: all rounds of the innermost loop that has many are in it. */
function functionOf({ root, symbol = root.symbol, loops = [], calls = [] }: OfPlace): string {
  const loop = loops.findLast(grows);
  if (!loop) return symbol;
  return (loop.depth !== undefined && calls[loop.depth - 1]?.callee) || root.symbol;
}

function isStartForFew(context: RuleContext, root: RootInfo): boolean {
  return isStartByHand(context, root) || isAdminForm(root);
}

/** What the list of an admin class is made by. Its methods for one row belong to the form, or to an action. */
const changeListMethod =
  /\.(?:changelist_view|get_queryset|get_search_results|get_changelist\w*|get_list_\w+|get_paginator)$/;

/** A form, an action or a page of its own of an admin class. Its list is a page like any other. */
export function isAdminForm({ context, symbol }: RootInfo): boolean {
  return context === "admin" && !changeListMethod.test(symbol);
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

function functionsStartedByHand(context: RuleContext): Reached {
  return remembered(byHand, context.facts, () =>
    reachedFromRoots(context, (root) => isStartByHand(context, root)),
  );
}

function functionsForFewPeople(context: RuleContext): Reached {
  return remembered(forFew, context.facts, () =>
    reachedFromRoots(context, (root) => isStartForFew(context, root)),
  );
}

/** Without those of functions that other roots call on the way: what they do is part of these. */
export function ofOutermostRoots<T extends OfRoot & { readonly calls: readonly CallFrame[] }>(
  facts: readonly T[],
): readonly T[] {
  const called = new Set(facts.flatMap(({ calls }) => calls.map(({ callee }) => callee)));
  const outermost = facts.filter(({ root }) => !called.has(root.symbol));
  return outermost.length > 0 ? outermost : facts;
}

function reachedFromRoots({ facts }: RuleContext, isStart: (root: RootInfo) => boolean): Reached {
  const called = calledFunctions({ facts });
  const reached = reachedFrom(facts, isStart);
  // What calls a function that nothing in the project calls is unknown.
  const otherwise = reachedFrom(
    facts,
    (root) =>
      root.context !== "test" && !isStart(root) && (root.context !== "other" || !called.has(root.symbol)),
  );
  return { only: new Set([...reached].filter((symbol) => !otherwise.has(symbol))), otherwise };
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
