/** Command lines as words, as a shell would split them, without running anything. */
import { parse } from "shell-quote";

/** Stands in a word for a variable whose text is not known. */
export const unknownText = "\uE000";

/** A word, and the variable of the environment of which it holds the default. */
export interface Word {
  readonly text: string;
  readonly variable?: string | undefined;
}

export type Variables = ReadonlyMap<string, string>;

/** `${NAME:-4}` */
const withDefault = /\$\{(\w+)(?::?-)([^{}$]*)\}/g;

/**
 * The commands of a line, in order: those of `a && b; c` are three. A script that a shell is started with counts as its
 * own commands: `sh -c "a && b"`.
 */
export function commandsOf(line: string, variables: Variables = new Map()): readonly (readonly Word[])[] {
  const defaults = new Map<string, string>();
  const prepared = line
    .replace(/\\\r?\n/g, " ")
    // A substitution is a word that only running it tells.
    .replace(/\$\([^()]*\)|`[^`]*`/g, "$__SUBSTITUTED")
    .replace(withDefault, (_, name: string, text: string) => {
      const given = variables.get(name);
      if (given !== undefined) return given;
      const key = `__DEFAULT_${name}`;
      defaults.set(key, text);
      return `\${${key}}`;
    })
    .replace(/\$\$/g, "$");
  const marked = (name: string): string => {
    const text = defaults.get(name) ?? variables.get(name);
    if (text === undefined) return unknownText;
    return defaults.has(name) ? `\uE001${name.slice("__DEFAULT_".length)}\uE001${text}` : text;
  };
  const commands: Word[][] = [[]];
  for (const entry of parse(prepared, marked)) {
    if (typeof entry === "string") commands.at(-1)?.push(wordOf(entry));
    else if ("comment" in entry) break;
    else if (entry.op === "glob") commands.at(-1)?.push({ text: entry.pattern });
    else commands.push([]);
  }
  return commands.filter((words) => words.length > 0).flatMap((words) => withinShell(words, variables));
}

/** The same for a list of words, as `CMD ["gunicorn", "shop.wsgi"]` gives them. */
export function commandsOfWords(
  words: readonly string[],
  variables: Variables = new Map(),
): readonly (readonly Word[])[] {
  // A list is not seen by a shell: its words are not split.
  return withinShell(
    words.map((text) => ({ text })),
    variables,
  );
}

const shell = /(^|\/)(ba|da|a|z)?sh$/;

function withinShell(words: readonly Word[], variables: Variables): readonly (readonly Word[])[] {
  const [first, second, script] = words;
  const isScript = first && shell.test(first.text) && /^-[a-z]*c$/.test(second?.text ?? "");
  return isScript && script ? commandsOf(script.text, variables) : [words];
}

function wordOf(entry: string): Word {
  const variable = /\uE001(\w+)\uE001/.exec(entry)?.[1];
  return { text: entry.replace(/\uE001\w+\uE001/g, ""), variable };
}
