/** Django's tags with a body. */

import { compact } from "../../base/compact.ts";
import type { Identifier } from "../ast.ts";
import type { Tag } from "./block-matching.ts";
import { parseFilters, plainRange } from "./filter-expression.ts";
import { splitAtSpace, type Word } from "./split-contents.ts";
import { bindingsAt, identifierOf } from "./tag-arguments.ts";
import type { TagParser } from "./tag-parser.ts";
import { trimmed } from "./template-lexer.ts";
import type { IfBranch, TemplateNode, TemplateTest } from "./template-tree.ts";
import { parseTest } from "./test-expression.ts";

export function parseFor(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const words = parser.words(tag);
  const reversed = words.at(-1)?.text === "reversed";
  const position = words.length - (reversed ? 3 : 2);
  const targets =
    position >= 1 && words[position]?.text === "in" ? targetsOf(parser, words.slice(0, position)) : [];
  const sequence = words[position + 1];
  const isUnderstood = targets.length > 0 && sequence !== undefined;
  if (!isUnderstood) parser.refuse(tag, "'for' should read 'for x in y'");
  const iterable = isUnderstood ? parser.expression(sequence) : undefined;
  const body = parser.body(new Set(["empty", "endfor"]));
  const empty = body.terminator?.command === "empty" ? parser.body(new Set(["endfor"])) : undefined;
  const last = empty ?? body;
  const range = parser.rangeTo(tag, last.terminator);
  if (!iterable) return [...body.nodes, ...(empty?.nodes ?? [])];
  return [
    {
      kind: "ForNode",
      ...range,
      header: plainRange(tag),
      targets,
      iterable,
      reversed,
      body: body.nodes,
      empty: empty?.nodes,
    },
  ];
}

/** `a, b`: names divided by commas. Empty when one of them is no name. */
function targetsOf(parser: TagParser, words: readonly Word[]): readonly Identifier[] {
  const first = words[0];
  const end = words.at(-1)?.end;
  if (!first || end === undefined) return [];
  const targets: Identifier[] = [];
  let from = first.start;
  for (const part of parser.text.slice(first.start, end).split(",")) {
    const range = trimmed(parser.text, from, from + part.length);
    const text = parser.text.slice(range.start, range.end);
    if (!/^[^\s"'|]+$/.test(text)) return [];
    targets.push(identifierOf({ ...range, text }));
    from += part.length + 1;
  }
  return targets;
}

export function parseIf(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const branches: IfBranch[] = [];
  const until = new Set(["elif", "else", "endif"]);
  let header: Tag = tag;
  for (;;) {
    const test = header.command === "else" ? undefined : testOf(parser, header);
    const { nodes, terminator } = parser.body(until);
    branches.push({ header: plainRange(header), test, body: nodes });
    if (!terminator || terminator.command === "endif") {
      return [{ kind: "IfNode", ...parser.rangeTo(tag, terminator), branches }];
    }
    if (header.command === "else") parser.refuse(terminator, `Unexpected tag: '${terminator.command}'`);
    header = terminator;
  }
}

function testOf(parser: TagParser, tag: Tag): TemplateTest {
  const words = parser.words(tag);
  const test = parseTest(parser.text, words, tag, parser.errors);
  if (test) return test;
  const range = plainRange(words[0] ?? { start: tag.content.end, end: tag.content.end });
  const value = { kind: "InvalidExpression", ...range } as const;
  return { kind: "OperandTest", ...range, expression: { ...range, value, filters: [] } };
}

export function parseIfChanged(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const values = parser.words(tag).map((word) => parser.expression(word));
  const body = parser.body(new Set(["else", "endifchanged"]));
  const orElse = body.terminator?.command === "else" ? parser.body(new Set(["endifchanged"])) : undefined;
  const last = orElse ?? body;
  return [
    {
      kind: "IfChangedNode",
      ...parser.rangeTo(tag, last.terminator),
      values: compact(values),
      body: body.nodes,
      orElse: orElse?.nodes ?? [],
    },
  ];
}

export function parseWith(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const words = parser.words(tag);
  const { bindings, next } = bindingsAt(parser, words, 0, true);
  const rest = words[next];
  if (bindings.length === 0) parser.refuse(tag, "'with' expected at least one variable assignment");
  else if (rest) parser.refuse(rest, `'with' received an invalid word: '${rest.text}'`);
  const { nodes, range } = parser.blockBody(tag);
  return bindings.length === 0 ? nodes : [{ kind: "WithNode", ...range, bindings, body: nodes }];
}

export function parseBlock(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [name, ...rest] = splitAtSpace(parser.text, tag.content).slice(1);
  if (!name || rest.length > 0) parser.refuse(tag, "'block' takes one argument");
  const { nodes, range } = parser.blockBody(tag);
  return name ? [{ kind: "BlockNode", ...range, name: identifierOf(name), body: nodes }] : nodes;
}

export function parseCache(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [timeout, fragment, ...rest] = parser.words(tag);
  if (!timeout || !fragment) parser.refuse(tag, "'cache' takes at least two arguments");
  const varyOn = rest.filter((word, index) => index < rest.length - 1 || !word.text.startsWith("using="));
  const expressions = varyOn.map((word) => parser.expression(word));
  const timeoutExpression = timeout && parser.expression(timeout);
  const { nodes, range } = parser.blockBody(tag);
  if (!timeoutExpression || !fragment) return nodes;
  return [
    {
      kind: "CacheNode",
      ...range,
      timeout: timeoutExpression,
      fragment: fragment.text,
      varyOn: expressions,
      body: nodes,
    },
  ];
}

export function parseFilter(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const { start, end } = tag.content;
  const range = trimmed(parser.text, Math.min(start + "filter".length, end), end);
  const filters = parseFilters(parser.text, range, parser.errors);
  const body = parser.blockBody(tag);
  return [{ kind: "FilterNode", ...body.range, filters, body: body.nodes }];
}

export function parsePartialDef(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [name, inline] = splitAtSpace(parser.text, tag.content).slice(1);
  if (!name) parser.refuse(tag, "'partialdef' takes a name");
  const { nodes, range } = parser.blockBody(tag);
  if (!name) return nodes;
  return [
    {
      kind: "PartialDefNode",
      ...range,
      name: identifierOf(name),
      inline: inline?.text === "inline",
      body: nodes,
    },
  ];
}

/** Tags that change only how their body is written out; those of languages and time zones have an argument. */
export function parseWrapper(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const words = tag.command === "language" || tag.command === "timezone" ? parser.words(tag) : [];
  const values = words.map((word) => ({
    ...plainRange(word),
    name: undefined,
    value: parser.expression(word),
  }));
  const { nodes, range } = parser.blockBody(tag);
  return [
    {
      kind: "BlockTagNode",
      ...range,
      name: parser.nameOf(tag),
      arguments: compact(values),
      as: undefined,
      branches: [nodes],
    },
  ];
}
