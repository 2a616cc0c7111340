/** Queries of a loop for one key each, as one query for all keys: `filter(pk=key)` as `filter(pk__in=keys)`. */
import type { Field, ModelGraph } from "../../django/model-graph.ts";
import type { ImportedName } from "../../edits/imports.ts";
import { indentationAt } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Attribute, Call, Expression, Keyword } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import { comparedColumn } from "./compared-column.ts";
import type { ForLoop, WriteSite } from "./deferral.ts";
import { isRepeatable } from "./row-conditions.ts";
import { isInvariant } from "./row-uses.ts";
import { querysetCode } from "./whole-loop.ts";

export interface KeyedRows {
  /** The queryset of all rounds. */
  readonly code: string;
  readonly edits: readonly TextEdit[];
}

export interface KeyedQuery {
  readonly site: WriteSite;
  readonly loop: ForLoop;
  /** `Task.objects.filter(pk=key)`, as it is written in the loop. */
  readonly rows: Expression;
  readonly queryset: Queryset;
  /** How the code can name the model. */
  readonly modelName: ImportedName | undefined;
}

/** Undefined where the condition that changes with the loop is not written down, or means something else for several values. */
export function keyedRowsCode(models: ModelGraph, query: KeyedQuery): KeyedRows | undefined {
  const chain = chainOf(query.rows);
  return chain && (query.queryset.related ? ofEachRow(query, chain) : ofEachKey(models, query, chain));
}

interface Chain {
  /** `Task.objects` */
  readonly manager: Expression;
  readonly calls: readonly MethodCall[];
}

type MethodCall = Call & { readonly function: Attribute };

function chainOf(node: Expression): Chain | undefined {
  if (node.kind !== "Call") return node.kind === "Attribute" ? { manager: node, calls: [] } : undefined;
  if (!isMethodCall(node)) return undefined;
  const before = chainOf(node.function.value);
  return before && { ...before, calls: [...before.calls, node] };
}

function isMethodCall(node: Call): node is MethodCall {
  return node.function.kind === "Attribute";
}

/** Everything but one keyword is the same in each round. */
function ofEachKey(
  models: ModelGraph,
  { site, loop, rows, queryset }: KeyedQuery,
  { manager, calls }: Chain,
): KeyedRows | undefined {
  const { statement } = loop;
  if (!isInvariant(statement, manager)) return undefined;
  const changing = calls.flatMap((call) => [
    ...call.arguments.filter((argument) => !isSame(loop, argument)).map(() => undefined),
    ...call.keywords
      .filter(({ value }) => !isSame(loop, value))
      .map((keyword) => ({ keyword, method: call.function.attribute.name })),
  ]);
  const [key, ...others] = changing;
  const lookup = key?.keyword.name?.name;
  if (!key || lookup === undefined || others.length > 0 || key.method !== "filter") return undefined;
  const column = comparedColumn(models, queryset.model, lookup);
  if (!column || !isComparedAlike(column)) return undefined;
  const values = valuesOf(site, loop, key.keyword);
  if (values === undefined) return undefined;
  const { text } = site.module.file;
  const { keyword } = key;
  const condition = `${lookup.replace(/__exact$/, "")}__in=${values}`;
  const code = text.slice(rows.start, keyword.start) + condition + text.slice(keyword.end, rows.end);
  return { code: movedOut(site, loop, code), edits: [] };
}

/** `project.tasks.filter(…)` as `Task.objects.filter(project__in=projects, …)`. */
function ofEachRow(
  { site, loop, queryset: { related, model }, modelName }: KeyedQuery,
  { manager, calls }: Chain,
): KeyedRows | undefined {
  const { statement } = loop;
  if (related?.relation.kind !== "reverseForeignKey" || !modelName || !loop.rows) return undefined;
  if (manager.kind !== "Attribute" || manager.value.kind !== "Name") return undefined;
  if (statement.target.kind !== "Name" || statement.target.name !== manager.value.name) return undefined;
  const isEverySame = calls.every((call) =>
    [...call.arguments, ...call.keywords.map(({ value }) => value)].every((value) => isSame(loop, value)),
  );
  if (!isEverySame || related.relation.field.toField !== undefined) return undefined;
  const { file } = site.module;
  const steps = calls.filter(({ function: { attribute } }) => attribute.name !== "all");
  const first = steps[0];
  const condition = `${related.relation.field.name}__in=${rowsOf(file, loop)}`;
  const start = `${modelName.expression}.${model.defaultManager}.filter(`;
  // `filter()` may be given the condition as its first keyword; other methods come behind.
  const canExtend = first?.function.attribute.name === "filter" && first.arguments.length === 0;
  const rest = steps
    .slice(canExtend ? 1 : 0)
    .map((call) => file.text.slice(call.function.value.end, call.end));
  const conditions =
    canExtend && first ? file.text.slice(first.argumentsRange.start + 1, first.argumentsRange.end - 1) : "";
  const code = `${start}${conditions.trim() === "" ? condition : `${condition}, ${conditions.trimStart()}`})${rest.join("")}`;
  return { code: movedOut(site, loop, code), edits: modelName.edits };
}

/** The expression gives the same in each round, however often it is asked. */
export function isSame({ statement }: ForLoop, value: Expression): boolean {
  return isInvariant(statement, value) && isRepeatable(value);
}

/** NULL is a value to `filter(key=None)` and none to `filter(key__in=[None])`. */
function isComparedAlike({ null: nullable }: Field): boolean {
  return !nullable;
}

/** A list of what the keyword stands for in the rounds. */
function valuesOf({ module: { file } }: WriteSite, loop: ForLoop, { value }: Keyword): string | undefined {
  const { target, iterable } = loop.statement;
  const source = (node: Expression): string => file.text.slice(node.start, node.end);
  if (target.kind === "Name" && value.kind === "Name" && value.name === target.name) {
    if (loop.rows) return rowsOf(file, loop);
    return iterable.kind === "Call" ? `list(${source(iterable)})` : source(iterable);
  }
  const element = isSimple(value) ? source(value) : undefined;
  return element && `[${element} for ${source(target)} in ${source(iterable)}]`;
}

/** Nothing but reading: whatever a call does, it does between the writes of other rounds. */
export function isSimple(node: Expression): boolean {
  switch (node.kind) {
    case "Name":
      return true;
    case "Attribute":
      return isSimple(node.value);
    case "Subscript":
      return (
        isSimple(node.value) &&
        (isSimple(node.index) || node.index.kind === "StringLiteral" || node.index.kind === "NumberLiteral")
      );
    default:
      return false;
  }
}

/** A subquery, or the rows themselves where a database may refuse that. */
function rowsOf(file: SourceFile, { statement, rows }: ForLoop): string {
  const isSliced = rows?.bound.kind !== "none" && rows?.bound.kind !== "listed";
  const isPlain = rows && !isSliced && !rows.combined && rows.rows === "instances";
  return isPlain
    ? querysetCode(file, statement)
    : `list(${file.text.slice(statement.iterable.start, statement.iterable.end)})`;
}

/** The lines of the code as they stand where the loop begins. */
function movedOut({ module: { file }, statement }: WriteSite, loop: ForLoop, code: string): string {
  const inner = indentationAt(file.text, statement.start);
  const outer = indentationAt(file.text, loop.statement.start);
  return code
    .split("\n")
    .map((line, index) => (index > 0 && line.startsWith(inner) ? outer + line.slice(inner.length) : line))
    .join("\n");
}
