import { groupBy } from "../../base/group-by.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import { removeStatement } from "../../edits/remove-statement.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { FunctionDef, ModuleTree, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { isExpression, isStatement, type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import { callsLibrary } from "../calls-library.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround, usesOf } from "../writes/syntax-queries.ts";

export const deadQuery: FactRule = {
  kind: "facts",
  code: "QS231",
  name: "dead-query",
  summary: "The result of a query is never used",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const uses = factsOfKind(context.facts, "rowsUse").filter(
      ({ location, operation, queryset, root }) =>
        operations.has(operation) &&
        !queryset.locksRows &&
        !queryset.unknownOperations &&
        root.context !== "test" &&
        isPython(location),
    );
    return [...groupBy(uses, ({ location }) => placeKey(location)).values()].flatMap(
      (group) => findingAt(context, group) ?? [],
    );
  },
};

/** They raise nothing where there is no row: whoever asks wants the answer. */
const operations: ReadonlySet<string> = new Set([
  ...["list", "len", "count", "exists", "first", "last", "aggregate", "in_bulk"],
]);

interface Dead {
  readonly statement: Statement;
  /** The name that gets the answer; undefined where nothing does. */
  readonly name: string | undefined;
  /** The name gets another value before anything reads it. */
  readonly replacedBy: Statement | undefined;
}

function findingAt(context: RuleContext, group: readonly [RowsUse, ...RowsUse[]]): Finding | undefined {
  const [use] = group;
  const { location, queryset, symbol } = use;
  // A queryset that has its rows already sends nothing.
  if (group.some(({ fromCache }) => fromCache)) return undefined;
  const module = context.project.program.moduleOfFile(location.path);
  const dead = module && deadAt(context.project.program, module, use);
  if (!module || !dead) return undefined;
  const { name, replacedBy, statement } = dead;
  const text = module.file.text.slice(statement.start, statement.end).replace(/\s+/g, " ");
  return {
    ...findingBase(deadQuery),
    level: levelInRoots(context, deadQuery.level, group),
    remedy: "dead-query",
    confidence: atMostHigh(classOf(scoreOfQueryset(queryset))),
    message: `"${text}" sends a query, and nothing uses ${name === undefined ? "the answer" : `"${name}"`}${replacedBy ? " before it gets another value" : ""}.`,
    help: "Leave it out.",
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(use),
      { message: `Queries ${queryset.model.name}: ${use.text}`, location },
      ...(replacedBy
        ? [
            {
              message: "Gets another value here",
              location: { path: location.path, range: rangeOf(replacedBy) },
            },
          ]
        : []),
    ],
    fixes: fixesOf(module, statement),
  };
}

function rangeOf({ end, start }: TextRange): TextRange {
  return { start, end };
}

function deadAt(program: PythonProgram, module: Module, { location, operation }: RowsUse): Dead | undefined {
  const { tree } = module.file;
  const scope = functionAround(tree, location.range);
  const path = withoutWrapper(pathTo(tree, location.range), operation);
  const value = path?.at(-1);
  const statement = path?.at(-2);
  if (!scope || !value || !statement || !isStatement(statement)) return undefined;
  if (isTimed(program, module, blockOf(tree, statement), statement)) return undefined;
  if (statement.kind === "ExpressionStatement") {
    // A function that does nothing else is there to send it.
    if (withoutDocstring(scope.body).every((each) => each === statement)) return undefined;
    // Whoever handles an exception asks whether the query can be sent: a check of the service's health.
    if (path?.some((node) => isStatement(node) && node.kind === "Try")) return undefined;
    if (fillsCache(value, operation) || isPing(value, operation)) return undefined;
    return { statement, name: undefined, replacedBy: undefined };
  }
  if (statement.kind !== "Assign" || statement.value !== value) return undefined;
  const [target, ...others] = statement.targets;
  if (target?.kind !== "Name" || others.length > 0 || target.name.startsWith("_")) return undefined;
  const { name } = target;
  if (fillsCache(value, operation) || isNamedElsewhere(scope, name)) return undefined;
  const reads = usesOf(scope, name).filter((each) => !isTarget(scope, each));
  if (reads.length === 0) return { statement, name, replacedBy: undefined };
  const replacedBy = replacementOf(tree, statement, name, reads);
  return replacedBy && { statement, name, replacedBy };
}

function withoutDocstring(body: readonly Statement[]): readonly Statement[] {
  return body.filter((each) => !(each.kind === "ExpressionStatement" && each.value.kind === "StringLiteral"));
}

