import type { CallFrame } from "../../interpret/facts.ts";
import type { Frame, Interpreter } from "../../interpret/interpreter.ts";
import type {
  BlockNode,
  PartialDefNode,
  TemplateFile,
  TemplateNode,
} from "../../syntax/template/template-tree.ts";
import type { LoadedLibraries } from "./tag-libraries.ts";
import type { TemplateContext } from "./template-context.ts";

/** Renders part of a template. Includes and tags lead from nodes to templates, whose nodes lead on. */
export type RenderNodes = (
  rendering: Rendering,
  context: TemplateContext,
  nodes: readonly TemplateNode[],
) => void;

/** One template while it is rendered. */
export interface Rendering {
  readonly interpreter: Interpreter;
  readonly renderNodes: RenderNodes;
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
