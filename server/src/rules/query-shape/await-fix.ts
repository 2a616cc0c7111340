/** The asynchronous form of a query that stands in a coroutine. */
import type { TextRange } from "../../base/text-range.ts";
import { atLeast } from "../../django/version.ts";
import type { CoroutineQuery } from "../../interpret/facts.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Call } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, pathTo } from "../../syntax/walk.ts";
import type { FileEdit, Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";

type Change = Omit<FileEdit, "path">;

export function awaitFix(context: RuleContext, { location, node }: CoroutineQuery): readonly Fix[] {
  const module = context.project.program.moduleOfFile(location.path);
  if (!module || !atLeast(context.django, 4, 1)) return [];
  const path = pathTo(module.file.tree, node);
  const around = path.slice(0, -1);
  if (!standsInCoroutine(around)) return [];
  const edits =
    iterated(module.file.text, around, node) ??
    (node.kind === "Call" ? awaited(context, around, node) : undefined);
  return edits
    ? [
        {
          title: "Use the asynchronous form (others may run meanwhile)",
          safety: "unsafe",
          preferred: true,
          edits: edits.map((edit) => ({ path: location.path, ...edit })),
        },
      ]
    : [];
}

/** Neither in a lambda nor in a generator expression, of which `await` would make another one. */
function standsInCoroutine(around: readonly Node[]): boolean {
  const inner = around.findLast(
    (node) =>
      (isStatement(node) && (node.kind === "FunctionDef" || node.kind === "ClassDef")) ||
      (isExpression(node) &&
        (node.kind === "Lambda" || (node.kind === "Comprehension" && node.form === "generator"))),
  );
  return inner !== undefined && isStatement(inner) && inner.kind === "FunctionDef" && inner.async;
}

/** `for task in tasks:` → `async for task in tasks:` */
function iterated(text: string, around: readonly Node[], node: TextRange): readonly Change[] | undefined {
  const parent = around.at(-1);
  if (!parent || !isStatement(parent) || parent.kind !== "For" || parent.async) return undefined;
  const isIterable = parent.iterable.start === node.start && parent.iterable.end === node.end;
  if (!isIterable || !text.startsWith("for", parent.start)) return undefined;
  return [insertion(parent.start, "async ")];
}

/** `Task.objects.get(pk=pk)` → `await Task.objects.aget(pk=pk)` */
function awaited(
  { django }: RuleContext,
  around: readonly Node[],
  { function: callee, ...call }: Call,
): readonly Change[] | undefined {
  if (callee.kind !== "Attribute") return undefined;
  const { name, start } = callee.attribute;
  const isOfRow = name === "save" || name === "refresh_from_db" || name === "delete";
  // Rows and related managers got theirs later than querysets.
  if (!(isOfRow || hasAsynchronousForm(name)) || ((isOfRow || isOfRelation(name)) && !atLeast(django, 4, 2)))
    return undefined;
  const parent = around.at(-1);
  const isFollowed =
    parent !== undefined &&
    isExpression(parent) &&
    ((parent.kind === "Attribute" && parent.value.end === call.end) ||
      (parent.kind === "Subscript" && parent.value.end === call.end) ||
      (parent.kind === "Call" && parent.function.end === call.end));
  return [
    insertion(call.start, isFollowed ? "(await " : "await "),
    insertion(start, "a"),
    ...(isFollowed ? [insertion(call.end, ")")] : []),
  ];
}

function isOfRelation(name: string): boolean {
  return ["add", "remove", "set", "clear"].includes(name);
}

function hasAsynchronousForm(name: string): boolean {
  const operation = querysetOperation(name);
  switch (operation?.kind) {
    case "instance":
    case "scalar":
    case "inBulk":
    case "write":
      return true;
    default:
      return false;
  }
}

function insertion(offset: number, newText: string): Change {
  return { range: { start: offset, end: offset }, newText };
}
