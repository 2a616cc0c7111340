import type { ModuleTree } from "./ast.ts";

/** One version of a Python file with its tree. Immutable: an edit makes a new one. */
export interface SourceFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ModuleTree;
}
