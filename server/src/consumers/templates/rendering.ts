import type { CallFrame } from "../../interpret/facts.ts";
import type { Frame, Interpreter } from "../../interpret/interpreter.ts";
import type { BlockNode, PartialDefNode, TemplateFile } from "../../syntax/template/template-tree.ts";
import type { LoadedLibraries } from "./tag-libraries.ts";

/** One template while it is rendered. */
export interface Rendering {
  readonly interpreter: Interpreter;
  readonly template: TemplateFile;
  /** As it was asked for: `tasks/list.html`. */
  readonly name: string;
  readonly frame: Frame;
  /** The calls that lead into the template. */
  readonly calls: readonly CallFrame[];
  readonly libraries: LoadedLibraries;
  readonly partials: Map<string, PartialDefNode>;
  /** By name: the blocks of the templates that extend this one, the most derived first. */
  readonly blocks: ReadonlyMap<string, readonly BlockPlace[]>;
  /** What `{{ block.super }}` stands for. */
  readonly overridden: readonly BlockPlace[];
  /** Paths of the templates that are being rendered around this one. */
  readonly active: readonly string[];
}

/** A block and the template in which it stands. */
export interface BlockPlace {
  readonly node: BlockNode;
  readonly rendering: Rendering;
}
