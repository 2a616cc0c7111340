/** What each tag of a template does with the context. */

import { unreachable } from "../../base/invariant.ts";
import { truthOf } from "../../interpret/conditions/truth.ts";
import type { FragmentRead } from "../../interpret/facts.ts";
import { inFrame } from "../../interpret/frames.ts";
import { sizeOf } from "../../interpret/language/builtins.ts";
import { collectionOf } from "../../interpret/make-values.ts";
import { unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, Identifier } from "../../syntax/ast.ts";
import type {
  Binding,
  BlockNode,
  CacheNode,
  ForNode,
  IfNode,
  RegroupNode,
  TemplateNode,
} from "../../syntax/template/template-tree.ts";
import { applyFilters, valueOfExpression } from "./expressions.ts";
import { placeOf, underGuard } from "./guards.ts";
import { includeTemplate } from "./include-template.ts";
import { isSuperCall, renderCallBlock, renderImport, renderMacro, renderSet } from "./jinja/render-jinja.ts";
import { renderBlockTag, renderTag } from "./render-tag.ts";
import type { BlockPlace, Rendering } from "./rendering.ts";
import type { TemplateContext } from "./template-context.ts";
import {
  asksForDebugging,
  asksForMissingRow,
  evaluateTest,
  expressionOf,
  holdsForOneRound,
} from "./tests.ts";

export function renderNodes(
  rendering: Rendering,
  context: TemplateContext,
  nodes: readonly TemplateNode[],
): void {
  for (const node of nodes) {
    if (rendering.interpreter.state.budget <= 0) return;
    renderNode(rendering, context, node);
  }
}

function renderNode(rendering: Rendering, context: TemplateContext, node: TemplateNode): void {
  const { interpreter } = rendering;
  switch (node.kind) {
    case "VariableNode": {
      const { value } = node.expression;
      if (isBlockSuper(value) || (rendering.template.language === "jinja" && isSuperCall(value)))
        renderOverridden(rendering, context);
      else interpreter.str(valueOfExpression(rendering, context, node.expression), value);
      return;
    }
    case "ForNode":
      renderFor(rendering, context, node);
      return;
    case "IfNode":
      renderIf(rendering, context, node);
      return;
    case "IfChangedNode":
      for (const value of node.values) valueOfExpression(rendering, context, value);
      underGuard(rendering, node.values[0]?.value ?? placeOf(node), () => {
        renderNodes(rendering, context, node.body);
        renderNodes(rendering, context, node.orElse);
      });
      return;
    case "WithNode":
      renderNodes(rendering, context.push(bind(rendering, context, node.bindings)), node.body);
      return;
    case "BlockNode":
      renderBlock(rendering, context, node);
      return;
    case "ExtendsNode":
      // Rendered where the template begins.
      return;
    case "IncludeNode":
      includeTemplate(rendering, context, node, bind(rendering, context, node.bindings));
      return;
    case "RegroupNode":
      renderRegroup(rendering, context, node);
      return;
    case "CacheNode":
      for (const value of [node.timeout, ...node.varyOn]) valueOfExpression(rendering, context, value);
      renderCached(rendering, context, node);
      return;
    case "FilterNode":
      renderNodes(rendering, context.push(), node.body);
      applyFilters(rendering, context, unknown, { value: placeOf(node) }, node.filters);
      return;
    case "BlockTranslateNode": {
      noteTranslation(rendering, context, node.tag);
      const counter = node.counter ? [node.counter] : [];
      const inside = context.push(bind(rendering, context, [...node.bindings, ...counter]));
      if (node.context) valueOfExpression(rendering, context, node.context);
      for (const name of node.names) interpreter.str(inside.get(name.name), { kind: "Name", ...name });
      if (node.as) context.set(node.as.name, unknown);
      return;
    }
    case "PartialDefNode":
      rendering.partials.set(node.name.name, node);
      if (node.inline) renderNodes(rendering, context, node.body);
      return;
    case "PartialNode":
      renderPartial(rendering, context, node.name);
      return;
    case "LoadNode":
      rendering.libraries.load(node);
      return;
    case "TagNode":
      renderTag(rendering, context, node);
      return;
    case "BlockTagNode":
      renderBlockTag(rendering, context, node);
      return;
    case "SetNode":
      renderSet(rendering, context, node);
      return;
    case "MacroNode":
      renderMacro(rendering, context, node);
      return;
    case "CallBlockNode":
      renderCallBlock(rendering, context, node);
      return;
    case "ImportNode":
      renderImport(rendering, context, node);
      return;
    default:
      unreachable(node);
  }
}

function bind(
  rendering: Rendering,
  context: TemplateContext,
  bindings: readonly Binding[],
): ReadonlyMap<string, Value> {
  return new Map(
    bindings.map(({ name, value }) => [name.name, valueOfExpression(rendering, context, value)] as const),
  );
}

function noteTranslation({ interpreter }: Rendering, context: TemplateContext, tag: Identifier): void {
  if (context.isObserved) context.noteRead("LANGUAGE_CODE", interpreter.location(tag));
}

