/** Rendering a template by its name, inside of another one or from Python. */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Location, TextRange } from "../../base/text-range.ts";
import { anyTemplate } from "../../django/templates.ts";
import { readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Module } from "../../python/symbols.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type {
  BlockNode,
  ExtendsNode,
  IncludeNode,
  TemplateFile,
  TemplateNode,
} from "../../syntax/template/template-tree.ts";
import { bodiesOf } from "../../syntax/template/template-walk.ts";
import { valueOfExpression } from "./expressions.ts";
import type { BlockPlace, Rendering, RenderNodes } from "./rendering.ts";
import { LoadedLibraries } from "./tag-libraries.ts";
import type { TemplateContext } from "./template-context.ts";

/** Templates inside of each other, by `include` and `extends`. */
const maximumDepth = 12;

export function includeTemplate(
  rendering: Rendering,
  context: TemplateContext,
  node: IncludeNode,
  bindings: ReadonlyMap<string, Value>,
): void {
  const inside = node.only ? context.isolated(bindings) : context.push(bindings);
  const choices = choicesOf(valueOfExpression(rendering, context, node.template));
  if (choices.length === 0) notePart(context, undefined);
  for (const names of choices) {
    renderInside(rendering, names, inside, node);
  }
}

/** Renders the first of the templates that there is, from a tag of another template. */
export function renderInside(
  rendering: Rendering,
  names: readonly string[],
  context: TemplateContext,
  tag: TextRange,
): void {
  const { active, interpreter, name, renderNodes } = rendering;
  const absolute = names.map((each) => absoluteName(each, name));
  renderNamed(interpreter, renderNodes, absolute, context, interpreter.location(tag), active);
}

/** Renders the first of the templates that there is. */
export function renderNamed(
  interpreter: Interpreter,
  renderNodes: RenderNodes,
  names: readonly string[],
  context: TemplateContext,
  caller: Location,
  active: readonly string[] = [],
): void {
  const found = findTemplate(interpreter, names, caller);
  notePart(context, found);
  if (!found || active.includes(found.template.path) || active.length >= maximumDepth) return;
  enter({ interpreter, renderNodes }, found, caller, active, new Map(), (rendering) => {
    const partial = found.partial === undefined ? undefined : rendering.partials.get(found.partial);
    if (partial) renderNodes(rendering, context.push(), partial.body);
    else renderBody(rendering, context);
  });
}

/** Renders a template that has no name of its own. */
export function renderText(
  interpreter: Interpreter,
  renderNodes: RenderNodes,
  template: TemplateFile,
  context: TemplateContext,
  caller: Location,
): void {
  const found = { name: template.path, template, partial: undefined };
  enter({ interpreter, renderNodes }, found, caller, [], new Map(), (rendering) =>
    renderBody(rendering, context),
  );
}

interface FoundTemplate {
  readonly name: string;
  readonly template: TemplateFile;
  /** The name of a `{% partialdef %}` in it: `tasks/list.html#row`. */
  readonly partial: string | undefined;
}

function findTemplate(
  interpreter: Interpreter,
  names: readonly string[],
  location: Location,
): FoundTemplate | undefined {
  interpreter.visited.add(anyTemplate);
  for (const fullName of names) {
    const [name = fullName, partial] = fullName.split("#", 2);
    const template = interpreter.templates.find(name);
    if (template) return { name, template, partial };
  }
  const reason = names.length === 0 ? "templateName" : "missingTemplate";
  interpreter.record({ kind: "gap", reason, location });
  return undefined;
}

function notePart({ page }: TemplateContext, found: FoundTemplate | undefined): void {
  if (!page) return;
  if (found) page.templates.add(found.template);
  else page.complete = false;
}

function enter(
  { interpreter, renderNodes }: Pick<Rendering, "interpreter" | "renderNodes">,
  { name, template }: FoundTemplate,
  caller: Location,
  active: readonly string[],
  blocks: Rendering["blocks"],
  body: (rendering: Rendering) => void,
): void {
  const module = moduleOf(template, name);
  const location = { path: template.path, range: { start: 0, end: 0 } };
  if (template.tree.errors.length > 0)
    interpreter.record({ kind: "gap", reason: "brokenTemplate", location });
  readDeclaration(interpreter, "template", { module, name, location, owner: undefined }, caller, () => {
    const { calls, frame } = interpreter.state;
    const rendering: Rendering = {
      interpreter,
      renderNodes,
      renderNamed: (names, context, place) =>
        renderNamed(interpreter, renderNodes, names, context, interpreter.location(place), active),
      importNamed: (named, context, place) => importNamed(rendering, named, context, place),
      template,
      name,
      frame,
      calls: [...calls],
      libraries: new LoadedLibraries(interpreter),
      partials: new Map(),
      blocks,
      overridden: [],
      active: [...active, template.path],
    };
    for (const node of partialsIn(template)) rendering.partials.set(node.name.name, node);
    body(rendering);
    return unknown;
  });
}

