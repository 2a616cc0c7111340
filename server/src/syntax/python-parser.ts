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
  /**
   * For open buffers: keeps the concrete tree, so that a small change is parsed in a small time. Whoever opens the same
   * path shares it. Each gets nodes of its own: what is remembered of a node belongs to one program.
   */
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
  /** By path. */
  private readonly opened = new Map<string, OpenText>();

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
    const opened = this.opened.get(path) ?? new OpenText(this, text);
    this.opened.set(path, opened);
    return new OpenDocument(opened, path, text, () => this.opened.delete(path));
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
  private shared: OpenText | undefined;
  private readonly onLastClosed: () => void;

  constructor(shared: OpenText, path: string, text: string, onLastClosed: () => void) {
    this.shared = shared;
    this.onLastClosed = onLastClosed;
    shared.readers++;
    this.file = shared.lowered(path, text);
  }

  update(text: string): SourceFile {
    invariant(this.shared !== undefined, `${this.file.path} was closed`);
    if (text !== this.file.text) this.file = this.shared.lowered(this.file.path, text);
    return this.file;
  }

  close(): void {
    const { shared } = this;
    if (shared === undefined) return;
    this.shared = undefined;
    shared.readers--;
    if (shared.readers > 0) return;
    shared.close();
    this.onLastClosed();
  }
}

/** The newest version of a text, for all who have it open. */
class OpenText {
  readers = 0;
  private text: string;
  private repaired: RepairedText;
  private tree: Tree;
  private readonly parser: TreeSitterPythonParser;

  constructor(parser: TreeSitterPythonParser, text: string) {
    this.parser = parser;
    this.text = text;
    this.repaired = repair(text);
    this.tree = parser.concreteTree(this.repaired.text);
  }

  /** Makes the text the newest version, unless it is that already. */
  lowered(path: string, text: string): SourceFile {
    if (text !== this.text) {
      const repaired = repair(text);
      this.tree = this.reparsed(this.tree, repaired.text);
      this.repaired = repaired;
      this.text = text;
    }
    return this.parser.lower(path, text, this.repaired, this.tree);
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
    this.tree.delete();
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
