/** Lists that a function fills in loops: what decides how many elements they get. */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Location } from "../../base/text-range.ts";
import type { Fact } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, For, FunctionDef } from "../../syntax/ast.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import { lastSite, placeKey } from "../finding-parts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "./syntax-queries.ts";

/**
 * `forms`: one for each form of a page, whose fields Django limits (`DATA_UPLOAD_MAX_NUMBER_FIELDS`). `slice`: one for
 * each element of a slice, that is as many as the code says. `groups`: one for each value of the columns by which rows
 * are grouped. `many`: anything else.
 */
export type Filling = "forms" | "slice" | "groups" | "many";

/** How the list that a call is given was filled by the loops of the function around the call. */
export function fillingOf(context: RuleContext, { path, range }: Location, list: Expression): Filling {
  const module = context.project.program.moduleOfFile(path);
  const around = module && functionAround(module.file.tree, range);
  if (!around) return "many";
  const made = madeOf(around, list);
  if (made && isSlice(around, made)) return "slice";
  if (list.kind !== "Name") return "many";
  const fillings = loopsThatFill(module, around, list.name).map((loops) => {
    const kinds = loops.map((loop) => kindOf(context, module, around, loop));
    if (kinds.includes("many")) return "many";
    return (["groups", "forms", "slice"] as const).find((kind) => kinds.includes(kind)) ?? "many";
  });
  const [first = "many"] = fillings;
  return fillings.every((filling) => filling === first) ? first : "many";
}

/** What a list is made of by a comprehension or by `list()`, also where it got a name. */
function madeOf(around: FunctionDef, list: Expression): Expression | undefined {
  const given = list.kind === "Name" ? assignedTo(around, list.name) : list;
  if (given?.kind === "Comprehension")
    return given.clauses.length === 1 ? given.clauses[0]?.iterable : undefined;
  const isCopy =
    given?.kind === "Call" && given.function.kind === "Name" && /^(?:list|tuple)$/.test(given.function.name);
  return isCopy ? given.arguments[0] : given;
}

/** `rows[:limit]`, `rows[:limit].iterator()`, or the only value of a name. */
function isSlice(around: FunctionDef, iterable: Expression): boolean {
  const isStreamed =
    iterable.kind === "Call" &&
    iterable.function.kind === "Attribute" &&
    /^a?iterator$/.test(iterable.function.attribute.name);
  const rows = isStreamed ? iterable.function.value : iterable;
  const given = rows.kind === "Name" ? assignedTo(around, rows.name) : rows;
  if (given?.kind !== "Subscript" || given.index.kind !== "Slice") return false;
  const { upper } = given.index;
  // `rows[:-1]` leaves one out.
  return upper !== undefined && upper.kind !== "UnaryOperation";
}

/** For each `rows.append(…)` the loops around it; one with none stands for elements from elsewhere. */
function loopsThatFill({ file }: Module, around: FunctionDef, name: string): readonly (readonly For[])[] {
  const found: (readonly For[])[] = [];
  walkExpressions(around, (node) => {
    const isFilled =
      node.kind === "Call" &&
      node.function.kind === "Attribute" &&
      /^(?:append|extend|add|insert)$/.test(node.function.attribute.name) &&
      node.function.value.kind === "Name" &&
      node.function.value.name === name;
    if (isFilled) {
      found.push(
        pathTo(file.tree, node).filter((each): each is For => "kind" in each && each.kind === "For"),
      );
    }
    return undefined;
  });
  return found;
}

function kindOf(
  context: RuleContext,
  module: Module,
  around: FunctionDef,
  { iterable, target, body }: For,
): Filling | "few" {
  if (isWrittenDown(context, module, iterable)) return "few";
  if (isSlice(around, iterable)) return "slice";
  const given = iterable.kind === "Name" ? (assignedTo(around, iterable.name) ?? iterable) : iterable;
  if (groupedPlaces(context.facts).has(placeKey({ path: module.file.path, range: given }))) return "groups";
  const isForm =
    target.kind === "Name" &&
    body.some((statement) => {
      let reads = false;
      walkExpressions(statement, (node) => {
        reads ||=
          node.kind === "Attribute" &&
          node.attribute.name === "cleaned_data" &&
          node.value.kind === "Name" &&
          node.value.name === target.name;
        return undefined;
      });
      return reads;
    });
  return isForm ? "forms" : "many";
}

/** A display of elements, or a constant of a module or class that is one. */
function isWrittenDown({ project: { program } }: RuleContext, module: Module, node: Expression): boolean {
  if (node.kind === "ListLiteral" || node.kind === "TupleLiteral" || node.kind === "SetLiteral") return true;
  const symbol = program.resolveExpression(module, node);
  return (
    symbol.kind === "variable" &&
    symbol.values.length > 0 &&
    symbol.values.every(({ kind }) => kind === "ListLiteral" || kind === "TupleLiteral")
  );
}

/** The value of the name where the function assigns it once. */
function assignedTo(around: FunctionDef, name: string): Expression | undefined {
  const values: Expression[] = [];
  forEachBlockStatement(around.body, (statement) => {
    if (statement.kind !== "Assign") return;
    if (statement.targets.some((target) => target.kind === "Name" && target.name === name))
      values.push(statement.value);
  });
  return values.length === 1 ? values[0] : undefined;
}

const known = new AnswersOf<readonly Fact[], ReadonlySet<string>>();

/** Expressions whose rows are groups: columns, and what is computed over the rows that have them in common. */
function groupedPlaces(facts: readonly Fact[]): ReadonlySet<string> {
  const before = known.get(facts);
  if (before) return before;
  const places = factsOfKind(facts, "rowsIterated").flatMap(({ queryset }) => {
    const site = lastSite(queryset);
    const isGrouped = queryset.rows !== "instances" && queryset.annotations.size > 0;
    return isGrouped && site ? [placeKey(site.location)] : [];
  });
  const result = new Set(places);
  known.set(facts, result);
  return result;
}
