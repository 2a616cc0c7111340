import { lineIndexOf } from "../base/line-index.ts";
import { containsRange, rangesOverlap, type TextRange } from "../base/text-range.ts";
import type { NameBinding } from "../python/name-binding.ts";
import { textOf } from "../python/name-definition.ts";
import { definitionOf } from "../python/name-scopes.ts";
import type { Expression, Statement } from "../syntax/ast.ts";
import { returnedValues } from "../syntax/returned-values.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isStatement, pathTo, walk, walkExpressions } from "../syntax/walk.ts";
import { bindingsOf } from "./local-names.ts";
import { type QuerysetCall, querysetCalls } from "./queryset-calls.ts";
import { isWholeQueryset, mayBeQueryset, querysetPart } from "./queryset-syntax.ts";

/** An expression whose SQL is asked for, with what the code around it says about its names. */
export interface QuerysetExpression {
  readonly range: TextRange;
  readonly text: string;
  /** To be evaluated in this order before the expression. */
  readonly bindings: readonly NameBinding[];
  /** The calls by which it is made, in the order of the text. */
  readonly calls: readonly QuerysetCall[];
}

/** Every expression of the file that is or runs a queryset; those inside another one's arguments are part of it. */
export function querysetsIn(file: SourceFile): readonly QuerysetExpression[] {
  return outermostParts(file, () => true)
    .filter((part) => part.kind !== "Name")
    .map((part) => describe(file, part));
}

/**
 * The querysets on a line: the outermost that touch it, else those of the statement around it, else calls that may be
 * queries, else the call whose value the statement uses. A name counts where the function shows that it stands for a queryset.
 * @param line zero-based
 */
export function querysetsOnLine(file: SourceFile, line: number): readonly QuerysetExpression[] {
  const lines = lineIndexOf(file.text);
  if (line < 0 || line >= lines.lineCount) return [];
  const range = trimmed(file.text, { start: lines.lineStart(line), end: lines.lineEnd(line) });
  if (range === undefined) return [];
  const touches = (part: Expression) => rangesOverlap(part, range);
  const touching = outermostParts(file, touches, touches);
  const header = headerAround(file, range);
  const inHeader = (part: Expression) => header !== undefined && containsRange(header, part);
  const found =
    touching.length > 0
      ? touching
      : outermostParts(file, inHeader, (part) => header !== undefined && rangesOverlap(part, header));
  const calls = found.length > 0 ? found : outermostCalls(file, touches);
  const perhaps = calls.length > 0 ? calls : calledFor(file, range);
  if (perhaps.length === 0) return returnedQuerysets(file, range).map((part) => describe(file, part));
  return chainsBeforeNames(perhaps).map((part) => describe(file, part));
}

/**
 * The queryset that a cursor or a selection means. A selection that is an expression is taken as it is;
 * a cursor means the outermost queryset around it, else the first on its line.
 */
export function querysetAt(file: SourceFile, selection: TextRange): QuerysetExpression | undefined {
  const range = selection.start === selection.end ? selection : trimmed(file.text, selection);
  if (range === undefined) return undefined;
  if (range.start < range.end) {
    const selected =
      expressionOf(file, range) ?? outermostParts(file, (part) => containsRange(range, part))[0];
    if (selected !== undefined) return describe(file, selected);
  }
  const around = outermostParts(
    file,
    (part) => containsRange(part, range),
    (expression) => containsRange(expression, range),
  )[0];
  if (around !== undefined) return describe(file, around);
  return querysetsOnLine(file, lineIndexOf(file.text).positionAt(range.start).line)[0];
}

function describe(file: SourceFile, expression: Expression): QuerysetExpression {
  return {
    range: { start: expression.start, end: expression.end },
    text: textOf(file, expression),
    bindings: bindingsOf(file, expression),
    calls: querysetCalls(file, expression),
  };
}

/** @param mayHold whether an expression can have an accepted part */
function outermostParts(
  file: SourceFile,
  accept: (part: Expression) => boolean,
  mayHold: (expression: Expression) => boolean = () => true,
): readonly Expression[] {
  const targets = assignmentTargets(file);
  const parts: Expression[] = [];
  walkExpressions(file.tree, (expression) => {
    if (targets.has(expression) || !mayHold(expression)) return false;
    const part = querysetPart(expression, (name) => standsForQueryset(file, name, expression));
    if (part === undefined) return undefined;
    if (accept(part.expression)) parts.push(part.expression);
    return false;
  });
  return parts;
}

/** Calls that may be queries, for want of better: the compiler finds out. */
function outermostCalls(file: SourceFile, accept: (call: Expression) => boolean): readonly Expression[] {
  const calls: Expression[] = [];
  walkExpressions(file.tree, (expression) => {
    if (!mayBeQueryset(expression) || !accept(expression)) return undefined;
    calls.push(expression);
    return false;
  });
  return calls;
}