/** Runs what a template of Jinja sets and defines outside of its blocks, and gives the names. */
function importNamed(
  { active, interpreter, name, renderNodes }: Rendering,
  named: Value,
  context: TemplateContext,
  place: TextRange,
): ReadonlyMap<string, Value> {
  const names = namesOf(named).map((each) => absoluteName(each, name));
  const found = findTemplate(interpreter, names, interpreter.location(place));
  if (!found || active.includes(found.template.path) || active.length >= maximumDepth) return new Map();
  enter({ interpreter, renderNodes }, found, interpreter.location(place), active, new Map(), (rendering) =>
    renderNodes(rendering, context, found.template.tree.body.filter(isDefinition)),
  );
  return context.own();
}

/** A tag that gives names to what follows, the templates that this one extends included. */
function isDefinition({ kind }: TemplateNode): boolean {
  return kind === "SetNode" || kind === "MacroNode" || kind === "ImportNode";
}

function renderBody(rendering: Rendering, context: TemplateContext): void {
  const { body } = rendering.template.tree;
  const parent = body.find((node) => node.kind === "ExtendsNode");
  if (parent) renderParent(rendering, context, parent);
  else rendering.renderNodes(rendering, context.push(), body);
}

/** The parent's text, with the blocks of this template in place of its own. */
function renderParent(rendering: Rendering, context: TemplateContext, node: ExtendsNode): void {
  const { active, interpreter, name } = rendering;
  // Libraries are needed by the blocks, which are rendered with them later.
  for (const each of rendering.template.tree.body)
    if (each.kind === "LoadNode") rendering.libraries.load(each);
  rendering.renderNodes(rendering, context, rendering.template.tree.body.filter(isDefinition));
  const names = namesOf(valueOfExpression(rendering, context, node.parent));
  const found = findTemplate(
    interpreter,
    names.map((each) => absoluteName(each, name)),
    interpreter.location(node),
  );
  notePart(context, found);
  if (!found || active.includes(found.template.path) || active.length >= maximumDepth) {
    // Blocks of a parent that is not known are rendered all the same.
    for (const block of blocksIn(rendering.template.tree.body))
      rendering.renderNodes(rendering, context.push(), block.body);
    return;
  }
  const blocks = new Map<string, readonly BlockPlace[]>(rendering.blocks);
  for (const block of blocksIn(rendering.template.tree.body)) {
    const places = blocks.get(block.name.name) ?? [];
    blocks.set(block.name.name, [...places, { node: block, rendering }]);
  }
  const caller = interpreter.location(node);
  enter(rendering, found, caller, active, blocks, (parent) => renderBody(parent, context));
}

/** Blocks of the template, those inside of others included. */
function blocksIn(nodes: readonly TemplateNode[]): readonly BlockNode[] {
  return nodes.flatMap((node) => {
    const inside = bodiesOf(node).flatMap(blocksIn);
    return node.kind === "BlockNode" ? [node, ...inside] : inside;
  });
}

function partialsIn(template: TemplateFile): readonly (TemplateNode & { readonly kind: "PartialDefNode" })[] {
  const visit = (nodes: readonly TemplateNode[]): readonly (TemplateNode & { kind: "PartialDefNode" })[] =>
    nodes.flatMap((node) => {
      const inside = bodiesOf(node).flatMap(visit);
      return node.kind === "PartialDefNode" ? [node, ...inside] : inside;
    });
  return visit(template.tree.body);
}

/** What a template's name may be: of a list, the first template that exists is meant. */
export function choicesOf(value: Value): readonly (readonly string[])[] {
  return alternativesOf(value).map(namesOf);
}

export function namesOf(value: Value): readonly string[] {
  return alternativesOf(value).flatMap((each) => {
    if (each.kind === "literal") return typeof each.value === "string" ? [each.value] : [];
    return each.kind === "collection" ? (each.items ?? []).flatMap(namesOf) : [];
  });
}

/** `./row.html` and `../row.html` count from the template in which they stand. */
function absoluteName(name: string, template: string): string {
  if (!name.startsWith("./") && !name.startsWith("../")) return name;
  const parts = template.split("/").slice(0, -1);
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const modules = new AnswersOf<TemplateFile, Module>();

/** Where nodes of the template are located. */
function moduleOf(template: TemplateFile, name: string): Module {
  let module = modules.get(template);
  if (!module) {
    const { path, text } = template;
    const tree = { body: [], comments: [], errors: [] };
    module = { name, isPackage: false, file: { path, text, tree }, firstParty: true };
    modules.set(template, module);
  }
  return module;
}