/** `start = time.monotonic()` before it, and the clock again behind it: how long it takes is the answer. */
function isTimed(
  program: PythonProgram,
  module: Module,
  block: readonly Statement[],
  statement: Statement,
): boolean {
  const index = block.indexOf(statement);
  const readsClock = (each: Statement | undefined): boolean =>
    each !== undefined && callsLibrary(program, module, each, clocks);
  return readsClock(block[index - 1]) && readsClock(block[index + 1]);
}

const clocks =
  /^(?:time\.(?:time|monotonic|perf_counter|process_time)(?:_ns)?|datetime\.datetime\.(?:now|utcnow)|django\.utils\.timezone\.now)$/;

/** From the rows to `list(rows)` or `await …`, which is what the statement has. */
function withoutWrapper(path: readonly Node[], operation: string): readonly Node[] | undefined {
  const last = path.at(-1);
  if (!last || !isExpression(last)) return undefined;
  const inner = operation === "list" ? path.slice(0, -1) : path;
  const parent = inner.at(-2);
  return parent && isExpression(parent) && parent.kind === "Await" ? inner.slice(0, -1) : inner;
}

/** `list(tasks)`: the queryset that has a name keeps the rows, for whoever asks it later. */
function fillsCache(value: Node, operation: string): boolean {
  if (operation !== "list" && operation !== "len") return false;
  const rows = "kind" in value && value.kind === "Call" ? value.arguments[0] : undefined;
  return rows?.kind !== "Call";
}

/** `User.objects.exists()`: whether a table has any rows at all matters to nobody, whether the database answers does. */
function isPing(value: Node, operation: string): boolean {
  if (operation !== "exists" || !("kind" in value)) return false;
  const call = value.kind === "Await" ? value.value : value;
  return (
    call.kind === "Call" && call.function.kind === "Attribute" && call.function.value.kind === "Attribute"
  );
}

/** Other code may see the name, or gives it its value: a closure, `locals()`, a loop. */
function isNamedElsewhere(scope: FunctionDef, name: string): boolean {
  let isSeen = bindingsOf(scope, name).some(({ kind }) => kind !== "assignment");
  walkExpressions(scope, (node) => {
    isSeen ||= node.kind === "Call" && node.function.kind === "Name" && seeing.has(node.function.name);
    return !isSeen;
  });
  return isSeen;
}

const seeing: ReadonlySet<string> = new Set(["locals", "vars", "eval", "exec"]);

function isTarget(scope: FunctionDef, { end, name, start }: TextRange & { readonly name: string }): boolean {
  return bindingsOf(scope, name).some(
    (binding) =>
      binding.kind === "assignment" &&
      binding.statement.kind === "Assign" &&
      binding.statement.targets.some((target) => target.start === start && target.end === end),
  );
}

/** The next statement of the block that binds the name, where nothing before its end reads it. */
function replacementOf(
  tree: ModuleTree,
  statement: Statement,
  name: string,
  reads: readonly TextRange[],
): Statement | undefined {
  const path = pathTo(tree, statement);
  // Whoever handles an exception may read it.
  if (path.some((node) => isStatement(node) && node.kind === "Try")) return undefined;
  const block = blockOf(tree, statement);
  const following = block.slice(block.indexOf(statement) + 1);
  for (const next of following) {
    if (reads.some((read) => containsRange(next, read))) return undefined;
    if (next.kind === "Assign" && next.targets.some((each) => each.kind === "Name" && each.name === name))
      return next;
    if (next.kind !== "Assign" && next.kind !== "ExpressionStatement") return undefined;
  }
  return undefined;
}

function blockOf(tree: ModuleTree, statement: Statement): readonly Statement[] {
  const around = pathTo(tree, statement).findLast(
    (node): node is Statement => isStatement(node) && node !== statement,
  );
  const isScope = around?.kind === "FunctionDef" || around?.kind === "ClassDef";
  const blocks = isScope ? [around.body] : around ? innerBlocks(around) : [tree.body];
  return blocks.find((block) => block.includes(statement)) ?? [];
}

function fixesOf({ file: { path, text, tree } }: Module, statement: Statement): readonly Fix[] {
  const edit = removeStatement(text, statement, blockOf(tree, statement));
  if (!edit) return [];
  return [{ title: "Remove the query", safety: "unsafe", preferred: true, edits: [{ path, ...edit }] }];
}
