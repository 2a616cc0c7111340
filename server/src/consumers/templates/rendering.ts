import type { TextRange } from "../../base/text-range.ts";
import type { CallFrame } from "../../interpret/facts.ts";
import type { Frame, Interpreter } from "../../interpret/interpreter.ts";
import type { Value } from "../../queryset/value.ts";
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
  /** Renders the first of these templates that there is, on behalf of this place. */
  renderNamed(names: readonly string[], context: TemplateContext, place: TextRange): void;
  /** The names that a template of Jinja defines at its top level. */
  importNamed(name: Value, context: TemplateContext, place: TextRange): ReadonlyMap<string, Value>;
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
