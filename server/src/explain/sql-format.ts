import { type SqlToken, scanSql } from "./sql-parser.ts";

/**
 * Lays a statement out over several lines. Only white space changes: what is shown stays what Django sends, which a
 * formatter that prints from a parse tree would not keep (it drops quotes and rewrites casts).
 * Text that PostgreSQL's lexer rejects, or that holds comments, comes back as it is.
 */
export async function formatSql(sql: string): Promise<string> {
  const tokens = await scanSql(sql);
  if (tokens === undefined || tokens.some(({ kind }) => kind === "comment")) return sql;
  return layOut(groupsOf(tokens), 0).trim();
}

const lineWidth = 100;
const step = 2;

/** A word, or what stands in a pair of parentheses. */
type Item = SqlToken | Group;

interface Group {
  readonly kind: "group";
  readonly before: string;
  readonly items: readonly Item[];
}

function groupsOf(tokens: readonly SqlToken[]): readonly Item[] {
  const stack: Item[][] = [[]];
  const openings: SqlToken[] = [];
  for (const token of tokens) {
    if (token.text === "(") {
      openings.push(token);
      stack.push([]);
    } else if (token.text === ")" && openings.length > 0) {
      const items = stack.pop() ?? [];
      stack.at(-1)?.push({ kind: "group", before: openings.pop()?.before ?? "", items });
    } else stack.at(-1)?.push(token);
  }
  // Parentheses that are not closed stay open at the end.
  while (openings.length > 0) {
    const items = stack.pop() ?? [];
    const opening = openings.pop();
    if (opening !== undefined) stack.at(-1)?.push(opening, ...items);
  }
  return stack[0] ?? [];
}

/** The words that begin a line, with those that may follow on it: `LEFT OUTER JOIN`, `ORDER BY`. */
const clauseStarts: ReadonlyMap<string, readonly string[]> = new Map([
  ["SELECT", ["DISTINCT", "ALL"]],
  ["FROM", []],
  ["JOIN", []],
  ["INNER", ["JOIN"]],
  ["LEFT", ["OUTER", "JOIN"]],
  ["RIGHT", ["OUTER", "JOIN"]],
  ["FULL", ["OUTER", "JOIN"]],
  ["CROSS", ["JOIN"]],
  ["WHERE", []],
  ["GROUP", ["BY"]],
  ["HAVING", []],
  ["WINDOW", []],
  ["ORDER", ["BY"]],
  ["LIMIT", []],
  ["OFFSET", []],
  ["FETCH", []],
  ["FOR", ["NO", "KEY", "UPDATE", "SHARE"]],
  ["UNION", ["ALL"]],
  ["INTERSECT", ["ALL"]],
  ["EXCEPT", ["ALL"]],
  ["WITH", ["RECURSIVE"]],
  ["INSERT", ["INTO"]],
  ["VALUES", []],
  ["UPDATE", []],
  ["SET", []],
  ["DELETE", []],
  ["RETURNING", []],
]);

/** Words that begin a statement; in the middle of one they mean something else: `timestamp with time zone`. */
const statementStarts: ReadonlySet<string> = new Set([
  "SELECT",
  "WITH",
  "INSERT",
  "UPDATE",
  "DELETE",
  "VALUES",
]);
const onlyFirst: ReadonlySet<string> = new Set(["WITH", "INSERT", "UPDATE", "DELETE"]);
const setOperators: ReadonlySet<string> = new Set(["UNION", "INTERSECT", "EXCEPT"]);

/** Other lists of words have clauses' words in them too: `EXTRACT(year FROM x)`, `OVER (ORDER BY x)`. */
function isQuery(items: readonly Item[]): boolean {
  const [first] = items;
  if (first === undefined) return false;
  return first.kind === "group"
    ? items.some((item) => setOperators.has(wordOf(item)))
    : statementStarts.has(wordOf(first));
}

interface Clause {
  readonly head: readonly Item[];
  readonly body: readonly Item[];
}

function clausesOf(items: readonly Item[]): readonly Clause[] {
  const clauses: { head: Item[]; body: Item[] }[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    if (!beginsClause(items, index)) {
      if (clauses.length === 0) clauses.push({ head: [], body: [] });
      clauses.at(-1)?.body.push(item);
      continue;
    }
    const followers = clauseStarts.get(wordOf(item)) ?? [];
    const head = [item];
    for (
      let next = items[index + 1];
      next !== undefined && followers.includes(wordOf(next));
      next = items[index + 1]
    ) {
      head.push(next);
      index++;
    }
    clauses.push({ head, body: [] });
  }
  return clauses;
}

