/** The row that a page is about: the address says which one. */

import { staticValueOf } from "../../django/project-values.ts";
import { stringOf } from "../../django/static-value.ts";
import type { FragmentRead, RootInfo } from "../../interpret/facts.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import type { RuleContext } from "../rule-context.ts";

/** The view gives it to its template under this name: a detail view, or a function that looks a row up by an argument. */
export function isRowOfRoute(context: RuleContext, root: RootInfo, read: FragmentRead): boolean {
  if (read.boundBy !== "context" || read.value.kind !== "instance" || root.context !== "request")
    return false;
  const { program } = context.project;
  const symbol = program.resolveDottedName(root.symbol);
  if (symbol.kind !== "function") {
    // A method of Django's own, such as get(), is none of the project's functions.
    const view =
      symbol.kind === "class"
        ? symbol
        : program.resolveDottedName(root.symbol.slice(0, root.symbol.lastIndexOf(".")));
    return view.kind === "class" && isNamedByView(context, view, read);
  }
  return symbol.owner ? isNamedByView(context, symbol.owner, read) : isFoundByArgument(symbol, read.name);
}

const detailViews: ReadonlySet<string> = new Set([
  "django.views.generic.detail.SingleObjectMixin",
  "django.views.generic.detail.DetailView",
  "django.views.generic.DetailView",
]);

/** `context_object_name`, or the model's name in small letters. */
function isNamedByView({ project }: RuleContext, view: ClassSymbol, { name, value }: FragmentRead): boolean {
  const { program } = project;
  if (value.kind !== "instance" || !program.derivesFrom(view, detailViews)) return false;
  const found = program.lookupMember(view, "context_object_name");
  const node =
    found.kind === "found" && found.symbol.kind === "variable" ? found.symbol.values.at(-1) : undefined;
  if (found.kind !== "found" || found.symbol.kind !== "variable" || !node)
    return name === value.model.name.toLowerCase() && value.source?.single !== false;
  return stringOf(staticValueOf(project, found.symbol.module, node)) === name;
}

/** `{"project": project}` of `project = get_object_or_404(Project, pk=pk)`, where `pk` is what the route gives. */
function isFoundByArgument({ node }: FunctionSymbol, name: string): boolean {
  const [, ...given] = node.parameters;
  const parameters = new Set(given.map((parameter) => parameter.name));
  if (parameters.size === 0) return false;
  const flows = flowsOf(node);
  let found = false;
  walkExpressions(node, (each) => {
    if (each.kind === "DictLiteral")
      found ||= each.entries.some(
        ({ key, value }) =>
          key?.kind === "StringLiteral" &&
          key.value === name &&
          (value.kind === "Name" || value.kind === "Call") &&
          flowingInto(flows, value, isCall).some((part) => isCall(part) && findsBy(part, parameters)),
      );
    return !found;
  });
  return found;
}

function isCall(node: Expression): node is Call {
  return node.kind === "Call";
}

/** One row, by a keyword whose value is one of the names. */
function findsBy({ function: callee, keywords }: Call, names: ReadonlySet<string>): boolean {
  const method =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  return (
    /^(?:get|get_object_or_404)$/.test(method) &&
    keywords.some(({ value }) => value.kind === "Name" && names.has(value.name))
  );
}
