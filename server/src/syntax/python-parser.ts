import { Edit, Language, Parser, type Point, type Tree } from "web-tree-sitter";
import { invariant } from "../base/invariant.ts";
import { lineIndexOf } from "../base/line-index.ts";
import { FlatTree } from "./flat-tree.ts";
import { grammarNumbersOf } from "./grammar.ts";
import { lowerModule } from "./lower-module.ts";
import type { LinearMemory } from "./memory-reader.ts";
import { NameTable } from "./name-table.ts";
import { repair } from "./repair.ts";
import type { RepairedText } from "./repaired-text.ts";
import type { SourceFile } from "./source-file.ts";
import { fastestReader, type TreeReader } from "./tree-reader.ts";

export interface PythonParser {
  /** Never fails on the text: what is not Python becomes `Invalid` nodes and entries of `tree.errors`. */
  parse(path: string, text: string): SourceFile;
  /** For open buffers: keeps the concrete tree, so that a small change is parsed in a small time. */
  openDocument(path: string, text: string): ParsedDocument;
}

export interface ParsedDocument {
  /** The current version. */
  readonly file: SourceFile;
  update(text: string): SourceFile;
  /** Frees the concrete tree, which lives outside the garbage-collected heap. `file` stays usable. */
  close(): void;
}

/** The WebAssembly modules of web-tree-sitter and of tree-sitter-python, as bytes. */
export interface PythonParserModules {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** tree-sitter's runtime and its memory exist once per process. */
let runtime: Promise<LinearMemory> | undefined;

async function startRuntime(wasmBinary: Uint8Array): Promise<LinearMemory> {
  const pages = { initial: 32 * pagesPerMegabyte, maximum: 2048 * pagesPerMegabyte };
  const wasmMemory = new WebAssembly.Memory(pages);
  await Parser.init({ wasmBinary, wasmMemory });
  return wasmMemory;
}

const pagesPerMegabyte = 16;

/** What TypeScript knows only with the types of a browser. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => LinearMemory;
};

export async function createPythonParser(wasm: PythonParserModules): Promise<PythonParser> {
  runtime ??= startRuntime(wasm.runtime);
  const memory = await runtime;
  const language = await Language.load(wasm.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const reader = fastestReader(memory, language, grammarNumbersOf(language), parser);
  return new TreeSitterPythonParser(parser, reader);
}

class TreeSitterPythonParser implements PythonParser {
  private readonly columns = new FlatTree();
  private readonly names = new NameTable();
  private readonly parser: Parser;
  private readonly reader: TreeReader;

  constructor(parser: Parser, reader: TreeReader) {
    this.parser = parser;
    this.reader = reader;
  }

  parse(path: string, text: string): SourceFile {
    const repaired = repair(text);
    const tree = this.concreteTree(repaired.text, null);
    try {
      return this.lower(path, text, repaired, tree);
    } finally {
      tree.delete();
    }
  }

  openDocument(path: string, text: string): ParsedDocument {
    return new OpenDocument(this, path, text);
  }

  concreteTree(text: string, previous: Tree | null): Tree {
    const tree = this.parser.parse(text, previous);
    invariant(tree !== null, "the parser has a language and no timeout");
    return tree;
  }

  lower(path: string, text: string, { origin, errors }: RepairedText, tree: Tree): SourceFile {
    const { columns } = this;
    this.reader.read(tree, columns);
    if (origin !== undefined) columns.moveTo(origin);
    return { path, text, tree: lowerModule(text, columns, this.names, errors) };
  }
}

class OpenDocument implements ParsedDocument {
  file: SourceFile;
  private repaired: RepairedText;
  private tree: Tree | undefined;
  private readonly parser: TreeSitterPythonParser;

  constructor(parser: TreeSitterPythonParser, path: string, text: string) {
    this.parser = parser;
    this.repaired = repair(text);
    this.tree = parser.concreteTree(this.repaired.text, null);
    this.file = parser.lower(path, text, this.repaired, this.tree);
  }

  update(text: string): SourceFile {
    const { tree: old, file } = this;
    invariant(old !== undefined, `${file.path} was closed`);
    if (text === file.text) return file;
    const repaired = repair(text);
    old.edit(editBetween(this.repaired.text, repaired.text));
    this.tree = this.parser.concreteTree(repaired.text, old);
    old.delete();
    this.repaired = repaired;
    this.file = this.parser.lower(file.path, text, repaired, this.tree);
    return this.file;
  }

  close(): void {
    this.tree?.delete();
    this.tree = undefined;
  }
}

/** The one replacement that leads from a text to another: what lies between their common start and end. */
function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  ) {
    suffix++;
  }
  const oldEndIndex = before.length - suffix;
  const newEndIndex = after.length - suffix;
  return new Edit({
    startIndex: prefix,
    oldEndIndex,
    newEndIndex,
    startPosition: pointAt(before, prefix),
    oldEndPosition: pointAt(before, oldEndIndex),
    newEndPosition: pointAt(after, newEndIndex),
  });
}

function pointAt(text: string, offset: number): Point {
  const { line, column } = lineIndexOf(text).positionAt(offset);
  return { row: line, column };
}
