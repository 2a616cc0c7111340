import { Edit, type Parser, type Point, type Tree } from "web-tree-sitter";
import { invariant } from "../base/invariant.ts";
import { type LinePosition, lineIndexOf } from "../base/line-index.ts";
import { changeBetween } from "../base/text-change.ts";
import { FlatTree } from "./flat-tree.ts";
import { lowerModule } from "./lower-module.ts";
import { NameTable } from "./name-table.ts";
import { repair } from "./repair.ts";
import type { RepairedText } from "./repaired-text.ts";
import type { SourceFile } from "./source-file.ts";
import { fastestReader, type TreeReader } from "./tree-reader.ts";
import { loadPythonGrammar, type PythonParserModules } from "./tree-sitter.ts";

export interface PythonParser {
  /** Never fails on the text: what is not Python becomes `Invalid` nodes and entries of `tree.errors`. */
  parse(path: string, text: string): SourceFile;
  /** For open buffers: keeps the concrete tree, so that a small change is parsed in a small time. */
  openDocument(path: string, text: string): ParsedDocument;
}

export interface ParsedDocument {
  /** The current version. */
  readonly file: SourceFile;
  /** Makes the new text the current version. The tree is the one that `parse` would give. */
  update(text: string): SourceFile;
  /** Frees the concrete tree, which lives outside the garbage-collected heap. `file` stays usable. */
  close(): void;
}

/** @throws Error when the bytes are not the modules that they should be. */
export async function createPythonParser(wasm: PythonParserModules): Promise<PythonParser> {
  const grammar = await loadPythonGrammar(wasm);
  return new TreeSitterPythonParser(grammar.parser, fastestReader(grammar));
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
    const tree = this.concreteTree(repaired.text);
    try {
      return this.lower(path, text, repaired, tree);
    } finally {
      tree.delete();
    }
  }

  openDocument(path: string, text: string): ParsedDocument {
    return new OpenDocument(this, path, text);
  }

  /** The caller frees the tree. */
  concreteTree(text: string, previous: Tree | null = null): Tree {
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
    this.tree = parser.concreteTree(this.repaired.text);
    this.file = parser.lower(path, text, this.repaired, this.tree);
  }

  update(text: string): SourceFile {
    const { tree, file } = this;
    invariant(tree !== undefined, `${file.path} was closed`);
    if (text === file.text) return file;
    const repaired = repair(text);
    this.tree = this.reparsed(tree, repaired.text);
    this.repaired = repaired;
    this.file = this.parser.lower(file.path, text, repaired, this.tree);
    return this.file;
  }

  /** The tree of the next version; frees that of the current one. */
  private reparsed(tree: Tree, text: string): Tree {
    tree.edit(editBetween(this.repaired.text, text));
    const next = this.parser.concreteTree(text, tree);
    tree.delete();
    if (!next.rootNode.hasError) return next;
    // What is taken over from the last version may lead to another recovery than a parse of the whole text.
    next.delete();
    return this.parser.concreteTree(text);
  }

  close(): void {
    this.tree?.delete();
    this.tree = undefined;
  }
}

/** The one replacement that leads from a text to another: what lies between their common start and end. */
function editBetween(before: string, after: string): Edit {
  const { start: startIndex, oldEnd: oldEndIndex, newEnd: newEndIndex } = changeBetween(before, after);
  const linesBefore = lineIndexOf(before);
  return new Edit({
    startIndex,
    oldEndIndex,
    newEndIndex,
    startPosition: pointOf(linesBefore.positionAt(startIndex)),
    oldEndPosition: pointOf(linesBefore.positionAt(oldEndIndex)),
    newEndPosition: pointOf(lineIndexOf(after).positionAt(newEndIndex)),
  });
}

function pointOf({ line, column }: LinePosition): Point {
  return { row: line, column };
}
