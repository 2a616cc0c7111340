/** The transaction that is open where a call stands, as far as the code around it tells. */

import type { TextRange } from "../../base/text-range.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import { mappingOf, truthOf } from "../../django/static-value.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import type { ClassDef, Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { type Node, pathTo, walk } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { symbolAt } from "./symbol-at.ts";

export interface Transaction {
  /** What opens it: `atomic`, Django when it sends a signal, or the setting `ATOMIC_REQUESTS`. */
  readonly opener: "atomic" | "signal" | "request";
  /** As a message names it: `the transaction of "with transaction.atomic()"`. */
  readonly label: string;
  readonly range: TextRange;
  /** The code that runs in it, as far as it is around the call. */
  readonly body: readonly Statement[];
  /** A row is written by whoever opened it: the receiver of a signal is told so. */
  readonly writes: boolean;
  /** The database, as the code names it; undefined for the default one. */
  readonly using: Expression | undefined;
  /** False where callers decide whether there is one. */
  readonly certain: boolean;
  /** It deletes the row that it is about: what is started can not be meant to find it. */
  readonly deletes: boolean;
}

const atomic = "django.db.transaction.atomic";

export function transactionAround(
  context: RuleContext,
  module: Module,
  range: TextRange,
): Transaction | undefined {
  const path = pathTo(module.file.tree, range);
  // What a function or lambda inside of the block does, it does when it is called.
  const own = path.findLastIndex(isFunction);
  const isLambda = path.slice(own + 1).some((node) => "kind" in node && node.kind === "Lambda");
  if (isLambda) return undefined;
  for (let index = path.length - 1; index > own; index--) {
    const node = path[index];
    if (!node || !("kind" in node) || node.kind !== "With" || node.async) continue;
    // The header itself is evaluated before the block begins.
    if (node.body.every(({ start, end }) => range.end <= start || range.start >= end)) continue;
    for (const { context: manager } of node.items) {
      const using = atomicUse(context, module, path, manager);
      if (using) {
        const { start, end } = manager;
        const text = module.file.text.slice(start, end).replace(/\s+/g, " ");
        return {
          opener: "atomic",
          label: `the transaction of "with ${text}"`,
          range: manager,
          body: node.body,
          writes: false,
          using: using.database,
          certain: true,
          deletes: false,
        };
      }
    }
  }
  const node = path[own];
  if (!node || !isFunction(node)) return undefined;
  return ofFunction(context, module, path.slice(0, own + 1), node);
}

/** The function runs in a transaction of its own, as a whole or in part: `atomic` decorates it, or stands in its code. */
export function opensTransaction(context: RuleContext, { module, node }: FunctionSymbol): boolean {
  const path = pathTo(module.file.tree, node.name);
  const isAtomic = (expression: Expression): boolean =>
    atomicUse(context, module, path, expression) !== undefined;
  let opens = node.decorators.some(isAtomic);
  walk(node, (inner) => {
    if ("kind" in inner && inner.kind === "With")
      opens ||= inner.items.some((item) => isAtomic(item.context));
    return !opens;
  });
  return opens;
}

function isFunction(node: Node): node is FunctionDef {
  return "kind" in node && node.kind === "FunctionDef";
}

function ofFunction(
  context: RuleContext,
  module: Module,
  path: readonly Node[],
  node: FunctionDef,
): Transaction | undefined {
  const { program, models } = context.project;
  const name = `${node.name.name}()`;
  for (const decorator of node.decorators) {
    const using = atomicUse(context, module, path.slice(0, -1), decorator);
    if (using) {
      return {
        opener: "atomic",
        label: `the transaction of ${name}`,
        range: decorator,
        body: node.body,
        writes: false,
        using: using.database,
        certain: true,
        deletes: false,
      };
    }
  }
  const receivers = signalReceivers(program, models).all.filter((each) => each.function?.node === node);
  for (const { signal } of receivers) {
    const kind = transactionOfSignal(signal.slice(signal.lastIndexOf(".") + 1));
    if (kind === undefined) continue;
    return {
      opener: "signal",
      label: kind.label,
      range: node.name,
      body: node.body,
      writes: true,
      using: undefined,
      certain: kind.certain,
      deletes: kind.deletes,
    };
  }
  return isView(context, module, path, node) && hasAtomicRequests(context)
    ? {
        opener: "request",
        label: "the transaction of the request (ATOMIC_REQUESTS)",
        range: node.name,
        body: node.body,
        writes: false,
        using: undefined,
        certain: true,
        deletes: false,
      }
    : undefined;
}

/** Django sends the signals of deletions and many-to-many changes inside of a transaction of its own. */
function transactionOfSignal(signal: string): Pick<Transaction, "label" | "certain" | "deletes"> | undefined {
  switch (signal) {
    case "pre_delete":
    case "post_delete":
      return { label: "the transaction that deletes the row", certain: true, deletes: true };
    case "m2m_changed":
      return { label: "the transaction that changes the relation", certain: true, deletes: false };
    case "pre_save":
    case "post_save":
      return { label: "a transaction around the save", certain: false, deletes: false };
    default:
      return undefined;
  }
}

/** `atomic`, `atomic("other")`, `method_decorator(atomic)` */
function atomicUse(
  context: RuleContext,
  module: Module,
  path: readonly Node[],
  node: Expression,
): { readonly database: Expression | undefined } | undefined {
  const { program } = context.project;
  const nameOf = (expression: Expression) => {
    const symbol = symbolAt(program, module, path, expression);
    return symbol.kind === "external" ? symbol.name : undefined;
  };
  if (node.kind !== "Call") return nameOf(node) === atomic ? { database: undefined } : undefined;
  const [first] = node.arguments;
  const name = nameOf(node.function);
  if (name === "django.utils.decorators.method_decorator" && first) {
    return atomicUse(context, module, path, first);
  }
  if (name !== atomic) return undefined;
  return { database: first ?? node.keywords.find((keyword) => keyword.name?.name === "using")?.value };
}

const viewClasses = /^(?:django\.views\.|rest_framework\.(?:views|viewsets|generics|mixins)\.)/;

function isView(
  { project: { program } }: RuleContext,
  module: Module,
  path: readonly Node[],
  node: FunctionDef,
): boolean {
  const isExempt = node.decorators.some((decorator) => {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = program.resolveExpression(module, callee);
    return symbol.kind === "external" && symbol.name === "django.db.transaction.non_atomic_requests";
  });
  if (isExempt || node.async) return false;
  const owner = path.findLast((each): each is ClassDef => "kind" in each && each.kind === "ClassDef");
  if (!owner) return path.length === 1 && node.parameters[0]?.name === "request";
  const symbol = program.classes(module).find((each) => each.node === owner);
  return (
    symbol !== undefined &&
    program.mro(symbol).some((base) => base.kind === "external" && viewClasses.test(base.name))
  );
}

/** The setting puts each request into a transaction. */
export function hasAtomicRequests({ project: { settings } }: RuleContext): boolean {
  const databases = settings.evaluateSetting("DATABASES");
  const database = databases && mappingOf(databases)?.entries.get("default");
  const value = database && mappingOf(database)?.entries.get("ATOMIC_REQUESTS");
  return value !== undefined && truthOf(value) === true;
}
