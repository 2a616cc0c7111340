/** Edits of a queryset expression: a call added to its chain, or arguments to a call that it has. */
import type { TextRange } from "../base/text-range.ts";
import type { Attribute, Call, Expression, StringLiteral } from "../syntax/ast.ts";

export interface ChainAddition {
  readonly method: "select_related" | "prefetch_related";
  readonly lookups: readonly string[];
}

/** A call whose arguments are given as code. */
export interface CodeAddition {
  readonly method: "annotate" | "order_by" | "prefetch_related" | "values";
  readonly arguments: readonly string[];
}

export interface ChainExtension {
  readonly additions: readonly ChainAddition[];
  readonly code?: readonly CodeAddition[];
  /** Fields to add to an `only()` of the chain. */
  readonly columnsForOnly: readonly string[];
  /** The expression is a model class, and this manager starts its querysets. */
  readonly managerName: string | undefined;
  /** `iterator()` needs a chunk size once something is prefetched. */
  readonly chunkedIterator: boolean;
}

export interface TextReplacement {
  readonly range: TextRange;
  readonly newText: string;
}

/** Methods behind which nothing can be added to a chain any more. */
const terminal: ReadonlySet<string> = new Set([
  "values",
  "values_list",
  "dates",
  "datetimes",
  "union",
  "intersection",
  "difference",
  "iterator",
  "get",
  "first",
  "last",
  "earliest",
  "latest",
  "count",
  "exists",
  "contains",
  "aggregate",
  "in_bulk",
  "aiterator",
  "aget",
  "afirst",
  "alast",
  "aearliest",
  "alatest",
  "ain_bulk",
]);

type MethodCall = Call & { readonly function: Attribute };

/** A chain that gives a queryset. */
export interface QuerysetChain {
  readonly node: Expression;
  /** The call of the project's own that it is or starts with: a `get()` in there is none of Django's. */
  readonly givenBy?: Expression | undefined;
}

/** Undefined where the chain can't be extended without changing what it means. */
export function extendQuerysetChain(
  text: string,
  { node, givenBy }: QuerysetChain,
  extension: ChainExtension,
): readonly TextReplacement[] | undefined {
  const end = extensionPoint(node, givenBy);
  const calls = methodCalls(end);
  const quote = quoteOf(text, node);
  const replacements: TextReplacement[] = [];
  const appended: string[] = [];

  for (const { method, lookups } of extension.additions) {
    const existing = calls.find((call) => call.function.attribute.name === method && acceptsMore(call));
    if (existing) replacements.push(...addLookups(text, existing, lookups, quote));
    else appended.push(`.${method}(${lookups.map((lookup) => quote + lookup + quote).join(", ")})`);
  }
  for (const addition of extension.code ?? []) {
    const existing =
      addition.method === "prefetch_related" &&
      calls.find((call) => call.function.attribute.name === addition.method && acceptsMore(call));
    if (existing) replacements.push(addArguments(text, existing, addition.arguments));
    else appended.push(`.${addition.method}(${addition.arguments.join(", ")})`);
  }
  if (extension.columnsForOnly.length > 0) {
    const only = calls.find((call) => call.function.attribute.name === "only" && acceptsMore(call));
    if (!only) return undefined;
    replacements.push(...addLookups(text, only, extension.columnsForOnly, quote));
  }
  if (extension.chunkedIterator) {
    const iterator = methodCalls(node).find((call) => /^a?iterator$/.test(call.function.attribute.name));
    if (!iterator) return undefined;
    if (iterator.arguments.length === 0 && iterator.keywords.length === 0) {
      const { start, end: close } = iterator.argumentsRange;
      replacements.push({ range: { start: start + 1, end: close - 1 }, newText: "chunk_size=2000" });
    }
  }
  if (appended.length > 0) {
    const manager = extension.managerName === undefined ? "" : `.${extension.managerName}`;
    replacements.push(append(text, end, manager + appended.join(""), appended));
  }
  return replacements;
}

/** The longest part of the chain that is still a queryset of instances. */
function extensionPoint(node: Expression, givenBy: Expression | undefined): Expression {
  let current = node;
  for (;;) {
    if (current === givenBy) return current;
    if (current.kind === "Subscript" || current.kind === "Await") current = current.value;
    else if (isMethodCall(current) && terminal.has(current.function.attribute.name))
      current = current.function.value;
    else return current;
  }
}

