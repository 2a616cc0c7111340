import type { TextRange } from "../../base/text-range.ts";
import type { Expression, Identifier } from "../ast.ts";
import type { FilterExpression, TemplateNode } from "../template/template-tree.ts";
import type { JinjaExpressions } from "./jinja-expression.ts";

/** A tag with the words behind its name. */
export interface JinjaTag extends TextRange {
  readonly name: Identifier;
  readonly words: JinjaExpressions;
}

export interface Body {
  readonly nodes: readonly TemplateNode[];
  /** The tag that ended them; undefined at the end of the template. */
  readonly terminator: JinjaTag | undefined;
  readonly end: number;
}

/** What the parsers of single tags need of the parser of a template. */
export interface JinjaTagParser {
  /** Goes on to the first of these tags that belongs to no block inside. */
  body(until: ReadonlySet<string>): Body;
  /** Up to the tag's end: `{% endNAME %}`. */
  block(tag: JinjaTag): Body;
}

/** An expression with its filters, which are calls in it. */
export function expressionOf(value: Expression): FilterExpression {
  return { start: value.start, end: value.end, value, filters: [] };
}
