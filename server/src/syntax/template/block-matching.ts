/** Decides which tags form pairs where the tag's library is not known, and leaves out what is never rendered. */
import type { Comment } from "../ast.ts";
import { blockTags } from "./known-tags.ts";
import type { TemplateToken } from "./template-lexer.ts";
import type { TemplateError } from "./template-tree.ts";

/** Blocks inside of each other; more than anybody writes by hand. */
export const maximumNesting = 100;

export interface Tag extends TemplateToken {
  /** The first word of a block tag, else the empty string. */
  readonly command: string;
}

/** The tags that are rendered, and the comments beside them. */
export function renderedTags(
  text: string,
  tokens: readonly TemplateToken[],
  errors: TemplateError[],
): { readonly tags: readonly Tag[]; readonly comments: readonly Comment[] } {
  const tags: Tag[] = [];
  const comments: Comment[] = [];
  let inComment = false;
  let lastEnd = tokens.length;
  while (lastEnd > 0 && contentOf(text, tokens[lastEnd - 1]) !== "endcomment") lastEnd--;
  for (const [index, token] of tokens.entries()) {
    const content = contentOf(text, token);
    const command = commandOf(token, content);
    if (inComment) {
      if (content === "endcomment") inComment = false;
    } else if (token.kind === "comment") {
      comments.push({ start: token.start, end: token.end, text: text.slice(token.start, token.end) });
    } else if (command === "comment") {
      // Without its end the rest of the file would be a comment.
      if (index < lastEnd) inComment = true;
      else errors.push({ start: token.start, end: token.end, message: "Unclosed tag: 'comment'" });
    } else if (command === "verbatim" || command === "endverbatim") {
      const isOpen = command === "verbatim" && contentOf(text, tokens[index + 1]) !== `end${content}`;
      if (isOpen) errors.push({ start: token.start, end: token.end, message: "Unclosed tag: 'verbatim'" });
    } else if (command === "endcomment") {
      errors.push({ start: token.start, end: token.end, message: "Unexpected tag: 'endcomment'" });
    } else if (token.kind === "block" && command === "") {
      errors.push({ start: token.start, end: token.end, message: "Empty tag" });
    } else tags.push({ command, ...token });
  }
  return { tags, comments };
}

function contentOf(text: string, token: TemplateToken | undefined): string | undefined {
  return token?.kind === "block" ? text.slice(token.content.start, token.content.end) : undefined;
}

function commandOf(token: TemplateToken, content: string | undefined): string {
  if (token.kind !== "block" || content === undefined) return "";
  const end = content.search(/\s/);
  return end === -1 ? content : content.slice(0, end);
}

interface Level {
  readonly end: string | undefined;
  /** Tags without a known body, by name: where they stand. */
  readonly candidates: Map<string, number[]>;
}

/** Tags that Django does not know and that an `endNAME` belongs to, as indexes into `tags`. */
export function customBlocks(tags: readonly Tag[]): ReadonlySet<number> {
  const blocks = new Set<number>();
  const levels: Level[] = [{ end: undefined, candidates: new Map() }];
  for (const [index, { command }] of tags.entries()) {
    if (command === "") continue;
    if (blockTags.has(command)) {
      if (levels.length <= maximumNesting) levels.push({ end: `end${command}`, candidates: new Map() });
    } else if (!command.startsWith("end") || !closes(command, levels, blocks)) {
      const { candidates } = levels.at(-1) ?? { candidates: new Map<string, number[]>() };
      const places = candidates.get(command);
      if (places) places.push(index);
      else candidates.set(command, [index]);
    }
  }
  return blocks;
}

function closes(command: string, levels: Level[], blocks: Set<number>): boolean {
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const level = levels[depth];
    if (level?.end === command) {
      levels.length = depth;
      return true;
    }
    const opening = level?.candidates.get(command.slice(3))?.pop();
    if (opening !== undefined) {
      levels.length = depth + 1;
      blocks.add(opening);
      return true;
    }
  }
  return false;
}

/** `{% endNAME %}` of a tag that the template uses, and the tags that divide bodies. */
export function isDividerOrEnd(command: string, names: ReadonlySet<string>): boolean {
  return (
    dividers.has(command) ||
    (command.startsWith("end") && (names.has(command.slice(3)) || blockTags.has(command.slice(3))))
  );
}

const dividers: ReadonlySet<string> = new Set(["elif", "else", "empty", "plural"]);
