/** Moves a query in front of the loop in whose rounds it is the same. */
import { containsRange, type Location } from "../../base/text-range.ts";
import { snakeCase, unusedName } from "../../edits/names.ts";
import { indentationAt, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import { synchronousName } from "../../queryset/operations.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, For, FunctionDef, Statement } from "../../syntax/ast.ts";
import { isGuarded } from "../../syntax/guarded-expression.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { isStatement, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { testsBefore } from "../tests-before.ts";
import { type LoopCode, namesBoundIn } from "./loop-code.ts";

export function hoistFix(
  context: RuleContext,
  code: LoopCode,
  node: Expression,
  { path }: Location,
  queryset: Queryset,
): readonly Fix[] {
  const module = context.project.program.moduleOfFile(path);
  if (!module) return [];
  const { text, tree } = module.file;
  const bound = namesBoundIn(code);
  // A queryset that the round has built before stays behind.
  if (someName(node, (name) => bound.has(name))) return [];
  const around = pathTo(tree, node);
  const loop = around.indexOf(code);
  const statement = around.slice(0, code.kind === "For" ? loop + 1 : loop).findLast(isStatement);
  const scope = around.findLast(
    (each): each is FunctionDef => isStatement(each) && each.kind === "FunctionDef",
  );
  if (!statement || !startsLine(text, statement.start) || isElif(text, statement)) return [];
  if (code.kind === "For" && isNeededBefore(code, node)) return [];
  const inner = around.slice(loop + 1).find(isStatement);
  const written = text.slice(node.start, node.end);
  if (inner?.kind === "Assign" && inner.value === node && code.kind === "For" && code.body.includes(inner)) {
    return moved(path, text, statement, inner, code.body.length, mayRaise(node));
  }
  if (written.includes("\n") || isGuarded(around.slice(loop + 1))) return [];
  const taken = new Set<string>();
  walk(scope ?? tree, (each) => {
    if ("kind" in each && each.kind === "Name") taken.add(each.name);
    return true;
  });
  const base = snakeCase(queryset.model.name);
  const name = unusedName(taken, [`${base}_query`, `${base}_rows`]);
  const { start, end } = node;
  const edits = [
    lineBefore(text, statement, `${name} = ${written}`),
    { range: { start, end }, newText: name },
  ];
  return [fix(path, edits, mayRaise(node))];
}

/**
 * What the query is made of may not be there where a condition in the loop does not hold (`if project:`), or it raises
 * what the round takes.
 */
function isNeededBefore({ body }: For, node: Expression): boolean {
  const isTested = testsBefore(body, node).some(({ test }) =>
    someName(test, (name) => someName(node, (used) => used === name)),
  );
  const isTried = someBlockStatement(
    body,
    (statement) => statement.kind === "Try" && statement.body.some((part) => containsRange(part, node)),
  );
  return isTested || (isTried && mayRaise(node));
}

/** `get()`, `[0]`: they raise where there is no such row, which nobody asks for where the loop has no round. */
function mayRaise(node: Expression): boolean {
  switch (node.kind) {
    case "Await":
      return mayRaise(node.value);
    case "Subscript":
      return node.index.kind !== "Slice";
    case "Call": {
      const { function: callee } = node;
      if (callee.kind === "Name") return raising.has(callee.name);
      return (
        callee.kind === "Attribute" &&
        (raising.has(synchronousName(callee.attribute.name)) || mayRaise(callee.value))
      );
    }
    case "Attribute":
      return mayRaise(node.value);
    default:
      return false;
  }
}

const raising: ReadonlySet<string> = new Set([
  ...["get", "earliest", "latest"],
  ...["get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"],
]);

function fix(
  path: string,
  edits: readonly { readonly range: { start: number; end: number }; readonly newText: string }[],
  raises: boolean,
): Fix {
  return {
    title: `Move the query in front of the loop (sent${raises ? ", and raises where no row matches," : ""} also where the loop has no round)`,
    safety: raises ? "suggestion" : "unsafe",
    preferred: true,
    edits: edits.map((edit) => ({ path, ...edit })),
  };
}

/** The whole line `staff = User.objects.filter(…)`, with the comments above it. */
function moved(
  path: string,
  text: string,
  loop: Statement,
  inner: Statement,
  statements: number,
  raises: boolean,
): readonly Fix[] {
  const written = text.slice(inner.start, inner.end);
  const lineEnd = text.indexOf("\n", inner.end);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const isAlone = text.slice(inner.end, end).trim() === "" && startsLine(text, inner.start);
  if (statements < 2 || written.includes("\n") || !isAlone) return [];
  const comments: string[] = [];
  let start = startOfLine(text, inner.start);
  while (start > 0) {
    const above = startOfLine(text, start - 1);
    const line = text.slice(above, start).trim();
    if (!line.startsWith("#")) break;
    comments.unshift(line);
    start = above;
  }
  const lines = [...comments, written].join(`\n${indentationAt(text, loop.start)}`);
  return [
    fix(
      path,
      [lineBefore(text, loop, lines), { range: { start, end: lineEnd < 0 ? end : end + 1 }, newText: "" }],
      raises,
    ),
  ];
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function someName(node: Expression, fits: (name: string) => boolean): boolean {
  let found = false;
  walkExpressions(node, (part) => {
    if (part.kind === "Name" && fits(part.name)) found = true;
    return !found;
  });
  return found;
}

function isElif(text: string, { start }: Statement): boolean {
  return text.startsWith("elif", start);
}
