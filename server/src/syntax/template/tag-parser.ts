import type { TextRange } from "../../base/text-range.ts";
import type { Identifier } from "../ast.ts";
import type { Tag } from "./block-matching.ts";
import type { Word } from "./split-contents.ts";
import type { FilterExpression, TemplateError, TemplateNode } from "./template-tree.ts";

/** Nodes up to the tag that ended them; no tag at the end of the file and where an enclosing block goes on. */
export interface Body {
  readonly nodes: readonly TemplateNode[];
  readonly terminator: Tag | undefined;
}

/** What the parsers of single tags need of the parser of a template. */
export interface TagParser {
  readonly text: string;
  readonly errors: TemplateError[];
  refuse(range: TextRange, message: string): void;
  expression(range: TextRange): FilterExpression;
  /** The words behind the tag's name. */
  words(tag: Tag): readonly Word[];
  nameOf(tag: Tag): Identifier;
  /** Goes on to the first of these tags that belongs to no block inside. */
  body(until: ReadonlySet<string>): Body;
  /** The body of a block that only its end tag ends. */
  blockBody(tag: Tag): { readonly nodes: readonly TemplateNode[]; readonly range: TextRange };
  /** From the first tag of a block to its last; to the last that was read where the end is missing, which is an error. */
  rangeTo(tag: Tag, terminator: Tag | undefined): TextRange;
}
