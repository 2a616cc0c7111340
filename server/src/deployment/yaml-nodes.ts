/** Reading parsed YAML by its nodes, which know their places: aliases and merge keys are followed. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type ParsedNode } from "yaml";
import type { TextRange } from "../base/text-range.ts";

/** A node in its document. */
export interface YamlNode {
  readonly document: Document;
  readonly node: unknown;
}

/** Merge keys that merge each other end here. */
const maximumMerges = 20;

export function yamlEntry(of: YamlNode | undefined, key: string, depth = 0): YamlNode | undefined {
  if (!of || depth > maximumMerges) return undefined;
  const map = resolved(of);
  if (!isMap(map)) return undefined;
  const own = map.items.find((pair) => textOfScalar(pair.key) === key);
  if (own) return { document: of.document, node: own.value };
  for (const merged of mergedNodes(of.document, map.items)) {
    const found = yamlEntry(merged, key, depth + 1);
    if (found) return found;
  }
  return undefined;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange | undefined;
  readonly value: YamlNode;
}

/** The entries of a mapping in order, merged ones first. */
export function yamlEntries(of: YamlNode | undefined, depth = 0): readonly YamlEntry[] {
  if (!of || depth > maximumMerges) return [];
  const map = resolved(of);
  if (!isMap(map)) return [];
  const merged = mergedNodes(of.document, map.items).flatMap((each) => yamlEntries(each, depth + 1));
  const own = map.items.flatMap((pair) => {
    const key = textOfScalar(pair.key);
    if (key === undefined || key === "<<") return [];
    return { key, keyRange: rangeOfNode(pair.key), value: { document: of.document, node: pair.value } };
  });
  return [...merged, ...own];
}

function mergedNodes(document: Document, items: readonly Pair[]): readonly YamlNode[] {
  const merge = items.find((pair) => textOfScalar(pair.key) === "<<");
  if (!merge) return [];
  const value = resolved({ document, node: merge.value });
  return (isSeq(value) ? value.items : [merge.value]).map((node) => ({ document, node }));
}

export function yamlItems(of: YamlNode | undefined): readonly YamlNode[] {
  const sequence = of && resolved(of);
  if (!of || !isSeq(sequence)) return [];
  return sequence.items.map((node) => ({ document: of.document, node }));
}

/** A scalar as text; undefined for anything else. */
export function yamlText(of: YamlNode | undefined): string | undefined {
  return of && textOfScalar(resolved(of));
}

export function yamlNumber(of: YamlNode | undefined): number | undefined {
  const text = yamlText(of);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Where the node is written, or the anchor that it is an alias of. */
export function yamlRange({ document, node }: YamlNode): TextRange | undefined {
  return rangeOfNode(resolved({ document, node }));
}

function rangeOfNode(node: unknown): TextRange | undefined {
  const range = isNode(node) ? (node as ParsedNode).range : undefined;
  return range ? { start: range[0], end: range[1] } : undefined;
}

function resolved({ document, node }: YamlNode): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function textOfScalar(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  return node.value === null || node.value === undefined ? "" : String(node.value);
}
