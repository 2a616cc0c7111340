import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import type { TextRange } from "../base/text-range.ts";

/** Keys and array indexes from the top of the document. */
export type TomlPath = readonly (string | number)[];

export interface TomlPositions {
  key(path: TomlPath): TextRange | undefined;
  value(path: TomlPath): TextRange | undefined;
}

/**
 * Where the keys and values of a TOML document stand. A document that this parser rejects, though the one that reads
 * the values took it, has no positions.
 */
export function tomlPositions(text: string): TomlPositions {
  const keys = new Map<string, TextRange>();
  const values = new Map<string, TextRange>();

  const visitPair = (pair: AST.TOMLKeyValue, container: TomlPath): void => {
    const path = visitKey(pair.key, container);
    visitValue(pair.value, path);
  };

  /** Every part of a dotted key is a key of its own: the unknown one may be any of them. */
  const visitKey = (key: AST.TOMLKey, container: TomlPath): TomlPath => {
    let path = container;
    for (const part of key.keys) {
      path = [...path, part.type === "TOMLBare" ? part.name : part.value];
      setOnce(keys, path, part);
      setOnce(values, path, key);
    }
    return path;
  };

  const visitValue = (value: AST.TOMLContentNode, path: TomlPath): void => {
    values.set(identity(path), toRange(value));
    switch (value.type) {
      case "TOMLArray":
        value.elements.forEach((element, index) => {
          visitValue(element, [...path, index]);
        });
        break;
      case "TOMLInlineTable":
        for (const pair of value.body) visitPair(pair, path);
        break;
      case "TOMLValue":
        break;
    }
  };

  for (const item of parseItems(text)) {
    if (item.type === "TOMLKeyValue") {
      visitPair(item, []);
      continue;
    }
    visitTableKey(item, keys, values);
    for (const pair of item.body) visitPair(pair, item.resolvedKey);
  }
  return { key: (path) => keys.get(identity(path)), value: (path) => values.get(identity(path)) };
}

function parseItems(text: string): readonly (AST.TOMLKeyValue | AST.TOMLTable)[] {
  try {
    return parseTOML(text, { tomlVersion: "1.1" }).body[0].body;
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
}

/** `resolvedKey` of an array of tables has the index after the key: `servers`, 0. */
function visitTableKey(
  table: AST.TOMLTable,
  keys: Map<string, TextRange>,
  values: Map<string, TextRange>,
): void {
  const parts = [...table.key.keys];
  let path: TomlPath = [];
  for (const segment of table.resolvedKey) {
    path = [...path, segment];
    const part = typeof segment === "string" ? parts.shift() : undefined;
    if (part !== undefined) setOnce(keys, path, part);
    setOnce(values, path, table.key);
  }
}

function setOnce(map: Map<string, TextRange>, path: TomlPath, node: AST.TOMLNode): void {
  const id = identity(path);
  if (!map.has(id)) map.set(id, toRange(node));
}

function identity(path: TomlPath): string {
  return JSON.stringify(path);
}

function toRange(node: AST.TOMLNode): TextRange {
  return { start: node.range[0], end: node.range[1] };
}
