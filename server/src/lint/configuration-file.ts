import { parse as parseToml, TomlError } from "smol-toml";
import type * as z from "zod";
import { lineIndexOf } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import {
  type ConfigurationKey,
  type ConfigurationLayer,
  configurationKeys,
  configurationSchema,
  toConfiguration,
} from "./configuration.ts";
import { describeUnknownSelector, isKnownSelector, nearest, type RuleIdentity } from "./selection.ts";
import { type TomlPath, type TomlPositions, tomlPositions } from "./toml-positions.ts";

/** A mistake in a configuration file. The key where it stands keeps its default, the others apply. */
export interface ConfigurationProblem {
  readonly range: TextRange;
  readonly message: string;
}

export interface ParsedConfiguration {
  readonly layer: ConfigurationLayer;
  readonly problems: readonly ConfigurationProblem[];
}

export const configurationFileName = "queryscope.toml";
export const projectFileName = "pyproject.toml";

/**
 * Reads the text of `queryscope.toml`, or the table `[tool.queryscope]` of `pyproject.toml`.
 * Answers undefined where `pyproject.toml` has no such table. Never throws: mistakes are `problems`.
 */
export function parseConfigurationFile(
  fileName: string,
  text: string,
  rules: readonly RuleIdentity[],
): ParsedConfiguration | undefined {
  const prefix: TomlPath = fileName === projectFileName ? ["tool", "queryscope"] : [];
  let document: unknown;
  try {
    document = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { layer: {}, problems: [syntaxProblem(text, error)] };
  }
  const table = prefix.reduce<unknown>((value, key) => memberOf(value, key), document);
  if (table === undefined) return undefined;
  return checkValues(table, prefix, lazyPositions(text), rules);
}

function checkValues(
  table: unknown,
  prefix: TomlPath,
  positions: () => TomlPositions,
  rules: readonly RuleIdentity[],
): ParsedConfiguration {
  const problems: ConfigurationProblem[] = [];
  const report = (place: "key" | "value", path: TomlPath, message: string): void => {
    const range = positions()[place](path) ?? nearestValue(positions(), path);
    problems.push({ range, message });
  };
  if (!isTable(table)) {
    report("value", prefix, `\`${prefix.join(".")}\` must be a table`);
    return { layer: {}, problems };
  }
  const accepted: Partial<Record<ConfigurationKey, unknown>> = {};
  for (const [key, value] of Object.entries(table)) {
    if (!isConfigurationKey(key)) {
      const suggestion = nearest(key, configurationKeys);
      report(
        "key",
        [...prefix, key],
        `unknown key \`${key}\`${suggestion ? `; did you mean \`${suggestion}\`?` : ""}`,
      );
      continue;
    }
    const result = configurationSchema.shape[key].safeParse(value);
    if (result.success) accepted[key] = result.data;
    else for (const issue of result.error.issues) reportIssue(issue, [...prefix, key], report);
  }
  const values = accepted as Partial<z.output<typeof configurationSchema>>;
  for (const { path, selector } of selectorsIn(values)) {
    if (isKnownSelector(selector, rules)) continue;
    report("value", [...prefix, ...path], describeUnknownSelector(selector, rules));
  }
  for (const name of Object.keys(values.rules ?? {})) {
    if (rules.some((rule) => rule.name === name)) continue;
    report("key", [...prefix, "rules", name], describeUnknownSelector(name, rules));
  }
  return { layer: toConfiguration(values), problems };
}

type Report = (place: "key" | "value", path: TomlPath, message: string) => void;

function reportIssue(issue: z.core.$ZodIssue, keyPath: TomlPath, report: Report): void {
  const path = [...keyPath, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const named = `\`${path.filter((part) => typeof part === "string").at(-1)}\``;
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) report("key", [...path, key], `unknown key \`${key}\` in ${named}`);
  } else if (issue.message.endsWith("received undefined")) {
    report("value", path, `${named} is missing`);
  } else {
    report("value", path, `${named}: ${issue.message.replace(/^Invalid (input|option): /, "")}`);
  }
}

/** A missing key is reported on the table that lacks it. */
function nearestValue(positions: TomlPositions, path: TomlPath): TextRange {
  const range = positions.value(path);
  if (range !== undefined) return range;
  return path.length === 0 ? { start: 0, end: 0 } : nearestValue(positions, path.slice(0, -1));
}

/** Every place where rules are chosen. */
function selectorsIn(
  values: Partial<z.output<typeof configurationSchema>>,
): readonly { readonly path: TomlPath; readonly selector: string }[] {
  const inList = (path: TomlPath, selectors: readonly string[] = []) =>
    selectors.map((selector, index) => ({ path: [...path, index], selector }));
  return [
    ...inList(["select"], values.select),
    ...inList(["ignore"], values.ignore),
    ...inList(["extend-select"], values["extend-select"]),
    ...Object.entries(values["per-file-ignores"] ?? {}).flatMap(([pattern, selectors]) =>
      inList(["per-file-ignores", pattern], selectors),
    ),
  ];
}

function syntaxProblem(text: string, error: TomlError): ConfigurationProblem {
  const start = lineIndexOf(text).offsetAt({ line: error.line - 1, column: error.column - 1 });
  const [summary = error.message] = error.message.split("\n");
  return { range: { start, end: start }, message: summary };
}

/** Positions need a second parse, which only a file with mistakes pays for. */
function lazyPositions(text: string): () => TomlPositions {
  let positions: TomlPositions | undefined;
  return () => {
    positions ??= tomlPositions(text);
    return positions;
  };
}

function isConfigurationKey(key: string): key is ConfigurationKey {
  return configurationKeys.some((known) => known === key);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function memberOf(value: unknown, key: string | number): unknown {
  return isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