function isMethodCall(node: Expression): node is MethodCall {
  return node.kind === "Call" && node.function.kind === "Attribute";
}

/** The calls of the chain, last first. */
export function methodCalls(node: Expression): readonly MethodCall[] {
  const calls: MethodCall[] = [];
  let current = node;
  for (;;) {
    if (isMethodCall(current)) {
      calls.push(current);
      current = current.function.value;
    } else if (current.kind === "Subscript" || current.kind === "Await" || current.kind === "Attribute") {
      current = current.value;
    } else return calls;
  }
}

/** A call with at least one lookup and nothing that hides what else it gets. */
function acceptsMore(call: MethodCall): boolean {
  return (
    call.arguments.length > 0 &&
    call.keywords.length === 0 &&
    call.arguments.every((argument) => argument.kind !== "Starred" && argument.kind !== "ConstantLiteral")
  );
}

export function addLookups(
  text: string,
  call: MethodCall,
  lookups: readonly string[],
  quote: string,
): readonly TextReplacement[] {
  const replacements: TextReplacement[] = [];
  const rest: string[] = [];
  const literals = call.arguments.filter(
    (argument): argument is StringLiteral => argument.kind === "StringLiteral",
  );
  const replaced = new Set<StringLiteral>();
  for (const lookup of lookups) {
    if (literals.some(({ value }) => value === lookup)) continue;
    // `"project"` becomes `"project__team"`: the longer path loads the shorter one.
    const prefix = literals.find(
      (literal) => lookup.startsWith(`${literal.value}__`) && !replaced.has(literal),
    );
    if (prefix && call.function.attribute.name !== "only") {
      replaced.add(prefix);
      replacements.push({ range: { start: prefix.start, end: prefix.end }, newText: quote + lookup + quote });
    } else rest.push(quote + lookup + quote);
  }
  if (rest.length > 0 && call.arguments.length > 0) replacements.push(addArguments(text, call, rest));
  return replacements;
}

/** Adds positional arguments behind those that the call has. */
function addArguments(text: string, call: MethodCall, codes: readonly string[]): TextReplacement {
  const offset = call.arguments.at(-1)?.end ?? call.argumentsRange.end - 1;
  const separator = argumentSeparator(text, call);
  return { range: { start: offset, end: offset }, newText: codes.map((code) => separator + code).join("") };
}

/** `, `, or a line break with the indentation of the arguments where each has its own line. */
function argumentSeparator(text: string, call: MethodCall): string {
  const [first] = call.arguments;
  if (!first) return ", ";
  const before = text.slice(call.argumentsRange.start + 1, first.start);
  const lineBreak = /(\r?\n[ \t]*)$/.exec(before);
  return lineBreak?.[1] ? `,${lineBreak[1]}` : ", ";
}

/** Adds calls, `.values_list("pk")`, behind a queryset, in the style of its chain. Ends where the expression ends. */
export function appendCalls(text: string, queryset: Expression, calls: readonly string[]): TextReplacement {
  return append(text, queryset, calls.join(""), calls);
}

function append(text: string, node: Expression, code: string, calls: readonly string[]): TextReplacement {
  if (isMethodCall(node)) {
    const { value, attribute } = node.function;
    const between = text.slice(value.end, attribute.start);
    // `.all()` adds nothing once another method follows.
    const isBareAll = attribute.name === "all" && node.arguments.length === 0 && node.keywords.length === 0;
    if (isBareAll && value.kind === "Attribute") {
      return {
        range: { start: attribute.start, end: node.end },
        newText: calls.join(lineSeparator(between)).slice(1),
      };
    }
    const separator = lineSeparator(between);
    return {
      range: { start: node.end, end: node.end },
      newText: calls.map((call) => separator + call).join(""),
    };
  }
  return { range: { start: node.end, end: node.end }, newText: code };
}

/** The line break and indentation before the dot, where each call of the chain has its own line. */
function lineSeparator(between: string): string {
  return /(\r?\n[ \t]*)\.\s*$/.exec(between)?.[1] ?? "";
}

/** The quotation mark that the expression, or else the file, prefers. */
export function quoteOf(text: string, node: Expression): '"' | "'" {
  const source = text.slice(node.start, node.end);
  const inExpression = /["']/.exec(source)?.[0];
  if (inExpression === '"' || inExpression === "'") return inExpression;
  const single = text.split("'").length;
  const double = text.split('"').length;
  return single > double ? "'" : '"';
}
