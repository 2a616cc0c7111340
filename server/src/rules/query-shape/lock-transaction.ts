/** Whether a transaction is open where rows are locked: without one, Django raises. */
import type { Location, TextRange } from "../../base/text-range.ts";
import { middleware } from "../../django/project-settings.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../../python/symbols.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { pathTo } from "../../syntax/walk.ts";
import { calledFunctions } from "../functions-in-requests.ts";
import type { RuleContext } from "../rule-context.ts";
import { hasAtomicRequests, transactionAround } from "../tasks/transaction-around.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/**
 * The use fetches locked rows in code that Django or a task queue starts, and nothing on the way there can have opened a
 * transaction: no block, no decorator, no setting and no middleware.
 */
export function isOutsideOfTransactions(context: RuleContext, use: RowsUse): boolean {
  const { calls, dormant, handled, location, root } = use;
  if (dormant || handled || !isStart(context, use)) return false;
  if (root.context === "request" && mayBeAroundRequests(context)) return false;
  // What a framework runs on the way may open one.
  if (calls.some(({ via }) => via !== "call" && via !== "method")) return false;
  const places = [...calls.map((call) => call.location), location];
  return places.every((place) => isOutsideAt(context, place));
}

/** A view of a module, a method that answers a request, a task or the `handle()` of a command, which nothing else calls. */
function isStart(context: RuleContext, { root }: RowsUse): boolean {
  const { program } = context.project;
  const symbol = program.resolveDottedName(root.symbol);
  if (symbol.kind !== "function" || calledFunctions(context).has(root.symbol)) return false;
  switch (root.context) {
    case "task":
      return !symbol.owner && !hasOption(symbol, "base");
    case "command":
      return symbol.owner !== undefined && symbol.name === "handle";
    case "request":
      return symbol.owner
        ? answers.has(symbol.name) && !mayOpen(context, symbol.owner)
        : symbol.node.parameters[0]?.name === "request";
    default:
      return false;
  }
}

const answers: ReadonlySet<string> = new Set(["get", "post", "put", "patch", "delete", "form_valid"]);

/** A class may open it around all of its methods. */
function mayOpen({ project: { program } }: RuleContext, owner: ClassSymbol): boolean {
  return program.mro(owner).some((each) => {
    if (each.kind === "unknown") return true;
    if (each.kind === "external") return !/^(?:django|rest_framework|builtins)\b/.test(each.name);
    const { file } = each.module;
    if (!each.module.firstParty) return /\batomic\b/.test(file.text.slice(each.node.start, each.node.end));
    const isDispatched = program.members(each).has("dispatch");
    return isDispatched || each.node.decorators.some(({ start, end }) => opens(file.text.slice(start, end)));
  });
}

function hasOption({ node }: FunctionSymbol, name: string): boolean {
  return node.decorators.some(
    (decorator) =>
      decorator.kind === "Call" &&
      decorator.keywords.some((keyword) => keyword.name === undefined || keyword.name.name === name),
  );
}

function mayBeAroundRequests(context: RuleContext): boolean {
  const { program, settings } = context.project;
  const isSet = program.modules.some(
    ({ firstParty, file }) => firstParty && mentions(file, "ATOMIC_REQUESTS"),
  );
  if (isSet || hasAtomicRequests(context)) return true;
  const { complete, names } = middleware(settings);
  return (
    !complete ||
    names.some((name) => {
      const symbol = program.resolveDottedName(name);
      if (symbol.kind !== "class" && symbol.kind !== "function")
        return !/^(?:django|corsheaders|whitenoise)\./.test(name);
      const { file } = symbol.module;
      return opens(file.text);
    })
  );
}

function opens(text: string): boolean {
  return /\b(?:atomic|transaction|autocommit)/i.test(text);
}

function isOutsideAt(context: RuleContext, { path, range }: Location): boolean {
  const module = context.project.program.moduleOfFile(path);
  if (!module || mentions(module.file, "set_autocommit")) return false;
  const around = functionAround(module.file.tree, range);
  return (
    around !== undefined &&
    transactionAround(context, module, range) === undefined &&
    !isInBlock(module, around, range) &&
    around.decorators.every(({ start, end }) => !opens(module.file.text.slice(start, end))) &&
    areDecoratorsKnown(context, module, around)
  );
}

/** A context manager of any kind may open it. */
function isInBlock({ file }: Module, around: FunctionDef, range: TextRange): boolean {
  const nodes = pathTo(file.tree, range);
  return nodes
    .slice(nodes.indexOf(around))
    .some((node) => "kind" in node && (node.kind === "With" || node.kind === "Lambda"));
}

function areDecoratorsKnown(
  { project: { program } }: RuleContext,
  module: Module,
  { decorators }: FunctionDef,
): boolean {
  return decorators.every((decorator) => {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = program.resolveExpression(module, callee);
    if (symbol.kind === "function") return !opens(symbol.module.file.text);
    const isTask = callee.kind === "Attribute" && callee.attribute.name === "task";
    return (
      isTask ||
      (symbol.kind === "external" && /^(?:django|rest_framework|celery|builtins)\./.test(symbol.name))
    );
  });
}
