import type { TextRange } from "../../base/text-range.ts";
import { importNames } from "../../edits/imports.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../../python/symbols.ts";
import type { ClassDef, Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { isExpression, type Node, pathTo, walk } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { isRequest } from "../rows-of-one.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { callsOfLibrary, type LibraryCall } from "../tasks/library-calls.ts";
import { symbolAt } from "../tasks/symbol-at.ts";

export const cachePageOnPrivateView: FactRule = {
  kind: "facts",
  code: "QS708",
  name: "cache-page-on-private-view",
  summary: "The page of one user is kept by cache_page and given to the others",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    callsOfLibrary(context.project.program, "django.views.decorators.cache.cache_page").flatMap((use) => {
      const view = cachedView(context, use);
      const reason = view && reasonOf(context, view);
      return view && reason ? [findingOf(context, use, view, reason)] : [];
    }),
};

interface CachedView {
  readonly module: Module;
  readonly node: FunctionDef | ClassDef;
  readonly symbol: ClassSymbol | undefined;
  /** Decorators inside of `cache_page`, outermost first: what they do is part of what is kept. */
  readonly inner: readonly Expression[];
  /** All decorators, wherever they stand. */
  readonly decorators: readonly Expression[];
  readonly isDecorated: boolean;
}

interface Reason {
  readonly kind: "reads" | "checks";
  readonly node: TextRange;
  readonly module: Module;
}

/** What the decorator is put on: above a function or class, by `method_decorator`, or in a URL configuration. */
function cachedView(context: RuleContext, { module, call }: LibraryCall): CachedView | undefined {
  const { program } = context.project;
  const path = pathTo(module.file.tree, call);
  const index = path.indexOf(call);
  const holder = path.slice(0, index).findLast((node): node is FunctionDef | ClassDef => {
    if (!("kind" in node) || (node.kind !== "FunctionDef" && node.kind !== "ClassDef")) return false;
    return node.decorators.some(({ start, end }) => start <= call.start && call.end <= end);
  });
  if (holder) {
    const own = holder.decorators.findIndex(({ start, end }) => start <= call.start && call.end <= end);
    const owner = path.findLast((node): node is ClassDef => "kind" in node && node.kind === "ClassDef");
    const symbol = owner && program.classes(module).find(({ node }) => node === owner);
    const inner = [...innerOfList(holder.decorators[own], call), ...holder.decorators.slice(own + 1)];
    const ofClass = owner && owner !== holder ? owner.decorators : [];
    return {
      module,
      node: holder,
      symbol,
      inner,
      decorators: [...holder.decorators, ...ofClass],
      isDecorated: true,
    };
  }
  const parent = path[index - 1];
  if (!parent || !isExpression(parent) || parent.kind !== "Call" || parent.function !== call)
    return undefined;
  const [argument] = parent.arguments;
  return argument && viewNamed(program, module, argument);
}

/** `[cache_page(60), vary_on_cookie]` */
function innerOfList(decorator: Expression | undefined, call: Expression): readonly Expression[] {
  const [list] = decorator?.kind === "Call" ? decorator.arguments : [];
  if (list?.kind !== "ListLiteral" && list?.kind !== "TupleLiteral") return [];
  return list.elements.slice(list.elements.indexOf(call) + 1);
}

/** `views.page`, `Page.as_view()`, `vary_on_cookie(views.page)` */
function viewNamed(program: PythonProgram, module: Module, node: Expression): CachedView | undefined {
  if (
    node.kind === "Call" &&
    node.function.kind === "Attribute" &&
    node.function.attribute.name === "as_view"
  ) {
    const symbol = program.resolveExpression(module, node.function.value);
    return symbol.kind === "class" && symbol.module.firstParty
      ? {
          module: symbol.module,
          node: symbol.node,
          symbol,
          inner: symbol.node.decorators,
          decorators: symbol.node.decorators,
          isDecorated: false,
        }
      : undefined;
  }
  const symbol = program.resolveExpression(module, node);
  if (symbol.kind !== "function" || !symbol.module.firstParty) return undefined;
  const { decorators } = symbol.node;
  return {
    module: symbol.module,
    node: symbol.node,
    symbol: undefined,
    inner: decorators,
    decorators,
    isDecorated: false,
  };
}

const separating =
  /^django\.views\.decorators\.(?:vary\.vary_on_(?:cookie|headers)|cache\.(?:never_cache|cache_control))$/;
const checkingDecorators =
  /^django\.contrib\.auth\.decorators\.|^django\.contrib\.admin\.views\.decorators\.|^rest_framework\.decorators\.permission_classes$/;
const checkingClasses = /^django\.contrib\.auth\.mixins\./;

function reasonOf(context: RuleContext, view: CachedView): Reason | undefined {
  const { program } = context.project;
  const names = (node: Expression) => symbolsIn(program, view.module, node);
  if (view.decorators.some((each) => names(each).some((name) => separating.test(name)))) return undefined;
  const check = view.inner.find((each) => names(each).some((name) => checkingDecorators.test(name)));
  if (check) return { kind: "checks", node: check, module: view.module };
  const read = readOfUser(program, view);
  if (read) return read;
  // The check of a mixin is part of `dispatch()`, which the decorator of a class wraps.
  const isOfClass = view.node.kind === "ClassDef";
  const base =
    isOfClass && view.symbol
      ? program.mro(view.symbol).find((each) => each.kind === "external" && checkingClasses.test(each.name))
      : undefined;
  return base ? { kind: "checks", node: view.node.name, module: view.module } : undefined;
}

function symbolsIn(program: PythonProgram, module: Module, node: Expression): readonly string[] {
  const found: string[] = [];
  const note = (symbol: PythonSymbol): void => {
    if (symbol.kind === "external") found.push(symbol.name);
  };
  const visit = (each: Node): boolean | undefined => {
    if (isExpression(each) && (each.kind === "Name" || each.kind === "Attribute")) {
      note(symbolAt(program, module, [], each));
    }
    return undefined;
  };
  visit(node);
  walk(node, visit);
  return found;
}

/** `request.user`, `self.request.session`, `request.COOKIES`, in the function, or in a method of the class. */
function readOfUser(program: PythonProgram, view: CachedView): Reason | undefined {
  const bodies =
    view.node.kind === "FunctionDef" && !view.symbol
      ? [{ module: view.module, node: view.node }]
      : view.symbol
        ? partsForGet(program, view.symbol, view.node)
        : [];
  for (const { module, node } of bodies) {
    let found: Expression | undefined;
    walk(node, (each) => {
      if (
        !found &&
        isExpression(each) &&
        each.kind === "Attribute" &&
        privateNames.test(each.attribute.name) &&
        isRequest(each.value)
      )
        found = each;
      return !found;
    });
    if (found) return { kind: "reads", node: found, module };
  }
  return undefined;
}

interface ClassPart {
  readonly module: Module;
  readonly node: Node;
}

/**
 * What a class does for GET and HEAD, the only methods whose answers `cache_page` keeps: everything but what is for other
 * methods, unless something else calls it.
 *
 * @param holder the method that the decorator is put on: the other actions are not kept
 */
function partsForGet(
  program: PythonProgram,
  symbol: ClassSymbol,
  holder: FunctionDef | ClassDef,
): readonly ClassPart[] {
  const parts = program
    .mro(symbol)
    .flatMap((each) =>
      each.kind === "class" && each.module.firstParty
        ? each.node.body.map((node) => ({ module: each.module, node }))
        : [],
    );
  const isReached = ({ node }: { readonly node: Statement }): boolean =>
    node === holder ||
    node.kind !== "FunctionDef" ||
    !(changingMethods.test(node.name.name) || (holder.kind === "FunctionDef" && isHandler(node)));
  const reached = parts.filter(isReached);
  let others = parts.filter((part) => !isReached(part));
  for (const { node } of reached) {
    const called = others.filter(
      (other) => other.node.kind === "FunctionDef" && reads(node, other.node.name.name),
    );
    others = others.filter((other) => !called.includes(other));
    reached.push(...called);
  }
  return reached;
}

/** Methods that Django's and Django REST framework's views run for POST, PUT, PATCH and DELETE alone. */
const changingMethods =
  /^(?:post|put|patch|delete|form_valid|form_invalid|create|update|partial_update|destroy|perform_(?:create|update|destroy))$/;

/** What answers a request by itself: `list()`, `@action def stats()`. */
function isHandler({ name: { name }, decorators }: FunctionDef): boolean {
  return (
    /^(?:get|head|list|retrieve)$/.test(name) ||
    decorators.some(
      (each) =>
        each.kind === "Call" &&
        each.function.kind === "Name" &&
        /^(?:action|list_route|detail_route)$/.test(each.function.name),
    )
  );
}

/** `self.name` or `super().name` */
function reads(node: Node, name: string): boolean {
  let found = false;
  walk(node, (each) => {
    if (!("kind" in each) || each.kind !== "Attribute" || each.attribute.name !== name) return !found;
    found ||= each.value.kind === "Name" ? each.value.name === "self" : each.value.kind === "Call";
    return !found;
  });
  return found;
}

const privateNames = /^(?:user|session|COOKIES)$/;

function findingOf(
  context: RuleContext,
  { module, call, symbol }: LibraryCall,
  view: CachedView,
  { kind, node, module: other }: Reason,
): Finding {
  const { path } = module.file;
  const location = { path, range: { start: call.start, end: call.end } };
  const place = { path: other.file.path, range: { start: node.start, end: node.end } };
  const text = context.text(place.path).slice(node.start, node.end).replace(/\s+/g, " ");
  const name = view.node.name.name;
  return {
    ...findingBase(cachePageOnPrivateView),
    remedy: "cached-page",
    confidence: "high",
    message:
      kind === "reads"
        ? `cache_page keeps what ${name} shows to one visitor and gives it to all others: it reads "${text}", and the key has neither cookie nor header.`
        : `cache_page answers for ${name} before "${text}" checks who asks: once it is kept, everybody gets the page.`,
    help:
      kind === "reads"
        ? "Vary on the cookie below cache_page, or cache the data instead of the page."
        : "Put the check above cache_page.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      { message: "Keeps the page", location },
      {
        message: kind === "reads" ? "Depends on who asks" : "Is asked only where no page is kept",
        location: place,
      },
    ],
    fixes: kind === "reads" ? fixOf(context, module, view, call) : [],
  };
}