function beginsClause(items: readonly Item[], index: number): boolean {
  const [item, next] = [items[index], items[index + 1]];
  const word = item === undefined ? "" : wordOf(item);
  if (!clauseStarts.has(word)) return false;
  if (onlyFirst.has(word)) return index === 0;
  if (word === "GROUP" || word === "ORDER") return next !== undefined && wordOf(next) === "BY";
  const isFunction = next?.kind === "group" && next.before === "";
  return !isFunction;
}

function wordOf(item: Item): string {
  return item.kind === "keyword" ? item.text.toUpperCase() : "";
}

/** Over as many lines as it needs; the first begins at `indent`, of which only the following lines get white space. */
function layOut(items: readonly Item[], indent: number): string {
  const inline = inlineText(items);
  if (indent + inline.length <= lineWidth && indent > 0) return inline;
  if (isQuery(items))
    return clausesOf(items)
      .map((clause) => layOutClause(clause, indent))
      .join(newLine(indent));
  return layOutBody(items, indent);
}

function layOutClause({ head, body }: Clause, indent: number): string {
  const start = inlineText(head);
  if (body.length === 0) return start;
  const inline = inlineText(body);
  if (start === "") return layOutBody(body, indent);
  if (indent + start.length + 1 + inline.length <= lineWidth) return `${start} ${inline}`;
  return `${start} ${layOutBody(body, indent + step)}`;
}

/** Conditions go one to a line, lists fill their lines. */
function layOutBody(items: readonly Item[], indent: number): string {
  const conditions = split(items, isConjunction);
  if (conditions.length > 1) return conditions.map((part) => layOutParts(part, indent)).join(newLine(indent));
  return fill(
    split(items, isComma).map((part) => layOutParts(part, indent)),
    indent,
  );
}

/** Words in a row; a group that does not fit is opened. */
function layOutParts(items: readonly Item[], indent: number): string {
  if (indent + inlineText(items).length <= lineWidth) return inlineText(items);
  return items
    .map((item, index) => gap(item, index) + (item.kind === "group" ? openGroup(item, indent) : item.text))
    .join("");
}

function openGroup(group: Group, indent: number): string {
  const inline = inlineText(group.items);
  if (inline.length + indent + 2 <= lineWidth / 2) return `(${inline})`;
  return `(${newLine(indent + step)}${layOut(group.items, indent + step)}${newLine(indent)})`;
}

function fill(parts: readonly string[], indent: number): string {
  let column = indent;
  let text = "";
  for (const part of parts) {
    const [firstLine = ""] = part.split("\n");
    if (text !== "" && column + 1 + firstLine.length > lineWidth) {
      text += newLine(indent) + part;
      column = indent;
    } else {
      text += (text === "" ? "" : " ") + part;
      column += 1;
    }
    const lastBreak = part.lastIndexOf("\n");
    column = lastBreak < 0 ? column + part.length : part.length - lastBreak - 1;
  }
  return text;
}

/** Cuts before or behind the separators: `AND` begins a part, a comma ends one. */
function split(
  items: readonly Item[],
  isSeparator: (items: readonly Item[], index: number) => Cut,
): readonly (readonly Item[])[] {
  const parts: Item[][] = [[]];
  items.forEach((item, index) => {
    const cut = isSeparator(items, index);
    if (cut === "before") parts.push([item]);
    else parts.at(-1)?.push(item);
    if (cut === "behind") parts.push([]);
  });
  return parts.filter((part) => part.length > 0);
}

type Cut = "before" | "behind" | "none";

function isComma(items: readonly Item[], index: number): Cut {
  const item = items[index];
  return item !== undefined && item.kind !== "group" && item.text === "," ? "behind" : "none";
}

function isConjunction(items: readonly Item[], index: number): Cut {
  const item = items[index];
  const word = item === undefined ? "" : wordOf(item);
  if (word === "OR") return "before";
  return word === "AND" && !belongsToBetween(items, index) ? "before" : "none";
}

function belongsToBetween(items: readonly Item[], index: number): boolean {
  for (let before = index - 1; before >= 0; before--) {
    const item = items[before];
    const word = item === undefined ? "" : wordOf(item);
    if (word === "BETWEEN") return true;
    if (word === "AND" || word === "OR") return false;
  }
  return false;
}

function inlineText(items: readonly Item[]): string {
  return items
    .map(
      (item, index) => gap(item, index) + (item.kind === "group" ? `(${inlineText(item.items)})` : item.text),
    )
    .join("");
}

function gap(item: Item, index: number): string {
  return index > 0 && item.before !== "" ? " " : "";
}

function newLine(indent: number): string {
  return `\n${" ".repeat(indent)}`;
}