function renderCached(rendering: Rendering, context: TemplateContext, node: CacheNode): void {
  const { interpreter } = rendering;
  const { guards } = interpreter.state;
  const reads: FragmentRead[] = [];
  // No condition of a round: in a loop, too, the first page has all of it.
  guards.push({ test: node.timeout.value, loops: 0, cached: true });
  renderNodes(
    rendering,
    context.observed((read) => reads.push(read)),
    node.body,
  );
  guards.pop();
  interpreter.record({
    kind: "cachedFragment",
    node,
    reads,
    isDjangoTag: rendering.template.language === "jinja" || rendering.libraries.hasCacheOfDjango,
    ...interpreter.context(interpreter.location(node), []),
  });
}

function renderFor(rendering: Rendering, context: TemplateContext, node: ForNode): void {
  const { interpreter } = rendering;
  const iterable = valueOfExpression(rendering, context, node.iterable);
  interpreter.inLoop(iterable, node.iterable.value, node.header, (element) => {
    const loop = rendering.template.language === "jinja" ? "loop" : "forloop";
    const names = new Map<string, Value>([[loop, unknownVarying(variesOf(element))]]);
    for (const [index, target] of node.targets.entries()) {
      names.set(target.name, node.targets.length === 1 ? element : partOf(element, index));
    }
    const inside = context.push(names);
    const { condition } = node;
    if (!condition) return renderNodes(rendering, inside, node.body);
    interpreter.bool(valueOfExpression(rendering, inside, condition), condition.value);
    underGuard(rendering, condition.value, () => renderNodes(rendering, inside, node.body));
  });
  const { empty } = node;
  if (empty) underGuard(rendering, node.iterable.value, () => renderNodes(rendering, context, empty));
}

/** One of the names that a loop unpacks its elements to. */
function partOf(element: Value, index: number): Value {
  switch (element.kind) {
    case "collection":
      return element.items?.[index] ?? element.element;
    case "mapping":
      // What `{% regroup %}` makes is a named tuple.
      return [...element.entries.values()][index] ?? unknownVarying(element.varies);
    default:
      return unknownVarying(variesOf(element));
  }
}

function renderIf(rendering: Rendering, context: TemplateContext, node: IfNode): void {
  const { state } = rendering.interpreter;
  let guards = 0;
  for (const { body, test } of node.branches) {
    if (!test) {
      renderNodes(rendering, context, body);
      break;
    }
    const truth = truthOf(rendering.interpreter, evaluateTest(rendering, context, test));
    if (truth === false) continue;
    if (truth === true) {
      renderNodes(rendering, context, body);
      break;
    }
    const isExceptional = asksForDebugging(test) || holdsForOneRound(test);
    if (isExceptional) state.exceptional++;
    const unlikely = asksForMissingRow(context, test);
    underGuard(rendering, expressionOf(test), () => renderNodes(rendering, context, body), unlikely);
    if (isExceptional) state.exceptional--;
    // What follows runs where the test failed.
    state.guards.push({ test: expressionOf(test), loops: state.loops.length });
    guards++;
  }
  state.guards.length -= guards;
}

function renderRegroup(rendering: Rendering, context: TemplateContext, node: RegroupNode): void {
  const { interpreter } = rendering;
  const { target } = node;
  const source = valueOfExpression(rendering, context, target);
  const rows =
    source.kind === "collection"
      ? source
      : collectionOf(interpreter.iterate(source, target.value), sizeOf(source), variesOf(source));
  let grouper: Value = unknown;
  interpreter.inLoop(rows, target.value, node, (element) => {
    const inside = context.push(new Map([[node.name.name, element]]));
    grouper = valueOfExpression(rendering, inside, node.by);
  });
  const list = collectionOf(rows.element, rows.size, rows.varies);
  context.set(
    node.name.name,
    collectionOf(
      mappingOf(
        new Map<string, Value>([
          ["grouper", grouper],
          ["list", list],
        ]),
      ),
      rows.size,
      rows.varies,
    ),
  );
}

function renderPartial(rendering: Rendering, context: TemplateContext, { name }: Identifier): void {
  const partial = rendering.partials.get(name);
  const key = `${rendering.template.path}#${name}`;
  if (!partial || rendering.active.includes(key)) return;
  renderNodes({ ...rendering, active: [...rendering.active, key] }, context, partial.body);
}

function renderBlock(rendering: Rendering, context: TemplateContext, node: BlockNode): void {
  const places = [...(rendering.blocks.get(node.name.name) ?? []), { node, rendering }];
  renderFirst(places, rendering, context);
}

function isBlockSuper(value: Expression): boolean {
  return (
    value.kind === "Attribute" &&
    value.attribute.name === "super" &&
    value.value.kind === "Name" &&
    value.value.name === "block"
  );
}

function renderOverridden(rendering: Rendering, context: TemplateContext): void {
  renderFirst(rendering.overridden, rendering, context);
}

/** The block of the most derived template; the others are what it overrides. */
function renderFirst(places: readonly BlockPlace[], around: Rendering, context: TemplateContext): void {
  const [place, ...overridden] = places;
  if (!place) return;
  const { active, blocks, interpreter } = around;
  const { state } = interpreter;
  const calls = state.calls.splice(0, state.calls.length, ...place.rendering.calls);
  inFrame(interpreter, place.rendering.frame, () =>
    renderNodes({ ...place.rendering, active, blocks, overridden }, context.push(), place.node.body),
  );
  state.calls.splice(0, state.calls.length, ...calls);
}
