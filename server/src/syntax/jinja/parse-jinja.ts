/**
 * Parses a template of Jinja's language to the tree of Django's. Never fails: tags that are not understood are left out,
 * what they hold is kept, and unclosed blocks end with the template.
 */
import type { TextRange } from "../../base/text-range.ts";
import type { Comment } from "../ast.ts";
import type { TemplateError, TemplateFile, TemplateNode } from "../template/template-tree.ts";
import { JinjaExpressions } from "./jinja-expression.ts";
import { type JinjaToken, jinjaTokens } from "./jinja-lexer.ts";
import { type Body, expressionOf, type JinjaTag, type JinjaTagParser } from "./jinja-tag.ts";
import { tagParsers } from "./jinja-tags.ts";
import { jinjaWords } from "./jinja-words.ts";

/** Blocks in each other; more than anybody writes by hand. */
const maximumNesting = 100;

export function parseJinja(path: string, text: string): TemplateFile {
  const tokens = jinjaTokens(text);
  const parser = new JinjaParser(text, tokens);
  const body = parser.body(new Set()).nodes;
  const comments = tokens.flatMap(({ kind, start, end }): Comment[] =>
    kind === "comment" ? [{ start, end, text: text.slice(start, end) }] : [],
  );
  return { path, text, language: "jinja", tree: { body, comments, errors: parser.errors } };
}

class JinjaParser implements JinjaTagParser {
  readonly errors: TemplateError[] = [];
  readonly #text: string;
  readonly #tokens: readonly JinjaToken[];
  /** Names of the tags in the template: an unknown tag whose end stands nowhere has no body. */
  readonly #names: ReadonlySet<string>;
  #next = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly JinjaToken[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#names = new Set(
      tokens.flatMap((token) => (token.kind === "block" ? [this.#tag(token).name.name] : [])),
    );
  }

  body(until: ReadonlySet<string>): Body {
    const nodes: TemplateNode[] = [];
    this.#depth++;
    let terminator: JinjaTag | undefined;
    for (let token = this.#tokens[this.#next]; token && !terminator; token = this.#tokens[this.#next]) {
      this.#next++;
      if (token.kind === "variable") nodes.push(this.#variable(token));
      if (token.kind !== "block") continue;
      const tag = this.#tag(token);
      if (until.has(tag.name.name)) terminator = tag;
      else nodes.push(...this.#nodes(tag));
    }
    this.#depth--;
    const end = terminator?.end ?? this.#tokens[this.#next - 1]?.end ?? 0;
    return { nodes, terminator, end };
  }

  block(tag: JinjaTag): Body {
    return this.body(new Set([`end${tag.name.name}`]));
  }

  #variable({ content, end, start }: JinjaToken): TemplateNode {
    const words = this.#expressions(content);
    return { kind: "VariableNode", start, end, expression: expressionOf(words.tuple()) };
  }

  #tag({ content, end, start }: JinjaToken): JinjaTag {
    const words = this.#expressions(content);
    const name = words.name() ?? { start: content.start, end: content.start, name: "" };
    return { start, end, name, words };
  }

  #expressions(range: TextRange): JinjaExpressions {
    return new JinjaExpressions(jinjaWords(this.#text, range), range);
  }

  #nodes(tag: JinjaTag): readonly TemplateNode[] {
    const { name } = tag.name;
    if (this.#depth > maximumNesting) {
      this.errors.push({
        start: tag.start,
        end: tag.end,
        message: `More than ${maximumNesting} blocks in each other`,
      });
      return [];
    }
    const parse = tagParsers.get(name);
    if (parse) return parse(this, tag);
    // Tags of extensions: what they hold is rendered, mostly.
    return this.#names.has(`end${name}`) ? this.block(tag).nodes : [];
  }
}
