/** The options of a command line. */
import { unknownText, type Word } from "./command-words.ts";
import type { OptionValue } from "./deployment.ts";

export interface CommandOptions {
  /** `--workers 4`, `--workers=4`, `-w 4`, `-w4`: what the last of them says. */
  text(...names: readonly string[]): OptionValue<string>;
  number(...names: readonly string[]): OptionValue<number>;
  /** A list that is separated by commas. */
  list(...names: readonly string[]): OptionValue<readonly string[]>;
  has(...names: readonly string[]): boolean;
}

/** @param words behind the program's name */
export function optionsOf(words: readonly Word[]): CommandOptions {
  // A variable on its own may hold any option.
  const isOpen = words.some(
    ({ text }, index) => text.startsWith(unknownText) && !takesValue(words[index - 1]),
  );
  const find = (names: readonly string[]): Word | undefined => {
    for (let index = words.length - 1; index >= 0; index -= 1) {
      const word = words[index];
      if (!word) continue;
      for (const name of names) {
        const found = valueAt(words, index, word, name);
        if (found) return found;
      }
    }
    return undefined;
  };
  const text = (...names: readonly string[]): OptionValue<string> => {
    const word = find(names);
    if (word === undefined) return isOpen ? "unknown" : undefined;
    return word.text.includes(unknownText) ? "unknown" : { value: word.text, variable: word.variable };
  };
  return {
    text,
    number: (...names) => mapped(text(...names), numberOf),
    list: (...names) => mapped(text(...names), (value) => value.split(",").map((each) => each.trim())),
    has: (...names) => words.some(({ text }) => names.includes(text)),
  };
}

/** An option whose value is the next word. */
function takesValue(previous: Word | undefined): boolean {
  return previous !== undefined && /^-[^=]*$/.test(previous.text);
}

function valueAt(words: readonly Word[], index: number, word: Word, name: string): Word | undefined {
  if (word.text === name) return words[index + 1] ?? { text: unknownText };
  const start = name.startsWith("--") ? `${name}=` : name;
  if (!word.text.startsWith(start)) return undefined;
  return { ...word, text: word.text.slice(start.length).replace(/^=/, "") };
}

export function mapped<From, To>(
  option: OptionValue<From>,
  convert: (value: From) => To | undefined,
): OptionValue<To> {
  if (option === undefined || option === "unknown") return option;
  const value = convert(option.value);
  return value === undefined ? "unknown" : { value, variable: option.variable };
}

export function numberOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
