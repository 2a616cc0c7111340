/** The argument forms that tags share: `name=value`, `value as name`, `… as variable`. */

import { compact } from "../../base/compact.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { Identifier } from "../ast.ts";
import { parseFilterExpression } from "./filter-expression.ts";
import type { Word } from "./split-contents.ts";
import type { TagParser } from "./tag-parser.ts";
import type { Binding, TagArgument, TemplateError } from "./template-tree.ts";

export function identifierOf({ start, end, text }: Word): Identifier {
  return { start, end, name: text };
}

/** The words behind the first `count`, and the variable of a trailing `as variable`. */
export function withoutTarget(words: readonly Word[]): {
  readonly words: readonly Word[];
  readonly as: Identifier | undefined;
} {
  const target = words.at(-1);
  if (target === undefined || words.at(-2)?.text !== "as") return { words, as: undefined };
  return { words: words.slice(0, -2), as: identifierOf(target) };
}

/** Positional and keyword arguments in the order in which they stand. */
export function tagArguments(
  text: string,
  words: readonly Word[],
  errors: TemplateError[],
): readonly TagArgument[] {
  return compact(words.map((word) => tagArgument(text, word, errors)));
}

function tagArgument(text: string, word: Word, errors: TemplateError[]): TagArgument {
  const { start, end } = word;
  const keyword = keywordOf(word);
  const value = parseFilterExpression(text, keyword?.value ?? word, errors);
  return { start, end, name: keyword?.name, value };
}

/** `name=value` */
function keywordOf(word: Word): { readonly name: Identifier; readonly value: TextRange } | undefined {
  const name = keywordName.exec(word.text)?.[1];
  if (name === undefined || word.text.length === name.length + 1) return undefined;
  const end = word.start + name.length;
  return { name: { start: word.start, end, name }, value: { start: end + 1, end: word.end } };
}

const keywordName = /^([\p{L}\p{N}_]+)=/u;

/**
 * The bindings that start at a word: `a=x b=y`, or with `legacy` also `x as a and y as b`.
 * @returns them with the index of the word that follows.
 */
export function bindingsAt(
  parser: TagParser,
  words: readonly Word[],
  from: number,
  legacy: boolean,
): { readonly bindings: readonly Binding[]; readonly next: number } {
  const first = words[from];
  const isLegacy = legacy && first !== undefined && !keywordOf(first);
  return isLegacy ? legacyBindings(parser, words, from) : keywordBindings(parser, words, from);
}

function keywordBindings(
  parser: TagParser,
  words: readonly Word[],
  from: number,
): ReturnType<typeof bindingsAt> {
  const bindings: Binding[] = [];
  let next = from;
  for (let word = words[next]; word; word = words[++next]) {
    const keyword = keywordOf(word);
    if (!keyword) break;
    const { start, end } = word;
    bindings.push({ start, end, name: keyword.name, value: parser.expression(keyword.value) });
  }
  return { bindings, next };
}

function legacyBindings(
  parser: TagParser,
  words: readonly Word[],
  from: number,
): ReturnType<typeof bindingsAt> {
  const bindings: Binding[] = [];
  let next = from;
  while (words[next + 1]?.text === "as") {
    const value = words[next];
    const name = words[next + 2];
    if (!value || !name) break;
    const range = { start: value.start, end: name.end };
    bindings.push({ ...range, name: identifierOf(name), value: parser.expression(value) });
    next += 3;
    if (words[next]?.text !== "and") break;
    next++;
  }
  return { bindings, next };
}
