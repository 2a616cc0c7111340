/** The parsed files of a workspace: each version of a file is read and parsed once. */
import type { FileSystem, ReadResult } from "../platform/file-system.ts";
import { isInside, joinPath } from "../platform/paths.ts";
import { versionToLink } from "../python/outline-key.ts";
import { parseJinja } from "../syntax/jinja/parse-jinja.ts";
import type { ParsedDocument, PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { parseTemplate } from "../syntax/template/parse-template.ts";
import type { TemplateFile, TemplateLanguage } from "../syntax/template/template-tree.ts";
import type { Problem } from "./workspace.ts";

/** Characters beyond which a file is machine-made in practice, and not worth the time of everybody else's. */
const longestFile = 1_000_000;

interface StoredFile {
  /** What it was made of. */
  readonly source: ReadResult;
  /** The version to analyse; undefined where the file can't be read or is too long. */
  readonly file: SourceFile | undefined;
  /** Whether `file` is the text as it is now, not an older version in its place. */
  readonly isCurrent: boolean;
  /** The last version without syntax errors. */
  readonly lastGood: SourceFile | undefined;
  readonly problem: Problem | undefined;
}

export class FileStore {
  readonly #fileSystem: FileSystem;
  readonly #root: string;
  readonly #parser: PythonParser;
  readonly #buffers = new Map<string, ReadResult>();
  readonly #disk = new Map<string, ReadResult>();
  readonly #files = new Map<string, StoredFile>();
  /** Of buffers: a keystroke in a long file is parsed in a small time. */
  readonly #documents = new Map<string, ParsedDocument>();
  readonly #templates: Readonly<Record<TemplateLanguage, Map<string, TemplateFile>>> = {
    django: new Map(),
    jinja: new Map(),
  };

  constructor(fileSystem: FileSystem, root: string, parser: PythonParser) {
    this.#fileSystem = fileSystem;
    this.#root = root;
    this.#parser = parser;
  }

  setBuffer(path: string, text: string): void {
    this.#buffers.set(path, { kind: "text", text });
  }

  closeBuffer(path: string): void {
    if (this.#buffers.delete(path)) this.#disk.delete(path);
    this.#documents.get(path)?.close();
    this.#documents.delete(path);
  }

  /** Frees what the garbage collector does not see. */
  dispose(): void {
    for (const document of this.#documents.values()) document.close();
    this.#documents.clear();
  }

  hasBuffer(path: string): boolean {
    return this.#buffers.has(path);
  }

  bufferPaths(): readonly string[] {
    return [...this.#buffers.keys()];
  }

  /** Forgets what was read of a file, or of everything in a folder. */
  invalidate(path: string): void {
    if (this.#disk.delete(path)) return;
    for (const known of this.#disk.keys()) if (isInside(path, known)) this.#disk.delete(known);
  }

  /** The text of an open buffer, or of the file on disk. */
  readText(path: string): string | undefined {
    const source = this.#read(path);
    return source.kind === "text" ? source.text : undefined;
  }

  get(path: string): SourceFile | undefined {
    return this.#stored(path).file;
  }

  /** The parsed template; undefined where the file cannot be read or is too long. */
  template(path: string, language: TemplateLanguage): TemplateFile | undefined {
    const text = this.readText(path);
    const templates = this.#templates[language];
    if (text === undefined || text.length > longestFile) {
      templates.delete(path);
      return undefined;
    }
    const known = templates.get(path);
    if (known?.text === text) return known;
    const template = (language === "jinja" ? parseJinja : parseTemplate)(path, text);
    templates.set(path, template);
    return template;
  }

  /** Whether positions in what `get` answers are positions in the file as it is now. */
  isCurrent(path: string): boolean {
    return this.#stored(path).isCurrent;
  }

  problem(path: string): Problem | undefined {
    return this.#stored(path).problem;
  }

  /** Whether the file was parsed before: asking for it costs little. */
  isLoaded(path: string): boolean {
    return this.#files.has(path);
  }

  #read(path: string): ReadResult {
    const known = this.#buffers.get(path) ?? this.#disk.get(path);
    if (known) return known;
    const source = this.#fileSystem.readText(joinPath(this.#root, path));
    this.#disk.set(path, source);
    return source;
  }

  #stored(path: string): StoredFile {
    const source = this.#read(path);
    const known = this.#files.get(path);
    if (known?.source === source) return known;
    const stored =
      known && isSameText(known.source, source)
        ? { ...known, source }
        : this.#load(path, source, known?.lastGood);
    this.#files.set(path, stored);
    return stored;
  }

  #parse(path: string, text: string): SourceFile {
    if (!this.#buffers.has(path)) return this.#parser.parse(path, text);
    const known = this.#documents.get(path);
    if (known) return known.update(text);
    const document = this.#parser.openDocument(path, text);
    this.#documents.set(path, document);
    return document.file;
  }

  #load(path: string, source: ReadResult, lastGood: SourceFile | undefined): StoredFile {
    const none = { source, file: undefined, isCurrent: true, lastGood };
    switch (source.kind) {
      case "missing":
        return { ...none, problem: undefined };
      case "failed":
        return { ...none, problem: { path, message: source.reason } };
      case "text": {
        const { text } = source;
        if (text.length > longestFile) {
          const message = `not analysed: ${text.length.toLocaleString("en")} characters are more than the limit of ${longestFile.toLocaleString("en")}`;
          return { ...none, problem: { path, message } };
        }
        const current = this.#parse(path, text);
        const file = versionToLink(current, lastGood);
        return {
          source,
          file,
          isCurrent: file === current,
          lastGood: current.tree.errors.length === 0 ? current : lastGood,
          problem: syntaxProblem(current),
        };
      }
    }
  }
}

function isSameText(first: ReadResult, second: ReadResult): boolean {
  return first.kind === "text" && second.kind === "text" && first.text === second.text;
}

function syntaxProblem(file: SourceFile): Problem | undefined {
  const [first] = file.tree.errors;
  if (!first) return undefined;
  const line = file.text.slice(0, first.start).split("\n").length;
  return { path: file.path, message: `line ${line}: syntax error; the rest of the file is analysed` };
}
