/** Queries that ask about the rows of a queryset which the same function fetches afterwards. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Fact, RowsUse } from "../../interpret/facts.ts";
import { mayWrite } from "../../interpret/querysets/repeated-queries.ts";
import type { Module } from "../../python/symbols.ts";
import type { ResultCache } from "../../queryset/queryset.ts";
import type { Attribute, Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import { isPython } from "../is-python.ts";
import type { RuleContext } from "../rule-context.ts";
import { type UsesAtPlace, usesAskedOnce } from "./uses-of-rows.ts";

export type MethodCall = Call & { readonly function: Attribute };

export interface AskedBefore {
  readonly question: UsesAtPlace;
  /** `tasks.exists()`, `tasks.count()` */
  readonly call: MethodCall;
  /** The nodes around the call, the innermost last. */
  readonly around: readonly Node[];
  readonly module: Module;
  /** What fetches the rows, first to last. */
  readonly fetches: readonly Fetch[];
}

export interface Fetch {
  readonly use: RowsUse;
  /** The expression of the queryset: `tasks`. */
  readonly rows: Expression;
  readonly path: readonly Node[];
}

/** Operations after which a queryset holds its rows. */
export const keepsRows: ReadonlySet<string> = new Set(["iterate", "list", "len"]);

type AskingOperation = "exists" | "count";

const knownQuestions: Readonly<Record<AskingOperation, AnswersOf<readonly Fact[], readonly AskedBefore[]>>> =
  {
    exists: new AnswersOf(),
    count: new AnswersOf(),
  };

/** @param operation of the question */
export function askedBefore(context: RuleContext, operation: AskingOperation): readonly AskedBefore[] {
  return remembered(knownQuestions[operation], context.facts, () => {
    const fetching = fetchesIn(context);
    return usesAskedOnce(context, [operation]).flatMap(
      (question) => askedAt(context, question, fetching) ?? [],
    );
  });
}

interface Fetching {
  /** In Python, by file. */
  readonly byFile: ReadonlyMap<string, readonly UsesAtPlace[]>;
  /** What fetches all rows, by the queryset object. */
  readonly byResult: ReadonlyMap<ResultCache, readonly RowsUse[]>;
}

const known = new AnswersOf<readonly Fact[], Fetching>();

function fetchesIn(context: RuleContext): Fetching {
  return remembered(known, context.facts, () => {
    const groups = usesAskedOnce(context, [...keepsRows, "first", "get", "index", "last"]);
    const inPython = groups.filter(([{ location }]) => isPython(location));
    const ofAllRows = groups.flat().filter(({ operation }) => keepsRows.has(operation));
    return {
      byFile: groupBy(inPython, ([{ location }]) => location.path),
      byResult: groupBy(ofAllRows, ({ queryset }) => queryset.result),
    };
  });
}

function askedAt(
  { project }: RuleContext,
  question: UsesAtPlace,
  fetching: Fetching,
): AskedBefore | undefined {
  const [{ location }] = question;
  const module = isPython(location) ? project.program.moduleOfFile(location.path) : undefined;
  const path = module ? pathTo(module.file.tree, location.range) : [];
  const call = path.at(-1);
  if (!module || !call || !isMethodCall(call)) return undefined;
  const scope = path.findLast(
    (node): node is FunctionDef => isStatement(node) && node.kind === "FunctionDef",
  );
  if (!scope || question.some(({ inCoroutine }) => inCoroutine)) return undefined;
  const asking: Asking = { question, module, call, scope };
  const here = fetching.byFile.get(location.path) ?? [];
  const fetches = [
    ...here.flatMap((uses) => fetchedHere(asking, uses) ?? []),
    ...question.flatMap(({ queryset }) =>
      (fetching.byResult.get(queryset.result) ?? []).flatMap((use) => fetchedInCall(asking, use) ?? []),
    ),
  ];
  const sorted = fetches.sort((first, second) => first.rows.start - second.rows.start);
  const [first] = sorted;
  if (!first || mayChange(scope, { start: call.end, end: first.rows.start })) return undefined;
  return { question, call, around: path.slice(0, -1), module, fetches: sorted };
}

interface Asking extends Pick<AskedBefore, "question" | "module" | "call"> {
  readonly scope: FunctionDef;
}

function fetchedHere({ call, module, question, scope }: Asking, uses: UsesAtPlace): Fetch | undefined {
  const [use] = uses;
  const { range } = use.location;
  if (use.queryset.model !== question[0].queryset.model || !containsRange(scope, range)) return undefined;
  const inner = pathTo(module.file.tree, range);
  if (!isBehind(inner, call, range)) return undefined;
  const rows = rowsOf(inner.at(-1), use.operation);
  if (!rows || !isSame(module, call.function.value, rows)) return undefined;
  // A name may stand for another queryset by now.
  const isSameObject = uses.some(({ queryset: { result } }) =>
    question.some((each) => each.queryset.result === result),
  );
  return rows.kind !== "Name" || isSameObject ? { use, rows, path: inner } : undefined;
}

/** The function hands the same queryset to another one, or to a template, which fetches its rows. */
function fetchedInCall({ call, module, scope }: Asking, use: RowsUse): Fetch | undefined {
  const frame = use.calls.find(
    ({ location: { path, range } }) =>
      path === module.file.path && containsRange(scope, range) && range.start >= call.end,
  );
  const path = frame ? pathTo(module.file.tree, frame.location.range) : [];
  const rows = path.at(-1);
  return rows && isExpression(rows) && rows.kind === "Call" ? { use, rows, path } : undefined;
}

/** It runs after the question: also in `tasks.first() if tasks.exists() else None`. */
function isBehind(path: readonly Node[], call: MethodCall, range: TextRange): boolean {
  return (
    range.start >= call.end ||
    path.some(
      (node) =>
        "kind" in node &&
        node.kind === "Conditional" &&
        containsRange(node.test, call) &&
        containsRange(node.body, range),
    )
  );
}

function isMethodCall(node: Node): node is MethodCall {
  return isExpression(node) && node.kind === "Call" && node.function.kind === "Attribute";
}

function rowsOf(node: Node | undefined, operation: string): Expression | undefined {
  if (!node || !isExpression(node)) return undefined;
  switch (operation) {
    case "iterate":
    case "list":
      return node;
    case "len":
      return node.kind === "Call" ? node.arguments[0] : undefined;
    case "index":
      return node.kind === "Subscript" ? node.value : undefined;
    default:
      return isMethodCall(node) ? node : undefined;
  }
}

/** `tasks` and `tasks`; `Task.objects.filter(pk=key)` and `Task.objects.get(pk=key)`. */
function isSame(module: Module, asked: Expression, rows: Expression): boolean {
  const { text } = module.file;
  const codeOf = ({ start, end }: TextRange): string => text.slice(start, end).replace(/\s+/g, "");
  const code = codeOf(asked);
  if (!isMethodCall(rows)) return codeOf(rows) === code;
  const receiver = codeOf(rows.function.value);
  const { name } = rows.function.attribute;
  if (rows.arguments.length + rows.keywords.length === 0) return receiver === code || codeOf(rows) === code;
  const given = codeOf(rows.argumentsRange);
  return codeOf(rows) === code || (name === "get" && `${receiver}.filter${given}` === code);
}

/** Between the two something is called that may write, or a name is bound anew. */
function mayChange(scope: FunctionDef, between: TextRange): boolean {
  let found = false;
  walkExpressions(scope, (node) => {
    if (node.kind === "Call" && containsRange(between, node)) {
      const { function: callee } = node;
      const name =
        callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
      found ||= mayWrite.test(name);
    }
    return !found;
  });
  return found;
}
