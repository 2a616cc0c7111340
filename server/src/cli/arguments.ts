import { parseArgs } from "node:util";
import { unreachable } from "../base/invariant.ts";
import { nearest } from "../lint/selection.ts";
import { UsageError } from "./usage-error.ts";

export type OptionSpecification = FlagOption | ValueOption | ChoiceOption | ListOption | NumberOption;

interface OptionBase {
  readonly description: string;
  readonly short?: string;
}

export interface FlagOption extends OptionBase {
  readonly kind: "flag";
}

export interface ValueOption extends OptionBase {
  readonly kind: "value";
  /** How help calls the value: `FILE`. */
  readonly placeholder: string;
}

export interface ChoiceOption<Choice extends string = string> extends OptionBase {
  readonly kind: "choice";
  readonly choices: readonly Choice[];
}

/** May be given several times, and take several values separated by commas. */
export interface ListOption extends OptionBase {
  readonly kind: "list";
  readonly placeholder: string;
}

export interface NumberOption extends OptionBase {
  readonly kind: "number";
  readonly placeholder: string;
}

export type OptionSpecifications = Readonly<Record<string, OptionSpecification>>;

export interface ParsedArguments<Options extends OptionSpecifications> {
  readonly options: { readonly [Name in keyof Options]: ValueOf<Options[Name]> };
  readonly positionals: readonly string[];
}

type ValueOf<Option extends OptionSpecification> = Option extends FlagOption
  ? boolean
  : Option extends ListOption
    ? readonly string[] | undefined
    : Option extends NumberOption
      ? number | undefined
      : Option extends ChoiceOption<infer Choice>
        ? Choice | undefined
        : string | undefined;

/** @throws UsageError that names the argument and, where one is near, what was probably meant. */
export function parseArguments<const Options extends OptionSpecifications>(
  args: readonly string[],
  specifications: Options,
): ParsedArguments<Options> {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specifications).map(([name, { kind, short }]) => [
        name,
        {
          type: kind === "flag" ? ("boolean" as const) : ("string" as const),
          multiple: true,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const specification = specifications[token.name];
    if (specification === undefined || !Object.hasOwn(specifications, token.name)) {
      throw unknownOption(token.rawName, Object.keys(specifications));
    }
    const value = checkedValue(token.rawName, token.value, token.inlineValue ?? false, specification);
    given.set(token.name, [...(given.get(token.name) ?? []), value]);
  }
  const options = Object.fromEntries(
    Object.entries(specifications).map(([name, specification]) => [
      name,
      convert(`--${name}`, given.get(name), specification),
    ]),
  );
  return { options: options as ParsedArguments<Options>["options"], positionals };
}

function checkedValue(
  name: string,
  value: string | undefined,
  inline: boolean,
  specification: OptionSpecification,
): string {
  if (specification.kind === "flag") {
    if (value !== undefined) throw new UsageError(`${name} takes no value`);
    return "";
  }
  // A value that looks like an option has to be written with `=`.
  if (value === undefined || (!inline && value.startsWith("-") && value !== "-")) {
    throw new UsageError(`${name} needs a value: ${usageOf(name, specification)}`);
  }
  return value;
}

/** `--fail-on error|warning`, as help writes it. */
export function usageOf(name: string, specification: OptionSpecification): string {
  switch (specification.kind) {
    case "flag":
      return name;
    case "choice":
      return `${name} ${specification.choices.join("|")}`;
    case "value":
    case "list":
    case "number":
      return `${name} ${specification.placeholder}`;
    default:
      return unreachable(specification);
  }
}

function convert(
  name: string,
  values: readonly string[] | undefined,
  specification: OptionSpecification,
): boolean | number | string | readonly string[] | undefined {
  const last = values?.at(-1);
  switch (specification.kind) {
    case "flag":
      return values !== undefined;
    case "value":
      return last;
    case "list":
      return values
        ?.flatMap((value) => value.split(","))
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case "number": {
      if (last === undefined) return undefined;
      if (!/^[1-9]\d{0,8}$/.test(last))
        throw new UsageError(`${name} must be a whole number from 1, not "${last}"`);
      return Number(last);
    }
    case "choice": {
      if (last === undefined || specification.choices.includes(last)) return last;
      const suggestion = nearest(last, specification.choices);
      throw new UsageError(
        `${name} must be one of ${specification.choices.join(", ")}, not "${last}"${didYouMean(suggestion)}`,
      );
    }
    default:
      return unreachable(specification);
  }
}

function unknownOption(rawName: string, names: readonly string[]): UsageError {
  const suggestion = rawName.startsWith("--")
    ? nearest(
        rawName,
        names.map((name) => `--${name}`),
      )
    : undefined;
  return new UsageError(`unknown option ${rawName}${didYouMean(suggestion)}`);
}

export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
}
