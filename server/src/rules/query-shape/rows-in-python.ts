/** Where Python code fetches all rows of a queryset, and nothing but the expression or loop at that place uses them. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { Fact } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call, Comprehension, Expression, For, Name } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, pathTo } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isAskedOnce } from "./rows-used-again.ts";
import { type UsesAtPlace, usesOutsideOfLoops } from "./uses-of-rows.ts";

export interface FetchedRows {
  /** All ways that lead here. */
  readonly uses: UsesAtPlace;
  /** The queryset, as one of them brings it. */
  readonly queryset: Queryset;
  readonly module: Module;
  /** What gives the queryset: a name, a chain of calls. */
  readonly node: Expression;
  /** The same with `iterator()` behind it and `list()` around it. */
  readonly whole: Expression;
  /** The nodes around `whole`, the innermost last. */
  readonly around: readonly Node[];
}

const known = new AnswersOf<readonly Fact[], readonly FetchedRows[]>();

export function fetchedRows(context: RuleContext): readonly FetchedRows[] {
  return remembered(known, context.facts, () => {
    const loaded = placesOfLoadedRows(context.facts);
    return usesOutsideOfLoops(context, ["iterate", "list", "len", "contains"]).flatMap((uses) =>
      loaded.has(placeKey(uses[0].location)) ? [] : (fetchedAt(context, uses) ?? []),
    );
  });
}

/** On some way the rows are prefetched, or are to be: a query of its own would pass by them. */
function placesOfLoadedRows(facts: readonly Fact[]): ReadonlySet<string> {
  const reads = [...factsOfKind(facts, "prefetchedRead"), ...factsOfKind(facts, "relationRead")];
  return new Set(reads.map(({ location }) => placeKey(location)));
}

function fetchedAt(context: RuleContext, uses: UsesAtPlace): FetchedRows | undefined {
  const [{ location, operation, queryset }] = uses;
  const module = isPython(location) ? context.project.program.moduleOfFile(location.path) : undefined;
  if (!module || !uses.every((use) => isAlike(use.queryset, queryset))) return undefined;
  if (uses.some((use) => use.queryset.result.reused || use.inCoroutine)) return undefined;
  const path = pathTo(module.file.tree, location.range);
  const place = path.at(-1);
  if (!place || !isExpression(place)) return undefined;
  // The place of `len(tasks)` is the call.
  const rows = operation === "len" ? countedBy(place) : place;
  if (!rows) return undefined;
  const around = operation === "len" ? path : path.slice(0, -1);
  const node = withoutIterator(rows);
  const made = uses.flatMap((use) => madeBy(context, use.queryset));
  if (!isPostfix(node) || !isAskedOnce(around, node, made)) return undefined;
  return { uses, queryset, module, node, ...withLists(rows, around) };
}

function isAlike(first: Queryset, second: Queryset): boolean {
  return first.model === second.model && first.rows === second.rows;
}

/** The rows of `len(tasks)` or `tasks.__len__()`. */
export function countedBy(node: Node): Expression | undefined {
  if (!("kind" in node) || node.kind !== "Call") return undefined;
  const { arguments: args, function: callee } = node;
  if (callee.kind === "Attribute" && callee.attribute.name === "__len__") return callee.value;
  return isCallOf(node, ["len"]) ? args[0] : undefined;
}

/** Calls of the project's own methods and functions that give a new queryset, not one that an object holds. */
export function madeBy({ project }: RuleContext, { origin: { sites } }: Queryset): readonly Expression[] {
  return sites.flatMap(({ kind, node }, index) => {
    if (kind === "managerMethod") return [node];
    const before = sites[index - 1];
    const module = before && project.program.moduleOfFile(before.location.path);
    return kind === "helper" && module && isMadeIn(module, before, node) ? [node] : [];
  });
}

/** What the call gives took its last shape in the function that is called, which does not keep it: `self._tasks = …`. */
function isMadeIn(module: Module, before: OriginSite, call: Expression): boolean {
  if (call.kind !== "Call" || before.kind === "attribute") return false;
  const { function: callee } = call;
  const name =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  const isKept = pathTo(module.file.tree, before.location.range).some(
    (node) =>
      isStatement(node) && node.kind === "Assign" && node.targets.some((target) => target.kind !== "Name"),
  );
  return !isKept && before.symbol.split(".").at(-1) === name;
}

function withoutIterator(node: Expression): Expression {
  return node.kind === "Call" &&
    node.function.kind === "Attribute" &&
    node.function.attribute.name === "iterator"
    ? node.function.value
    : node;
}

/** A method can be called on it without parentheses around it. */
function isPostfix({ kind }: Expression): boolean {
  return kind === "Name" || kind === "Attribute" || kind === "Call" || kind === "Subscript";
}

function withLists(rows: Expression, around: readonly Node[]): Pick<FetchedRows, "whole" | "around"> {
  const parent = around.at(-1);
  const isList =
    parent !== undefined &&
    isCallOf(parent, ["list", "tuple"]) &&
    parent.arguments.length === 1 &&
    parent.arguments[0] === rows;
  return isList ? withLists(parent, around.slice(0, -1)) : { whole: rows, around };
}

/** A call of one of Python's functions, by its name. */
export function isCallOf(node: Node | undefined, names: readonly string[]): node is Call {
  return (
    node !== undefined &&
    "kind" in node &&
    node.kind === "Call" &&
    node.function.kind === "Name" &&
    names.includes(node.function.name)
  );
}

/** `… for task in tasks if …`, with one variable and nothing but these rows. */
export interface RowComprehension {
  readonly node: Comprehension;
  readonly row: Name;
  readonly conditions: readonly Expression[];
  /** The nodes around the comprehension. */
  readonly around: readonly Node[];
}

export function comprehensionOver({ around, whole }: FetchedRows): RowComprehension | undefined {
  const node = around.at(-1);
  if (!node || !isExpression(node) || node.kind !== "Comprehension") return undefined;
  const [clause, ...others] = node.clauses;
  if (!clause || others.length > 0 || clause.async || clause.iterable !== whole) return undefined;
  if (clause.target.kind !== "Name") return undefined;
  return { node, row: clause.target, conditions: clause.conditions, around: around.slice(0, -1) };
}

/** `for task in tasks:`, with one variable. */
export function loopOver({
  around,
  whole,
}: FetchedRows): { readonly node: For; readonly row: Name } | undefined {
  const node = around.at(-1);
  if (!node || !isStatement(node) || node.kind !== "For" || node.async || node.iterable !== whole)
    return undefined;
  return node.target.kind === "Name" ? { node, row: node.target } : undefined;
}
