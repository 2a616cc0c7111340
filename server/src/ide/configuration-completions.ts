/** What may stand at a place of `queryscope.toml`, or of the table `[tool.queryscope]` of `pyproject.toml`. */
import type { TextRange } from "../base/text-range.ts";
import { configurationKeys, configurationSchema } from "../lint/configuration.ts";
import { configurationFileName, projectFileName } from "../lint/configuration-file.ts";
import { memberKeys } from "../lint/configuration-reference.ts";
import type { RuleMetadata } from "../rules/rule.ts";

export interface ConfigurationCompletion {
  readonly label: string;
  readonly kind: "key" | "rule" | "level";
  readonly detail: string;
  readonly newText: string;
}

export interface ConfigurationCompletions {
  /** What is replaced. */
  readonly range: TextRange;
  readonly items: readonly ConfigurationCompletion[];
}

/** Keys whose values name rules. */
const selecting: ReadonlySet<string> = new Set(["select", "ignore", "extend-select", "per-file-ignores"]);

const levels = ["error", "warning", "info", "hint"];

/**
 * Reads the lines alone: a file that is being typed is seldom TOML.
 * @param fileName without its folder
 * @returns undefined where nothing of ours can stand
 */
export function configurationCompletionsAt(
  fileName: string,
  text: string,
  offset: number,
  rules: readonly RuleMetadata[],
): ConfigurationCompletions | undefined {
  const before = text.slice(0, offset);
  const table = tableAt(fileName, before);
  if (table === undefined) return undefined;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const word = /[\w*-]*$/.exec(line)?.[0] ?? "";
  const rest = /^[\w*-]*/.exec(text.slice(offset))?.[0] ?? "";
  const range = { start: offset - word.length, end: offset + rest.length };
  if (/^\s*[\w-]*$/.test(line) && !isInArray(before)) return itemsOf(range, keysIn(table));
  const isInString = (line.match(/["']/g)?.length ?? 0) % 2 === 1;
  if (!isInString) return undefined;
  if (/\blevel\s*=\s*["']\w*$/.test(line)) return itemsOf(range, levels.map(levelItem));
  const key = table === "" ? keyAround(before) : table;
  return key !== undefined && selecting.has(key) ? itemsOf(range, rules.flatMap(ruleItems)) : undefined;
}

/** The table in which the text ends, relative to ours: empty for our own; undefined outside of it. */
function tableAt(fileName: string, before: string): string | undefined {
  const name = [...before.matchAll(/^\s*\[+\s*([^\]\n]*?)\s*\]+[ \t]*(?:#.*)?$/gm)].at(-1)?.[1];
  const path = (name ?? "").replace(/["'\s]/g, "");
  if (fileName === configurationFileName) return path;
  if (fileName !== projectFileName) return undefined;
  return /^tool\.queryscope(?:\.|$)/.test(path) ? path.slice("tool.queryscope.".length) : undefined;
}

/** Whether brackets of a value are still open. */
function isInArray(before: string): boolean {
  const value = before.slice(lastAssignment(before)).replace(/"[^"\n]*"?|'[^'\n]*'?|#.*/g, "");
  return value.split("[").length > value.split("]").length;
}

function keyAround(before: string): string | undefined {
  return /^\s*([\w-]+)\s*=/.exec(before.slice(lastAssignment(before)))?.[1];
}

/** Where the last line begins that assigns to a bare key. */
function lastAssignment(before: string): number {
  return [...before.matchAll(/^[ \t]*[\w-]+[ \t]*=/gm)].at(-1)?.index ?? before.length;
}

function keysIn(table: string): readonly ConfigurationCompletion[] {
  const [outer = "", ...inner] = table.split(".");
  if (outer !== "") {
    // Tables in a list have the name of the list; those in a table one of their own.
    const isMember = outer === "servers" ? inner.length === 0 : inner.length > 0;
    return (isMember ? memberKeys(outer) : []).map(({ name, description }) => {
      return { label: name, kind: "key", detail: description, newText: `${name} = ` };
    });
  }
  return configurationKeys.map((key) => {
    const detail = configurationSchema.shape[key].meta()?.description ?? "";
    return { label: key, kind: "key", detail, newText: `${key} = ` };
  });
}

function ruleItems({ code, name, summary }: RuleMetadata): readonly ConfigurationCompletion[] {
  return [
    { label: code, kind: "rule", detail: `${name}: ${summary}`, newText: code },
    { label: name, kind: "rule", detail: `${code}: ${summary}`, newText: name },
  ];
}

function levelItem(level: string): ConfigurationCompletion {
  return { label: level, kind: "level", detail: "", newText: level };
}

function itemsOf(
  range: TextRange,
  items: readonly ConfigurationCompletion[],
): ConfigurationCompletions | undefined {
  return items.length === 0 ? undefined : { range, items };
}
