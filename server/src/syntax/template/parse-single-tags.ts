/** Django's tags without a body that have nodes of their own. */
import type { Tag } from "./block-matching.ts";
import { lookupExpression, parseFilters, plainRange } from "./filter-expression.ts";
import { splitAtSpace, type Word } from "./split-contents.ts";
import { bindingsAt, identifierOf } from "./tag-arguments.ts";
import type { TagParser } from "./tag-parser.ts";
import type { Binding, FilterExpression, TemplateNode } from "./template-tree.ts";

export function parseExtends(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [parent, ...rest] = parser.words(tag);
  if (!parent || rest.length > 0) parser.refuse(tag, "'extends' takes one argument");
  return parent ? [{ kind: "ExtendsNode", ...plainRange(tag), parent: parser.expression(parent) }] : [];
}

export function parseInclude(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const words = parser.words(tag);
  const [template] = words;
  if (!template) {
    parser.refuse(tag, "'include' takes at least one argument: the name of the template");
    return [];
  }
  let bindings: readonly Binding[] = [];
  let only = false;
  for (let next = 1, option = words[1]; option; option = words[next]) {
    next++;
    if (option.text === "with") ({ bindings, next } = bindingsAt(parser, words, next, false));
    else if (option.text === "only") only = true;
    else parser.refuse(option, `Unknown argument of 'include': '${option.text}'`);
  }
  return [{ kind: "IncludeNode", ...plainRange(tag), template: parser.expression(template), bindings, only }];
}

export function parseRegroup(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [target, by, attribute, as, variable, ...rest] = parser.words(tag);
  const isUnderstood = by?.text === "by" && as?.text === "as" && rest.length === 0;
  if (!isUnderstood || !target || !attribute || !variable) {
    parser.refuse(tag, "'regroup' should read 'regroup list by attribute as name'");
    return [];
  }
  const name = identifierOf(variable);
  return [
    {
      kind: "RegroupNode",
      ...plainRange(tag),
      target: parser.expression(target),
      by: attributeOf(parser, name.name, attribute),
      name,
    },
  ];
}

/** `attribute|filter` of a variable that the text does not name. */
function attributeOf(parser: TagParser, variable: string, word: Word): FilterExpression {
  const bar = word.text.indexOf("|");
  const range = { start: word.start, end: bar === -1 ? word.end : word.start + bar };
  const implied = { start: word.start, end: word.start, name: variable };
  const value = lookupExpression(parser.text, range, parser.errors, implied);
  const filters =
    bar === -1 ? [] : parseFilters(parser.text, { start: range.end + 1, end: word.end }, parser.errors);
  return { value, filters, ...plainRange(word) };
}

export function parsePartial(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const [name] = splitAtSpace(parser.text, tag.content).slice(1);
  if (!name) parser.refuse(tag, "'partial' takes a name");
  return name ? [{ kind: "PartialNode", ...plainRange(tag), name: identifierOf(name) }] : [];
}

export function parseLoad(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  const words = splitAtSpace(parser.text, tag.content).slice(1);
  const library = words.at(-1);
  const isSelection = words.length >= 3 && words.at(-2)?.text === "from" && library !== undefined;
  return [
    {
      kind: "LoadNode",
      ...plainRange(tag),
      libraries: (isSelection ? [library] : words).map(identifierOf),
      names: isSelection ? words.slice(0, -2).map(identifierOf) : undefined,
    },
  ];
}
