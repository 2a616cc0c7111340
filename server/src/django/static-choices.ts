/** Enumerations of choices: `Status.choices` and `Status.OPEN` of `TextChoices`, and how many choices a field has. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, PythonSymbol, VariableSymbol } from "../python/symbols.ts";
import {
  alternativesOf,
  type CallValue,
  type KnownValue,
  type StaticValue,
  sequenceOf,
} from "./static-value.ts";

const enumerationClasses: ReadonlySet<string> = new Set([
  "django.db.models.TextChoices",
  "django.db.models.IntegerChoices",
  "django.db.models.Choices",
  "django.db.models.enums.TextChoices",
  "django.db.models.enums.IntegerChoices",
  "django.db.models.enums.Choices",
  "enum.Enum",
  "enum.IntEnum",
  "enum.StrEnum",
]);

export function isEnumeration(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, enumerationClasses);
}

/** The members of an enumeration class in source order. */
export function enumerationMembers(program: PythonProgram, symbol: ClassSymbol): readonly VariableSymbol[] {
  return assignedNames(symbol)
    .filter((name) => !name.startsWith("_"))
    .flatMap((name) => {
      const found = program.lookupMember(symbol, name);
      return found.kind === "found" && found.symbol.kind === "variable" ? [found.symbol] : [];
    });
}

/** `__empty__` gives the choice of no value a label. */
export function hasEmptyChoice(symbol: ClassSymbol): boolean {
  return assignedNames(symbol).includes("__empty__");
}

function assignedNames(symbol: ClassSymbol): readonly string[] {
  return symbol.node.body.flatMap((statement) =>
    statement.kind === "Assign"
      ? statement.targets.flatMap((target) => (target.kind === "Name" ? target.name : []))
      : [],
  );
}

/** The number of values that `choices=` allows; undefined where it can't be told. */
export function countChoices(program: PythonProgram, value: StaticValue): number | undefined {
  const counts = alternativesOf(value).map((alternative) => countOf(program, alternative));
  const [first] = counts;
  return counts.length > 0 && counts.every((count) => count === first) ? first : undefined;
}

function countOf(program: PythonProgram, value: KnownValue): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  switch (value.type) {
    case "sequence":
      return value.complete
        ? value.elements.reduce((count, element) => count + optionsIn(element), 0)
        : undefined;
    case "mapping":
      return value.complete ? value.entries.size : undefined;
    case "symbol":
      return countOfSymbol(program, value.symbol);
    case "call":
      return countOfCall(value);
    case "model":
      return undefined;
  }
}

/** django-model-utils' `Choices("draft", "published")`. */
function countOfCall(value: CallValue): number | undefined {
  const { function: callee, arguments: options } = value.expression;
  if (callee.kind !== "Name" || callee.name !== "Choices") return undefined;
  return options.some((option) => option.kind === "Starred") ? undefined : options.length;
}

function countOfSymbol(program: PythonProgram, symbol: PythonSymbol): number | undefined {
  if (symbol.kind !== "class" || !isEnumeration(program, symbol)) return undefined;
  return enumerationMembers(program, symbol).length + (hasEmptyChoice(symbol) ? 1 : 0);
}

/** An option is a pair; a pair whose second part is a sequence of pairs is a group of options. */
function optionsIn(element: StaticValue): number {
  const [, label] = sequenceOf(element)?.elements ?? [];
  return (label ? sequenceOf(label)?.elements.length : undefined) ?? 1;
}
