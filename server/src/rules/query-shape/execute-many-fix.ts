/** `cursor.executemany(sql, [[…] for row in rows])` in place of a loop that does nothing else. */
import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { namesBoundIn } from "./loop-code.ts";
import type { SqlText } from "./sql-text.ts";

export function executeManyFix(
  { text: textOf }: RuleContext,
  { calls, location, node }: BlockingCall,
  { depth, statement: loop }: Loop,
  sql: SqlText,
): readonly Fix[] {
  const [statement, parameters, ...others] = node.arguments;
  const isWhole =
    loop.kind === "For" &&
    !loop.async &&
    loop.orElse.length === 0 &&
    loop.body.length === 1 &&
    loop.body.every((inner) => inner.kind === "ExpressionStatement" && inner.value === node);
  if (!isWhole || depth !== calls.length || node.function.kind !== "Attribute") return [];
  if (!statement || !parameters || others.length > 0 || node.keywords.length > 0 || !sql.isFixed) return [];
  // Rows that a statement gives are those of the last one alone.
  if (!/^\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql.text ?? "")) return [];
  const text = textOf(location.path);
  const bound = namesBoundIn(loop);
  let varies = false;
  walkExpressions(node.function, (part) => {
    varies ||= part.kind === "Name" && bound.has(part.name);
    return !varies;
  });
  const written = text.slice(loop.start, loop.end);
  if (varies || written.includes("#")) return [];
  const slice = ({ start, end }: { readonly start: number; readonly end: number }) => text.slice(start, end);
  const cursor = slice(node.function.value);
  const rows = `[${slice(parameters)} for ${slice(loop.target)} in ${slice(loop.iterable)}]`;
  const newText = `${cursor}.executemany(${slice(statement)}, ${rows})`;
  return [
    {
      title: 'Use "executemany()"',
      safety: "suggestion",
      preferred: true,
      edits: [{ path: location.path, range: { start: loop.start, end: loop.end }, newText }],
    },
  ];
}
