/** One query in place of several in a function: its result gets a name before the first of them. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { unusedName } from "../../edits/names.ts";
import { lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { RepeatedQuery } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { isGuarded } from "../../syntax/guarded-expression.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";
import { storedNames } from "./stored-name.ts";

export function repeatedInPython(
  context: RuleContext,
  query: RepeatedQuery,
  others: readonly Location[],
): readonly Fix[] {
  const { location } = query.first;
  const code = codeAround(context, location);
  if (!code) return [];
  const ranges = [location.range, ...others.map(({ range }) => range)];
  const statement = statementBefore(code.scope.body, ranges);
  // Before the statement the names have to stand for the same objects already.
  if (!statement || namesOf(query.first.node).some((each) => bindingsOf(statement, each).length > 0))
    return [];
  const { text } = code.module.file;
  // `exists() and get()`: in front of the statement it would raise where it is not even asked now.
  const around = pathTo(code.module.file.tree, query.first.node);
  if (isGuarded(around.slice(around.indexOf(statement)))) return [];
  if (!startsLine(text, statement.start)) return [];
  const name = unusedName(namesIn(code.scope), storedNames(query));
  const value = text.slice(location.range.start, location.range.end);
  const line = lineBefore(text, statement, `${name} = ${value}`);
  const { path } = location;
  return [
    {
      title: `Store it in "${name}"`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, ...line }, ...ranges.map((range) => ({ path, range, newText: name }))],
    },
  ];
}

/** The statement with the first of the ranges, in the innermost block that holds all of them. */
function statementBefore(block: readonly Statement[], ranges: readonly TextRange[]): Statement | undefined {
  for (const statement of block) {
    for (const inner of innerBlocks(statement)) {
      if (ranges.every((range) => inner.some((candidate) => containsRange(candidate, range)))) {
        return statementBefore(inner, ranges);
      }
    }
  }
  const [first] = ranges;
  return first && block.find((statement) => containsRange(statement, first));
}

function namesOf(node: Expression): readonly string[] {
  const names: string[] = [];
  walkExpressions(node, (part) => {
    if (part.kind === "Name") names.push(part.name);
    return true;
  });
  return names;
}

/** Names that the function uses for something else. */
function namesIn(scope: FunctionDef): ReadonlySet<string> {
  const names = new Set([...boundNames(scope.body), ...scope.parameters.map(({ name }) => name)]);
  walkExpressions(scope, (node) => {
    if (node.kind === "Name") names.add(node.name);
    return true;
  });
  return names;
}
