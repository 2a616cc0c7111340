/** Tags that call a function: Django's own, the project's, and those of libraries, of which nothing is known. */
import { isClosed } from "../../interpret/conditions/truth.ts";
import type { Arguments } from "../../interpret/interpreter.ts";
import { join, unknown, unknownVarying } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { isTagOfDjango } from "../../syntax/template/known-tags.ts";
import type { BlockTagNode, TagArgument, TagNode } from "../../syntax/template/template-tree.ts";
import { valueOfExpression } from "./expressions.ts";
import { placeOf, underGuard } from "./guards.ts";
import { renderInside } from "./include-template.ts";
import type { Rendering } from "./rendering.ts";
import type { FunctionTag } from "./tag-libraries.ts";
import type { TemplateContext } from "./template-context.ts";
import { callOf } from "./variables.ts";

export function renderTag(rendering: Rendering, context: TemplateContext, node: TagNode): void {
  const own = rendering.libraries.tag(node.name.name);
  const result = own ? callTag(rendering, context, node, own) : djangoTag(rendering, context, node);
  if (node.as) context.set(node.as.name, result);
}

/** Inside of a block that is not known, names may stand for something else; what it wraps is rendered once. */
export function renderBlockTag(rendering: Rendering, context: TemplateContext, node: BlockTagNode): void {
  const own = rendering.libraries.tag(node.name.name);
  const result = own ? callTag(rendering, context, node, own) : djangoTag(rendering, context, node);
  const [first = [], ...others] = node.branches;
  rendering.renderNodes(rendering, context.push(), first);
  for (const branch of others) {
    underGuard(rendering, placeOf(node.name), () => rendering.renderNodes(rendering, context.push(), branch));
  }
  if (node.as) context.set(node.as.name, result);
}

function callTag(
  rendering: Rendering,
  context: TemplateContext,
  node: TagNode | BlockTagNode,
  tag: FunctionTag,
): Value {
  const { interpreter } = rendering;
  const given = node.arguments.map(
    (argument) => [argument, valueOfExpression(rendering, context, argument.value)] as const,
  );
  const positional = given.flatMap(([argument, value]) => (argument.name ? [] : [value]));
  const content = node.kind === "BlockTagNode" ? [unknown] : [];
  const args: Arguments = {
    positional: [...(tag.takesContext ? [context.flat()] : []), ...content, ...positional],
    keywords: new Map(given.flatMap(([{ name }, value]) => (name ? [[name.name, value] as const] : []))),
    open: false,
  };
  const result = interpreter.callFunction(tag.callee, args, callOf(tagPlace(node)), "call");
  if (tag.takesContext) context.assumeAnything();
  if (tag.template !== undefined) {
    const names = result.kind === "mapping" ? result.entries : new Map<string, Value>();
    renderInside(rendering, [tag.template], context.isolated(names, isClosed(result)), node);
    return unknown;
  }
  if (!node.as) interpreter.str(result, tagPlace(node));
  return result;
}

/** The tag as an expression; the same node for the same tag. */
function tagPlace(node: TagNode | BlockTagNode) {
  let place = places.get(node);
  if (!place) {
    const last = node.arguments.at(-1);
    place = placeOf({ start: node.name.start, end: Math.max(node.name.end, last?.end ?? 0) });
    places.set(node, place);
  }
  return place;
}

const places = new WeakMap<TagNode | BlockTagNode, ReturnType<typeof placeOf>>();

/** What tags read without writing it down. */
const impliedNames: Readonly<Record<string, string>> = {
  csrf_token: "csrf_token",
  trans: "LANGUAGE_CODE",
  translate: "LANGUAGE_CODE",
};

/** Tags of Django turn their arguments into text; others may do anything with them. */
function djangoTag(rendering: Rendering, context: TemplateContext, node: TagNode | BlockTagNode): Value {
  const { interpreter } = rendering;
  if (!isTagOfDjango(node.name.name)) {
    interpreter.record({ kind: "gap", reason: "unknownTag", location: interpreter.location(node.name) });
    context.assumeAnything();
  }
  const implied = context.isObserved ? impliedNames[node.name.name] : undefined;
  if (implied !== undefined) context.noteRead(implied, interpreter.location(node.name));
  const values = node.arguments.map((argument) => valueOfArgument(rendering, context, node, argument));
  return node.name.name === "firstof" ? values.reduce(join, unknown) : unknownVarying([]);
}

function valueOfArgument(
  rendering: Rendering,
  context: TemplateContext,
  { name: { name } }: TagNode | BlockTagNode,
  argument: TagArgument,
): Value {
  const { interpreter } = rendering;
  const value = valueOfExpression(rendering, context, argument.value);
  const place = argument.value.value;
  if (name === "firstof") interpreter.bool(value, place);
  if (printsArguments.has(name)) interpreter.str(value, place);
  return value;
}

const printsArguments: ReadonlySet<string> = new Set(["cycle", "firstof", "trans", "translate", "url"]);
