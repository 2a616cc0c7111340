/** Views whose answer has nothing of the request but the address, as far as their code tells. */
import type { UrlView } from "../../django/url-configurations.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { symbolAt } from "../tasks/symbol-at.ts";

/** @param root the symbol under which facts of the view are noted */
export function readsNothingOfRequest(context: RuleContext, { view }: UrlView, root: string): boolean {
  return view.kind === "function" ? isPlainFunction(context, view, root) : isPlainClass(context, view, root);
}

const plainDecorators = /^django\.views\.decorators\.http\.require_/;

/** `request` is passed to `render()` and to nothing else, and no other function of the project has a say. */
function isPlainFunction(context: RuleContext, { module, node }: FunctionSymbol, root: string): boolean {
  const { program } = context.project;
  const [request, ...others] = node.parameters;
  if (node.async || request === undefined || others.length > 0) return false;
  const isPlainDecorator = node.decorators.every((decorator) => {
    const symbol = symbolAt(program, module, [], decorator.kind === "Call" ? decorator.function : decorator);
    return symbol.kind === "external" && plainDecorators.test(symbol.name);
  });
  if (!isPlainDecorator || callsOthers(context, [root], new Set())) return false;
  let uses = 0;
  let rendered = 0;
  walk(node, (each) => {
    if (!("kind" in each)) return undefined;
    if (each.kind === "Name" && each.name === request.name) uses++;
    const [first] = each.kind === "Call" ? each.arguments : [];
    if (each.kind !== "Call" || first?.kind !== "Name" || first.name !== request.name) return undefined;
    const callee = symbolAt(program, module, [node], each.function);
    if (callee.kind === "external" && callee.name === "django.shortcuts.render") rendered++;
    return undefined;
  });
  return uses === rendered;
}

const templateView = /^django\.views\.generic\.(?:base\.)?TemplateView$/;
const basesOfTemplateView =
  /^django\.views\.(?:generic\.)?(?:base\.)?(?:TemplateView|TemplateResponseMixin|ContextMixin|View)$/;
const plainMembers: ReadonlySet<string> = new Set([
  "content_type",
  "extra_context",
  "get_context_data",
  "template_name",
]);

/** A `TemplateView` whose only method of its own, if any, adds to the context and has no use for the request. */
function isPlainClass(context: RuleContext, symbol: ClassSymbol, root: string): boolean {
  const { program } = context.project;
  let isTemplateView = false;
  const methods = new Set<string>();
  for (const entry of program.mro(symbol)) {
    if (entry.kind === "external") {
      if (!basesOfTemplateView.test(entry.name)) return false;
      isTemplateView ||= templateView.test(entry.name);
      continue;
    }
    if (entry.kind !== "class" || entry.node.decorators.length > 0) return false;
    for (const [name, member] of program.members(entry)) {
      if (!plainMembers.has(name)) return false;
      if (member.kind !== "function") continue;
      if (member.node.decorators.length > 0 || readsRequest(member.node)) return false;
      methods.add(`${member.module.name}.${member.qualifiedName}`);
    }
  }
  return isTemplateView && !callsOthers(context, [root, ...methods], methods);
}

/** `self.request`, which has the user and the session. */
function readsRequest(node: FunctionDef): boolean {
  let found = false;
  walk(node, (each) => {
    found ||= "kind" in each && each.kind === "Attribute" && each.attribute.name === "request";
    return !found;
  });
  return found;
}

function callsOthers({ facts }: RuleContext, callers: readonly string[], own: ReadonlySet<string>): boolean {
  return factsOfKind(facts, "functionCall").some(
    ({ root, callee }) => callers.includes(root.symbol) && !own.has(callee),
  );
}
