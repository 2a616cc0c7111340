/** `exists()` in place of a number that is only compared. */
import type { Call, Expression } from "../../syntax/ast.ts";
import type { FileEdit, Fix } from "../finding.ts";
import type { PythonQuestion } from "./question-in-python.ts";
import { isCallOf } from "./rows-in-python.ts";

/** The other side of a comparison and its operator, or `bool(`: nothing that an edit may not take away. */
const textBefore = /^(?:bool\(\s*|[\s\d<>=!]*)(await\s+)?$/;
const textBehind = /^(?:\s*,?\s*\)|[\s\d<>=!]*)$/;

export function existenceFix(path: string, text: string, asked: PythonQuestion): readonly Fix[] {
  const { asked: call, negation, question, whole } = asked;
  const changes = existenceCall(text, call);
  const before = textBefore.exec(text.slice(whole.start, call.start));
  if (!changes || !before || !textBehind.test(text.slice(call.end, whole.end))) return [];
  const end = call.start - (before[1]?.length ?? 0);
  const isNone = question === "none";
  // `not tasks.count() == 0` is `tasks.exists()`.
  const isTwofold = isNone && negation && /^not\s+$/.test(text.slice(negation.start, whole.start));
  const edits: readonly Change[] = [
    {
      range: { start: isTwofold ? negation.start : whole.start, end },
      newText: isNone && !isTwofold ? "not " : "",
    },
    ...changes,
    { range: { start: call.end, end: whole.end }, newText: "" },
  ];
  return [
    {
      title: 'Use "exists()"',
      safety: "safe",
      preferred: true,
      edits: edits
        .filter(({ newText, range }) => newText !== "" || range.start < range.end)
        .map((edit) => ({ path, ...edit })),
    },
  ];
}

type Change = Omit<FileEdit, "path">;

function existenceCall(
  text: string,
  { arguments: args, function: callee, ...call }: Call,
): readonly Change[] | undefined {
  if (callee.kind === "Attribute") {
    const { attribute } = callee;
    return [{ range: attribute, newText: attribute.name === "acount" ? "aexists" : "exists" }];
  }
  const [argument] = args;
  const value = argument && insideOfLists(argument);
  if (!value || !isPostfix(value)) return undefined;
  const opening = { start: call.start, end: value.start };
  const closing = { start: value.end, end: call.end };
  const isPlain =
    /^len\(\s*(?:(?:list|tuple)\(\s*)*$/.test(text.slice(opening.start, opening.end)) &&
    /^(?:\s*,?\s*\))+$/.test(text.slice(closing.start, closing.end));
  return isPlain
    ? [
        { range: opening, newText: "" },
        { range: closing, newText: ".exists()" },
      ]
    : undefined;
}

/** A method can be called on it without parentheses around it. */
function isPostfix({ kind }: Expression): boolean {
  return kind === "Name" || kind === "Attribute" || kind === "Call" || kind === "Subscript";
}

/** `tasks.count() > 1` → `tasks.all()[:2].count() > 1`: two rows are enough to know. */
export function severalFix(path: string, text: string, { asked }: PythonQuestion): readonly Fix[] {
  const { arguments: args, function: callee } = asked;
  const [argument] = args;
  const queryset = callee.kind === "Attribute" ? callee.value : argument && insideOfLists(argument);
  if (!queryset || !isPostfix(queryset)) return [];
  // Behind parentheses that stand around it, too.
  const place = callee.kind === "Attribute" ? text.lastIndexOf(".", callee.attribute.start) : queryset.end;
  return [
    {
      title: "Count at most two rows",
      safety: "suggestion",
      preferred: false,
      edits: [
        {
          path,
          range: { start: place, end: place },
          // A manager has no slices.
          newText: queryset.kind === "Call" ? "[:2]" : ".all()[:2]",
        },
      ],
    },
  ];
}

/** `tasks` of `list(tasks)` */
export function insideOfLists(node: Expression): Expression {
  const [rows] = isCallOf(node, ["list", "tuple"]) && node.arguments.length === 1 ? node.arguments : [];
  return rows ? insideOfLists(rows) : node;
}