/** The decorator on a line of its own above a function, so that another one can follow it. */
function fixOf(context: RuleContext, module: Module, view: CachedView, call: Expression): readonly Fix[] {
  const { path, text } = module.file;
  if (!view.isDecorated || view.node.kind !== "FunctionDef" || !view.node.decorators.includes(call))
    return [];
  const isHeader = isRestView(context, view);
  const name = isHeader ? "vary_on_headers" : "vary_on_cookie";
  const imported = importNames(module.file, "django.views.decorators.vary", [name]);
  const expression = imported?.expressions.get(name);
  const end = text.indexOf("\n", call.end);
  const start = text.lastIndexOf("\n", call.start) + 1;
  const indentation = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
  if (!imported || expression === undefined || end < 0) return [];
  const decorator = isHeader ? `${expression}("Authorization", "Cookie")` : expression;
  return [
    {
      title: `Add ${name} (one page for each visitor)`,
      safety: "unsafe",
      preferred: true,
      edits: [
        ...imported.edits.map((edit) => ({ path, ...edit })),
        { path, range: { start: end, end }, newText: `\n${indentation}@${decorator}` },
      ],
    },
  ];
}

/** Views of Django REST framework may tell who asks by a header. */
function isRestView({ project: { program } }: RuleContext, view: CachedView): boolean {
  return view.decorators.some((each) =>
    symbolsIn(program, view.module, each).includes("rest_framework.decorators.api_view"),
  );
}
