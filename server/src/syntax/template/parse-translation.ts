/** `{% blocktranslate %}` */

import { compact } from "../../base/compact.ts";
import type { Identifier } from "../ast.ts";
import type { Tag } from "./block-matching.ts";
import { bindingsAt, identifierOf } from "./tag-arguments.ts";
import type { TagParser } from "./tag-parser.ts";
import type { Binding, FilterExpression, TemplateNode } from "./template-tree.ts";

export function parseBlockTranslate(parser: TagParser, tag: Tag): readonly TemplateNode[] {
  let bindings: readonly Binding[] = [];
  let counters: readonly Binding[] = [];
  let context: FilterExpression | undefined;
  let as: Identifier | undefined;
  const words = parser.words(tag);
  for (let next = 0, option = words[0]; option; option = words[next]) {
    const value = words[++next];
    if (option.text === "with") ({ bindings, next } = bindingsAt(parser, words, next, true));
    else if (option.text === "count") {
      ({ bindings: counters, next } = bindingsAt(parser, words, next, true));
    } else if ((option.text === "context" || option.text === "asvar") && value) {
      if (option.text === "context") context = parser.expression(value);
      else as = identifierOf(value);
      next++;
    } else if (option.text !== "trimmed") {
      parser.refuse(option, `Unknown argument of '${tag.command}': '${option.text}'`);
    }
  }
  const end = `end${tag.command}`;
  const singular = parser.body(new Set(["plural", end]));
  const plural = singular.terminator?.command === "plural" ? parser.body(new Set([end])) : undefined;
  const last = plural ?? singular;
  const range = parser.rangeTo(tag, last.terminator);
  const inside = [...singular.nodes, ...(plural?.nodes ?? [])];
  const others = inside.filter((node) => node.kind !== "VariableNode");
  for (const node of others) parser.refuse(node, `'${tag.command}' does not allow other tags inside it`);
  const names = inside.flatMap((node) =>
    node.kind === "VariableNode" &&
    node.expression.value.kind === "Name" &&
    node.expression.filters.length === 0
      ? [node.expression.value]
      : [],
  );
  return [
    {
      kind: "BlockTranslateNode",
      ...range,
      tag: parser.nameOf(tag),
      bindings,
      counter: counters[0],
      context,
      names: compact(names.map(({ start, end, name }) => ({ start, end, name }))),
      as,
    },
    // Without its end the block may be the rest of the file.
    ...(last.terminator ? others : inside),
  ];
}
