/** Which tags of Django have a body, and how the arguments of its other tags read. */
import { parseFilterExpression } from "./filter-expression.ts";
import type { Word } from "./split-contents.ts";
import { identifierOf, tagArguments, withoutTarget } from "./tag-arguments.ts";
import type { TagArgument, TagNode, TemplateError } from "./template-tree.ts";

/** Tags that always have a body. `comment` and `verbatim` are gone before the parser sees the tags. */
export const blockTags: ReadonlySet<string> = new Set([
  "autoescape",
  "block",
  "blocktrans",
  "blocktranslate",
  "cache",
  "filter",
  "for",
  "if",
  "ifchanged",
  "language",
  "localize",
  "localtime",
  "partialdef",
  "spaceless",
  "timezone",
  "with",
]);

type ParsedArguments = Pick<TagNode, "arguments" | "as">;
type ParseArguments = (text: string, words: readonly Word[], errors: TemplateError[]) => ParsedArguments;

/**
 * The arguments of a tag without a body; `words` are those behind its name.
 * Tags that Django does not know may have any grammar: what is no expression there is no error.
 */
export function parseArguments(
  text: string,
  name: string,
  words: readonly Word[],
  errors: TemplateError[],
): ParsedArguments {
  const known = knownTags.get(name);
  return known ? known(text, words, errors) : usualArguments(text, words, []);
}

/** `{% tag a b=c as variable %}` */
function usualArguments(text: string, words: readonly Word[], errors: TemplateError[]): ParsedArguments {
  const { words: values, as } = withoutTarget(words);
  return { arguments: tagArguments(text, values, errors), as };
}

/** The arguments are words of the tag's own, not expressions. */
const noExpressions: ParseArguments = (_text, words) => ({ arguments: [], as: withoutTarget(words).as });

const cycleArguments: ParseArguments = (text, words, errors) => {
  // `{% cycle name %}` goes on with the cycle of that name.
  if (words.length < 2) return { arguments: [], as: undefined };
  return usualArguments(text, words.at(-1)?.text === "silent" ? words.slice(0, -1) : words, errors);
};

/** `{% translate message noop context "…" as variable %}` */
const translateArguments: ParseArguments = (text, words, errors) => {
  const { words: values, as } = withoutTarget(words);
  const parsed: TagArgument[] = [];
  for (const [index, word] of values.entries()) {
    const before = values[index - 1];
    if (index === 0 || before?.text === "context") {
      const name = index === 0 || !before ? undefined : identifierOf(before);
      const { start, end } = word;
      parsed.push({ start, end, name, value: parseFilterExpression(text, word, errors) });
    } else if (word.text !== "noop" && word.text !== "context") {
      errors.push({
        start: word.start,
        end: word.end,
        message: `Unknown argument of a translation: '${word.text}'`,
      });
    }
  }
  return { arguments: parsed, as };
};

/** `{% get_language_info for code as variable %}` */
const argumentsBehindFor: ParseArguments = (text, words, errors) =>
  usualArguments(text, words[0]?.text === "for" ? words.slice(1) : words, errors);

/** A tag of Django that is parsed like any other: it only shows its arguments, or something of its own. */
export function isTagOfDjango(name: string): boolean {
  return knownTags.has(name) || tagsOfLibraries.has(name);
}

/** Of `static`, `l10n`, `tz` and the admin. */
const tagsOfLibraries: ReadonlySet<string> = new Set([
  "static",
  "get_static_prefix",
  "get_media_prefix",
  "localize",
  "localtime",
  "timezone",
  "language",
  "get_admin_log",
  "querystring",
]);

const knownTags: ReadonlyMap<string, ParseArguments> = new Map<string, ParseArguments>([
  ["csrf_token", noExpressions],
  ["cycle", cycleArguments],
  ["debug", noExpressions],
  ["firstof", usualArguments],
  ["get_available_languages", noExpressions],
  ["get_current_language", noExpressions],
  ["get_current_language_bidi", noExpressions],
  ["get_current_timezone", noExpressions],
  ["get_language_info", argumentsBehindFor],
  ["get_language_info_list", argumentsBehindFor],
  ["lorem", noExpressions],
  ["now", noExpressions],
  ["resetcycle", noExpressions],
  ["templatetag", noExpressions],
  ["trans", translateArguments],
  ["translate", translateArguments],
  ["url", usualArguments],
  ["widthratio", usualArguments],
]);
