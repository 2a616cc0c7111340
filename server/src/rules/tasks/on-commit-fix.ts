/** Starting a task when the transaction has been committed. */
import { atLeast } from "../../django/version.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Call, ModuleTree } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { importInto } from "../writes/name-in-function.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import type { Transaction } from "./transaction-around.ts";

/**
 * None where the result is used, where an error of the queue is handled, in coroutines, and where the function means
 * something else by the names that are needed.
 *
 * @param onCommit the task's own method for it, where it has one
 */
export function onCommitFixes(
  context: RuleContext,
  { location: { path }, statement }: Pick<TaskStart, "location" | "statement">,
  { using }: Transaction,
  onCommit: string | undefined,
  node: Call,
): readonly Fix[] {
  const module = context.project.program.moduleOfFile(path);
  const callee = node.function;
  const isAlone = statement?.kind === "ExpressionStatement" && statement.value === node;
  if (!module || callee.kind !== "Attribute" || !isAlone || mayBeHandled(module.file.tree, node)) return [];
  if (onCommit !== undefined && !using) {
    const { start, end } = callee.attribute;
    return [fix(`Start it with ${onCommit}()`, [{ path, range: { start, end }, newText: onCommit }])];
  }
  const { text } = module.file;
  const given = text.slice(node.argumentsRange.start + 1, node.argumentsRange.end - 1);
  const hasArguments = node.arguments.length + node.keywords.length > 0;
  const database = using ? `, using=${text.slice(using.start, using.end)}` : "";
  // A comment alone would end up where the argument has to be.
  if (!hasArguments && given.trim() !== "") return [];
  // Before Django 1.9, nothing waits for the commit.
  if (!atLeast(context.django, 1, 9)) return [];
  const inside = functionAround(module.file.tree, node);
  const transaction = importInto(module.file, inside, "django.db", "transaction");
  const partial = hasArguments ? importInto(module.file, inside, "functools", "partial") : undefined;
  if (!transaction || (hasArguments && !partial)) return [];
  // The function stands where the first argument stood, on a line of its own.
  const lineBreak = /^\s*\n[ \t]*/.exec(given)?.[0] ?? "";
  const startOfCall = `${transaction.expression}.on_commit(`;
  const edits = hasArguments
    ? [
        {
          range: { start: node.start, end: node.start },
          newText: `${startOfCall}${partial?.expression}(${lineBreak}`,
        },
        {
          range: { start: node.argumentsRange.start, end: node.argumentsRange.start + 1 },
          newText: /^\s/.test(given) ? "," : ", ",
        },
        { range: { start: node.end, end: node.end }, newText: `${database})` },
      ]
    : [
        { range: { start: node.start, end: node.start }, newText: startOfCall },
        { range: node.argumentsRange, newText: `${database})` },
      ];
  const all = [...transaction.edits, ...(partial?.edits ?? []), ...edits];
  return [
    fix(
      "Start it with transaction.on_commit()",
      all.map((edit) => ({ path, ...edit })),
    ),
  ];
}

function fix(title: string, edits: Fix["edits"]): Fix {
  return { title, safety: "unsafe", preferred: true, edits };
}

/** Behind the commit, nobody is there to handle an error of the queue; a coroutine cannot wait for it either. */
function mayBeHandled(tree: ModuleTree, node: Call): boolean {
  const path = pathTo(tree, node);
  const own = path.findLastIndex((each) => "kind" in each && each.kind === "FunctionDef");
  const around = path[own];
  return (
    (around !== undefined && "kind" in around && around.kind === "FunctionDef" && around.async) ||
    path.slice(own + 1).some((each) => "kind" in each && each.kind === "Try" && each.handlers.length > 0)
  );
}
