/**
 * Python's `configparser`: an object whose sections are mappings of texts. Files are not read: what lies outside the
 * project is taken not to be there, and its defaults remember that something may say otherwise.
 */
import { castText } from "./environment-casts.ts";
import { textOf } from "./static-operators.ts";
import {
  alternativesOf,
  dependingOn,
  known,
  type MappingValue,
  mappingOf,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

const parserClasses = /^configparser\.(Raw|Safe)?ConfigParser$/;

export function newConfigurationParser(name: string | undefined, isPlain: boolean): StaticValue | undefined {
  if (name === undefined || !parserClasses.test(name)) return undefined;
  // Options may change how names and values are read, and give defaults.
  if (!isPlain) return unknownValue;
  const parser = { interpolates: name !== "configparser.RawConfigParser", readsFiles: false };
  return known({ type: "mapping", entries: new Map(), complete: true, parser });
}

export interface ParserCall {
  readonly method: string;
  readonly positional: readonly StaticValue[];
  readonly keywords: ReadonlyMap<string, StaticValue>;
}

/**
 * What a method of a parser answers; undefined for methods that answer nothing that matters.
 *
 * @param isClosed nothing is there but what is known: no variable of the environment, no file outside the project
 */
export function answerOfParser(
  given: MappingValue,
  { method, positional, keywords }: ParserCall,
  isClosed: boolean,
): StaticValue | undefined {
  const interpolates = given.parser?.interpolates ?? true;
  const mapping = isClosed ? { ...given, parser: { interpolates, readsFiles: false } } : given;
  const [section, option] = positional.map(stringOf);
  switch (method) {
    case "sections":
      return sequence([...mapping.entries.keys()].map(known), mapping.complete, mapping.united);
    case "has_section":
      return section === undefined ? unknownValue : presence(mapping, mapping.entries.has(section));
    case "has_option":
      if (section === undefined || option === undefined) return unknownValue;
      return presence(mapping, optionOf(mapping, section, option) !== undefined);
    case "read":
      return isClosed && mapping.complete ? sequence([]) : sequence([], false);
    case "items":
      return section === undefined ? unknownValue : itemsOf(mapping, section);
    case "get":
    case "getint":
    case "getfloat":
    case "getboolean":
      if (section === undefined || option === undefined) return unknownValue;
      return optionValue(mapping, method, optionOf(mapping, section, option), keywords.get("fallback"));
    default:
      return undefined;
  }
}

/** Files that were read may hold more. */
function uncertain({ parser }: MappingValue, value: StaticValue): StaticValue {
  return parser?.readsFiles ? dependingOn(value, "") : value;
}

function presence(mapping: MappingValue, isThere: boolean): StaticValue {
  if (mapping.united || (!isThere && !mapping.complete)) return unknownValue;
  return uncertain(mapping, known(isThere));
}

/** Names of options are read in lower case. */
function optionOf(mapping: MappingValue, section: string, option: string): StaticValue | undefined {
  const options = mapping.entries.get(section);
  return options && mappingOf(options)?.entries.get(option.toLowerCase());
}

function optionValue(
  mapping: MappingValue,
  method: string,
  given: StaticValue | undefined,
  fallback: StaticValue | undefined,
): StaticValue {
  if (!mapping.complete || mapping.united) return unknownValue;
  if (given === undefined) {
    // `fallback=_UNSET`: the option is required.
    const isValue = fallback !== undefined && !isSymbol(fallback);
    return isValue ? uncertain(mapping, fallback) : unknownValue;
  }
  const text = stringOf(given);
  if (text === undefined || (mapping.parser?.interpolates && text.includes("%"))) return unknownValue;
  if (method === "get") return uncertain(mapping, given);
  const cast = method === "getint" ? "int" : method === "getfloat" ? "float" : "bool";
  return uncertain(mapping, castText(text, cast, "configparser"));
}

function isSymbol(value: StaticValue): boolean {
  return (
    value.kind === "known" &&
    typeof value.value === "object" &&
    value.value !== null &&
    value.value.type === "symbol"
  );
}

function itemsOf(mapping: MappingValue, section: string): StaticValue {
  const options = mappingOf(mapping.entries.get(section) ?? unknownValue);
  if (!options) return sequence([], false);
  return sequence(
    [...options.entries].map(([name, value]) => sequence([known(name), value])),
    options.complete && mapping.complete,
    options.united,
  );
}

const changingNothing: ReadonlySet<string> = new Set([
  "sections",
  "has_section",
  "has_option",
  "get",
  "getint",
  "getfloat",
  "getboolean",
  "items",
  "options",
  "defaults",
  "write",
]);

/** The parser's new state; undefined where the method changes nothing. */
export function changedParser(
  mapping: MappingValue,
  method: string,
  positional: readonly StaticValue[],
  isOwnFile: (path: string) => boolean | undefined,
): MappingValue | undefined {
  if (changingNothing.has(method)) return undefined;
  const [first = unknownValue, second = unknownValue, third = unknownValue] = positional;
  switch (method) {
    case "read":
      return withFiles(mapping, first, isOwnFile);
    case "read_dict":
      return withSections(mapping, first);
    case "add_section":
      return withSections(
        mapping,
        sectionOf(first, known({ type: "mapping", entries: new Map(), complete: true })),
      );
    case "set":
      return withSections(mapping, sectionOf(first, sectionOf(second, third)));
    default:
      return { ...mapping, complete: false };
  }
}

function sectionOf(name: StaticValue, value: StaticValue): StaticValue {
  const key = stringOf(name);
  return key === undefined
    ? unknownValue
    : known({ type: "mapping", entries: new Map([[key, value]]), complete: true });
}

/** A file with a folder may be the project's own, which is not read; one without is where the process starts. */
function withFiles(
  mapping: MappingValue,
  names: StaticValue,
  isOwnFile: (path: string) => boolean | undefined,
): MappingValue {
  const texts = [...(sequenceOf(names)?.elements ?? [names])].flatMap(alternativesOf);
  const mayBeThere = texts.some(
    (text) => typeof text === "string" && /^[^/~].*\//.test(text) && isOwnFile(text) !== false,
  );
  const parser = { interpolates: mapping.parser?.interpolates ?? true, readsFiles: true };
  return { ...mapping, complete: mapping.complete && !mayBeThere, parser };
}

/** `{"section": {"option": value}}`: values become texts. */
function withSections(mapping: MappingValue, given: StaticValue): MappingValue {
  const sections = mappingOf(given);
  if (!sections) return { ...mapping, complete: false };
  const entries = new Map(mapping.entries);
  let complete = mapping.complete && sections.complete;
  for (const [name, value] of sections.entries) {
    const added = mappingOf(value);
    if (!added?.complete || added.united) complete = false;
    const options = new Map(mappingOf(entries.get(name) ?? unknownValue)?.entries);
    for (const [option, each] of added?.entries ?? []) options.set(option.toLowerCase(), textValue(each));
    entries.set(name, known({ type: "mapping", entries: options, complete: true }));
  }
  return { ...mapping, entries, complete, united: mapping.united === true || sections.united === true };
}

function textValue(value: StaticValue): StaticValue {
  const text = textOf(value);
  return text === undefined
    ? unknownValue
    : dependingOn(known(text), value.kind === "unknown" ? undefined : value.variable);
}
