/** Methods that change a list or a dictionary: `append`, `update`, `setdefault`. */
import { changedParser } from "./configuration-parsers.ts";
import type { Container } from "./settings-environment.ts";
import { applyOperator } from "./static-operators.ts";
import {
  known,
  type MappingValue,
  mappingOf,
  mergedPlaces,
  replaceable,
  type SequenceValue,
  type StaticValue,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

const readingMethods: ReadonlySet<string> = new Set([
  "copy",
  "count",
  "get",
  "index",
  "items",
  "keys",
  "values",
]);

/**
 * Its new state; undefined where the method changes nothing.
 *
 * @param isOwnFile whether the project has a file that a parser of configurations reads
 */
export function changedContainer(
  container: Container,
  method: string,
  positional: readonly StaticValue[],
  keywords: MappingValue,
  isOwnFile: (path: string) => boolean | undefined,
): Container | undefined {
  if (container.type === "mapping" && container.parser)
    return changedParser(container, method, positional, isOwnFile);
  if (readingMethods.has(method)) return undefined;
  return container.type === "sequence"
    ? changedSequence(container, method, positional)
    : changedMapping(container, method, positional, keywords);
}

function changedSequence(
  list: SequenceValue,
  method: string,
  [first = unknownValue, second = unknownValue]: readonly StaticValue[],
): SequenceValue {
  const withElements = (elements: readonly StaticValue[]): SequenceValue => ({ ...list, elements });
  switch (method) {
    case "add":
    case "append":
      return withElements([...list.elements, first]);
    case "extend":
      return sequenceOf(applyOperator("+", known(list), first)) ?? list;
    case "insert":
      return insertElement(list, first, second);
    case "remove":
    case "discard":
      return withoutElement(list, first);
    case "clear":
      return { type: "sequence", elements: [], complete: true };
    default:
      return { ...list, complete: false, united: true };
  }
}

function insertElement(list: SequenceValue, position: StaticValue, element: StaticValue): SequenceValue {
  const isKnown = position.kind === "known" && typeof position.value === "number";
  const index = isKnown ? Number(position.value) : list.elements.length;
  const elements = [...list.elements];
  elements.splice(index, 0, element);
  // An unknown position leaves the order open.
  return { ...list, elements, united: list.united === true || !isKnown };
}

function withoutElement(list: SequenceValue, element: StaticValue): SequenceValue {
  const removed = stringOf(element);
  const index = removed === undefined ? -1 : list.elements.findIndex((each) => stringOf(each) === removed);
  if (index === -1) return { ...list, united: true };
  return { ...list, elements: list.elements.filter((_, each) => each !== index) };
}

function changedMapping(
  mapping: MappingValue,
  method: string,
  [first, second = known(null)]: readonly StaticValue[],
  keywords: MappingValue,
): MappingValue {
  const key = first && stringOf(first);
  switch (method) {
    case "update": {
      const given = first ? mappingOf(first) : keywords;
      const added = given && first ? merged(given, keywords) : given;
      if (!added) return { ...mapping, entries: replaceable(mapping.entries), complete: false, united: true };
      return merged(mapping, added);
    }
    case "setdefault":
      if (key === undefined) return { ...mapping, complete: false };
      return mapping.entries.has(key) ? mapping : withEntry(mapping, key, second);
    case "pop":
      if (key === undefined) return { ...mapping, complete: false, united: true };
      return withoutEntry(mapping, key);
    case "clear":
      return { type: "mapping", entries: new Map(), complete: true };
    default:
      return { ...mapping, complete: false, united: true };
  }
}

function merged(first: MappingValue, second: MappingValue): MappingValue {
  const before = second.complete ? first.entries : replaceable(first.entries);
  return {
    ...first,
    entries: new Map([...before, ...second.entries]),
    complete: first.complete && second.complete,
    united: first.united === true || second.united === true,
    places: mergedPlaces(first, second),
  };
}

export function withEntry(mapping: MappingValue, key: string, value: StaticValue): MappingValue {
  return { ...mapping, entries: new Map(mapping.entries).set(key, value) };
}

export function withoutEntry(mapping: MappingValue, key: string): MappingValue {
  return { ...mapping, entries: new Map([...mapping.entries].filter(([name]) => name !== key)) };
}
