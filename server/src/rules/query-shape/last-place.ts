/** The last row by the number of rows. */
import type { TextRange } from "../../base/text-range.ts";
import type { Subscript } from "../../syntax/ast.ts";
import { isExpression } from "../../syntax/walk.ts";
import { countedBy, type FetchedRows } from "./rows-in-python.ts";

/** `tasks[len(tasks) - 1]`, where the rows are those of the same expression. */
export function lastPlace({ around, module, whole }: FetchedRows): Subscript | undefined {
  const [place, difference, call] = around.slice(-3);
  if (!call || countedBy(call) !== whole || !place || !isExpression(place) || place.kind !== "Subscript") {
    return undefined;
  }
  if (!difference || !isExpression(difference) || difference.kind !== "BinaryOperation") return undefined;
  const { left, operator, right } = difference;
  if (operator !== "-" || left !== call || right.kind !== "NumberLiteral" || right.value !== 1)
    return undefined;
  const codeOf = ({ end, start }: TextRange): string =>
    module.file.text.slice(start, end).replace(/\.all\(\)$/, "");
  return codeOf(place.value) === codeOf(whole) ? place : undefined;
}