/** The call whose value a statement assigns, returns or loops over: a function or method of the project's own. */
function calledFor(file: SourceFile, range: TextRange): readonly Expression[] {
  const statement = pathTo(file.tree, range).filter(isStatement).at(-1);
  const value = statement && headerAround(file, range) && usedValue(statement);
  const call = value?.kind === "Await" ? value.value : value;
  return call?.kind === "Call" ? [call] : [];
}

function usedValue(statement: Statement): Expression | undefined {
  switch (statement.kind) {
    case "Assign":
    case "AnnAssign":
    case "Return":
      return statement.value;
    case "For":
      return statement.iterable;
    default:
      return undefined;
  }
}

/** On the line of `def get_queryset(self):`, what the function returns; the last one first, which most ways lead to. */
function returnedQuerysets(file: SourceFile, range: TextRange): readonly Expression[] {
  const statement = pathTo(file.tree, range).filter(isStatement).at(-1);
  if (statement?.kind !== "FunctionDef" || headerAround(file, range) === undefined) return [];
  return returnedValues(statement)
    .filter((value) => isQuerysetValue(file, value))
    .reverse();
}

function isQuerysetValue(file: SourceFile, value: Expression): boolean {
  if (
    value.kind === "Call" &&
    value.function.kind === "Attribute" &&
    value.function.attribute.name === "get_queryset"
  )
    return true;
  return isWholeQueryset(value, (name) => standsForQueryset(file, name, value));
}

/** What is written to is no queryset that is read. */
function assignmentTargets(file: SourceFile): ReadonlySet<Expression> {
  const targets = new Set<Expression>();
  walk(file.tree, (node) => {
    if (!isStatement(node)) return undefined;
    for (const target of targetsOf(node)) targets.add(target);
    return undefined;
  });
  return targets;
}

function targetsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "Assign":
    case "Delete":
      return statement.targets;
    case "AnnAssign":
      return [statement.target, statement.annotation];
    case "AugAssign":
    case "For":
      return [statement.target];
    case "With":
      return statement.items.flatMap(({ target }) => target ?? []);
    case "FunctionDef":
      return statement.decorators;
    default:
      return [];
  }
}

const usualNames: ReadonlySet<string> = new Set(["queryset", "qs"]);
const querysetAnnotation = /\b\w*(?:QuerySet|Manager)\b/;

function standsForQueryset(
  file: SourceFile,
  name: string,
  use: TextRange,
  visited: ReadonlySet<number> = new Set(),
): boolean {
  const definition = definitionOf(file, name, use);
  if (definition === undefined || visited.has(definition.start)) return false;
  const { binding, value, start } = definition;
  switch (binding.kind) {
    case "assignment": {
      if (value === undefined) return false;
      const seen = new Set([...visited, start]);
      return isWholeQueryset(value, (inner) => standsForQueryset(file, inner, value, seen));
    }
    case "parameter":
      return usualNames.has(name) || querysetAnnotation.test(binding.annotation ?? "");
    case "receiver":
    case "loopVariable":
    case "import":
    case "unknown":
      return false;
  }
}

function chainsBeforeNames(parts: readonly Expression[]): readonly Expression[] {
  const chains = parts.filter((part) => part.kind !== "Name");
  return chains.length > 0 ? chains : parts;
}

/** The innermost statement around a range; of a compound statement what stands before its colon. */
function headerAround(file: SourceFile, range: TextRange): TextRange | undefined {
  const statement = pathTo(file.tree, range).filter(isStatement).at(-1);
  if (statement === undefined) return undefined;
  const end = headerEnd(statement);
  return range.start <= end ? { start: statement.start, end } : undefined;
}

function headerEnd(statement: Statement): number {
  switch (statement.kind) {
    case "FunctionDef":
    case "ClassDef":
      return statement.bodyRange.start;
    case "For":
      return statement.iterable.end;
    case "If":
    case "While":
      return statement.test.end;
    case "With":
      return Math.max(...statement.items.map(({ context }) => context.end));
    case "Match":
      return statement.subject.end;
    case "Try":
      return statement.start;
    default:
      return statement.end;
  }
}

/** The expression that a selection covers, with or without parentheses around it. */
function expressionOf(file: SourceFile, range: TextRange): Expression | undefined {
  const { text } = file;
  let found: Expression | undefined;
  walkExpressions(file.tree, (expression) => {
    if (found !== undefined || !rangesOverlap(expression, range)) return false;
    const before = text.slice(range.start, expression.start);
    const after = text.slice(expression.end, range.end);
    if (containsRange(range, expression) && /^[\s(]*$/.test(before) && /^[\s),]*$/.test(after))
      found = expression;
    return undefined;
  });
  return found;
}

/** The range without white space at its ends; undefined where nothing is left. */
function trimmed(text: string, { start, end }: TextRange): TextRange | undefined {
  const slice = text.slice(start, end);
  const content = slice.trim();
  if (content === "") return undefined;
  const offset = start + slice.indexOf(content);
  return { start: offset, end: offset + content.length };
}
