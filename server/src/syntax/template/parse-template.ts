/**
 * Parses a template of Django's language. Never fails: what Django would refuse becomes an entry of `errors`, and the
 * tags around it are kept. Takes time in proportion to the length of the text.
 */

import { compact } from "../../base/compact.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { Identifier } from "../ast.ts";
import { customBlocks, isDividerOrEnd, maximumNesting, renderedTags, type Tag } from "./block-matching.ts";
import { parseFilterExpression, plainRange } from "./filter-expression.ts";
import { blockTags, parseArguments } from "./known-tags.ts";
import {
  parseBlock,
  parseCache,
  parseFilter,
  parseFor,
  parseIf,
  parseIfChanged,
  parsePartialDef,
  parseWith,
  parseWrapper,
} from "./parse-block-tags.ts";
import { parseExtends, parseInclude, parseLoad, parsePartial, parseRegroup } from "./parse-single-tags.ts";
import { parseBlockTranslate } from "./parse-translation.ts";
import { splitContents, type Word } from "./split-contents.ts";
import type { Body, TagParser } from "./tag-parser.ts";
import { templateTokens } from "./template-lexer.ts";
import type { FilterExpression, TemplateError, TemplateFile, TemplateNode } from "./template-tree.ts";

export function parseTemplate(path: string, text: string): TemplateFile {
  const errors: TemplateError[] = [];
  const { tags, comments } = renderedTags(text, templateTokens(text), errors);
  const body = new TemplateParser(text, tags, errors).parse();
  errors.sort((first, second) => first.start - second.start);
  return {
    path,
    text,
    language: "django",
    tree: { body, comments: compact(comments), errors: compact(errors) },
  };
}

class TemplateParser implements TagParser {
  readonly text: string;
  readonly #tags: readonly Tag[];
  readonly errors: TemplateError[];
  readonly #customBlocks: ReadonlySet<number>;
  readonly #names: ReadonlySet<string>;
  /** Tags that open blocks wait for, with how many of them do. */
  readonly #expected = new Map<string, number>();
  #depth = 0;
  #next = 0;

  constructor(text: string, tags: readonly Tag[], errors: TemplateError[]) {
    this.text = text;
    this.#tags = tags;
    this.errors = errors;
    this.#customBlocks = customBlocks(tags);
    this.#names = new Set(tags.map((tag) => tag.command));
  }

  parse(): readonly TemplateNode[] {
    return this.body(new Set()).nodes;
  }

  refuse(range: TextRange, message: string): void {
    this.errors.push({ ...plainRange(range), message });
  }

  body(until: ReadonlySet<string>): Body {
    for (const name of until) this.#expected.set(name, (this.#expected.get(name) ?? 0) + 1);
    this.#depth++;
    const nodes: TemplateNode[] = [];
    let terminator: Tag | undefined;
    for (let tag = this.#tags[this.#next]; tag; tag = this.#tags[this.#next]) {
      if (tag.kind === "variable") {
        this.#next++;
        nodes.push(this.#variable(tag));
      } else if (until.has(tag.command)) {
        this.#next++;
        terminator = tag;
        break;
      } else if ((this.#expected.get(tag.command) ?? 0) > 0) break;
      else {
        this.#next++;
        for (const node of this.#tag(tag, this.#next - 1)) nodes.push(node);
      }
    }
    this.#depth--;
    for (const name of until) this.#expected.set(name, (this.#expected.get(name) ?? 1) - 1);
    return { nodes: compact(nodes), terminator };
  }

  blockBody(tag: Tag): ReturnType<TagParser["blockBody"]> {
    const { nodes, terminator } = this.body(new Set([`end${tag.command}`]));
    return { nodes, range: this.rangeTo(tag, terminator) };
  }

  rangeTo(tag: Tag, terminator: Tag | undefined): TextRange {
    if (!terminator) this.refuse(tag, `Unclosed tag: '${tag.command}'`);
    return { start: tag.start, end: this.#tags[this.#next - 1]?.end ?? tag.end };
  }

  #variable(tag: Tag): TemplateNode {
    if (tag.content.start === tag.content.end) this.refuse(tag, "Empty variable tag");
    return { kind: "VariableNode", expression: this.expression(tag.content), ...plainRange(tag) };
  }

  expression(range: TextRange): FilterExpression {
    return parseFilterExpression(this.text, range, this.errors);
  }

  words(tag: Tag): readonly Word[] {
    return splitContents(this.text, tag.content).slice(1);
  }

  /** More than one node only where the tag itself makes no sense, and what it contains stays. */
  #tag(tag: Tag, index: number): readonly TemplateNode[] {
    const isCustomBlock = this.#customBlocks.has(index);
    const isBlock = blockTags.has(tag.command) || isCustomBlock;
    if (isBlock && this.#depth > maximumNesting) {
      this.refuse(tag, `More than ${maximumNesting} blocks inside of each other`);
      return [];
    }
    if (isCustomBlock) return [this.#customBlock(tag)];
    const parse = tagParsers.get(tag.command);
    return parse ? parse(this, tag) : this.#other(tag);
  }

  #other(tag: Tag): readonly TemplateNode[] {
    if (isDividerOrEnd(tag.command, this.#names)) {
      this.refuse(tag, `Unexpected tag: '${tag.command}'`);
      return [];
    }
    const parsed = parseArguments(this.text, tag.command, this.words(tag), this.errors);
    return [{ kind: "TagNode", name: this.nameOf(tag), ...parsed, ...plainRange(tag) }];
  }

  nameOf(tag: Tag): Identifier {
    const { start } = tag.content;
    return { name: tag.command, start, end: start + tag.command.length };
  }

  #customBlock(tag: Tag): TemplateNode {
    const parsed = parseArguments(this.text, tag.command, this.words(tag), this.errors);
    const end = `end${tag.command}`;
    const until = new Set(["elif", "else", "empty", end]);
    const branches: (readonly TemplateNode[])[] = [];
    let body: Body;
    do {
      body = this.body(until);
      branches.push(body.nodes);
    } while (body.terminator && body.terminator.command !== end);
    const range = this.rangeTo(tag, body.terminator);
    return { kind: "BlockTagNode", ...range, name: this.nameOf(tag), ...parsed, branches };
  }
}

type ParseTag = (parser: TagParser, tag: Tag) => readonly TemplateNode[];

const tagParsers: ReadonlyMap<string, ParseTag> = new Map<string, ParseTag>([
  ["autoescape", parseWrapper],
  ["block", parseBlock],
  ["blocktrans", parseBlockTranslate],
  ["blocktranslate", parseBlockTranslate],
  ["cache", parseCache],
  ["extends", parseExtends],
  ["filter", parseFilter],
  ["for", parseFor],
  ["if", parseIf],
  ["ifchanged", parseIfChanged],
  ["include", parseInclude],
  ["language", parseWrapper],
  ["load", parseLoad],
  ["localize", parseWrapper],
  ["localtime", parseWrapper],
  ["partial", parsePartial],
  ["partialdef", parsePartialDef],
  ["regroup", parseRegroup],
  ["spaceless", parseWrapper],
  ["timezone", parseWrapper],
  ["with", parseWith],
]);
