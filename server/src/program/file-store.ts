/** The parsed files of a workspace: each version of a file is read and parsed once. */
import type { FileSystem } from "../platform/file-system.ts";
import { joinPath } from "../platform/paths.ts";
import { versionToLink } from "../python/outline-key.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import type { Problem } from "./workspace.ts";

/** Characters beyond which a file is machine-made in practice, and not worth the time of everybody else's. */
const longestFile = 1_000_000;

interface StoredFile {
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
  readonly #buffers = new Map<string, string>();
  readonly #files = new Map<string, StoredFile>();
  readonly #stale = new Set<string>();

  constructor(fileSystem: FileSystem, root: string, parser: PythonParser) {
    this.#fileSystem = fileSystem;
    this.#root = root;
    this.#parser = parser;
  }

  setBuffer(path: string, text: string): void {
    this.#buffers.set(path, text);
    this.#stale.add(path);
  }

  closeBuffer(path: string): void {
    if (this.#buffers.delete(path)) this.#stale.add(path);
  }

  invalidate(path: string): void {
    this.#stale.add(path);
  }

  /** The text of an open buffer, or of the file on disk. */
  readText(path: string): string | undefined {
    const buffer = this.#buffers.get(path);
    if (buffer !== undefined) return buffer;
    const result = this.#fileSystem.readText(joinPath(this.#root, path));
    return result.kind === "text" ? result.text : undefined;
  }

  get(path: string): SourceFile | undefined {
    return this.#stored(path).file;
  }

  /** Whether positions in what `get` answers are positions in the file as it is now. */
  isCurrent(path: string): boolean {
    return this.#stored(path).isCurrent;
  }

  problem(path: string): Problem | undefined {
    return this.#stored(path).problem;
  }

  #stored(path: string): StoredFile {
    const known = this.#files.get(path);
    if (known && !this.#stale.has(path)) return known;
    this.#stale.delete(path);
    const stored = this.#load(path, known?.lastGood);
    this.#files.set(path, stored);
    return stored;
  }

  #load(path: string, lastGood: SourceFile | undefined): StoredFile {
    const buffer = this.#buffers.get(path);
    const result =
      buffer === undefined
        ? this.#fileSystem.readText(joinPath(this.#root, path))
        : { kind: "text" as const, text: buffer };
    switch (result.kind) {
      case "missing":
        return { file: undefined, isCurrent: true, lastGood, problem: undefined };
      case "failed":
        return { file: undefined, isCurrent: true, lastGood, problem: { path, message: result.reason } };
      case "text": {
        if (result.text.length > longestFile) {
          const message = `not analysed: ${result.text.length.toLocaleString("en")} characters are more than the limit of ${longestFile.toLocaleString("en")}`;
          return { file: undefined, isCurrent: true, lastGood, problem: { path, message } };
        }
        const current = this.#parser.parse(path, result.text);
        const file = versionToLink(current, lastGood);
        return {
          file,
          isCurrent: file === current,
          lastGood: current.tree.errors.length === 0 ? current : lastGood,
          problem: syntaxProblem(current),
        };
      }
    }
  }
}

function syntaxProblem(file: SourceFile): Problem | undefined {
  const [first] = file.tree.errors;
  if (!first) return undefined;
  const line = file.text.slice(0, first.start).split("\n").length;
  return { path: file.path, message: `line ${line}: syntax error; the rest of the file is analysed` };
}
