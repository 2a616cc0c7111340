/** Reads managers: `Manager()`, `OrderQuerySet.as_manager()`, `Manager.from_queryset(OrderQuerySet)()`. */
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { isOrderedManager, isPlainManager, isPlainQueryset } from "./library-facts/library-facts.ts";
import { alternativesOf, type CallValue, type Scope } from "./static-value.ts";

export interface ManagerDeclaration {
  readonly name: string;
  readonly managerClass: ClassSymbol | undefined;
  readonly querysetClass: ClassSymbol | undefined;
  readonly known: boolean;
  readonly ordered?: true;
  readonly location: Location | undefined;
}

export type ManagerKind = Omit<ManagerDeclaration, "name" | "location">;

export interface ManagerReader {
  /** Undefined where the expression makes no manager. */
  read(value: Expression, scope: Scope): ManagerKind | undefined;
}

const plainManager: ManagerKind = { managerClass: undefined, querysetClass: undefined, known: true };
/** A manager of which nothing is known. */
export const unknownManager: ManagerKind = { ...plainManager, known: false };

/** What a queryset class is: one of the project, Django's plain one, or one that is not understood. */
interface QuerysetKind {
  readonly querysetClass: ClassSymbol | undefined;
  readonly known: boolean;
}

export function createManagerReader(evaluator: Evaluator): ManagerReader {
  const managerClasses = new Map<string, ManagerKind | undefined>();
  const querysetClasses = new Map<string, QuerysetKind | undefined>();
  /** Calls of `from_queryset` that are being read. */
  const active = new Set<Call>();

  function read(value: Expression, scope: Scope): ManagerKind | undefined {
    for (const alternative of alternativesOf(evaluator.evaluate(value, scope))) {
      if (typeof alternative !== "object" || alternative?.type !== "call") continue;
      const manager = instanceMadeBy(alternative);
      if (manager) return manager;
    }
    return undefined;
  }

  /** The manager that a call makes: an instance of the class that stands in front of the parentheses. */
  function instanceMadeBy({ expression, scope }: CallValue): ManagerKind | undefined {
    const callee = expression.function;
    if (callee.kind === "Attribute" && callee.attribute.name === "as_manager") {
      const queryset = querysetKind(callee.value, scope);
      return queryset && { managerClass: undefined, ...queryset };
    }
    const scoped = scopedManagerClass(expression);
    return classKind(scoped ?? callee, scope);
  }

  /** The manager class that an expression names or makes. */
  function classKind(expression: Expression, scope: Scope): ManagerKind | undefined {
    if (expression.kind === "Subscript") return classKind(expression.value, scope);
    const made = expression.kind === "Call" ? fromQueryset(expression, scope) : undefined;
    if (made) return made;
    const symbol = evaluator.symbol(expression, scope);
    if (symbol.kind !== "unknown") return kindOfSymbol(symbol);
    // `OrderManager = BaseManager.from_queryset(OrderQuerySet)`, called by its name.
    for (const alternative of alternativesOf(evaluator.evaluate(expression, scope))) {
      if (typeof alternative !== "object" || alternative?.type !== "call") continue;
      const kind = fromQueryset(alternative.expression, alternative.scope);
      if (kind) return kind;
    }
    return undefined;
  }

  /** `BaseManager.from_queryset(OrderQuerySet)` */
  function fromQueryset(call: Call, scope: Scope): ManagerKind | undefined {
    const callee = call.function;
    if (callee.kind !== "Attribute" || callee.attribute.name !== "from_queryset") return undefined;
    // `OrderManager = OrderManager.from_queryset(…)`: the right side is the class that had the name before.
    if (active.has(call)) return undefined;
    active.add(call);
    const manager = classKind(callee.value, scope) ?? hiddenClass(callee.value, scope);
    active.delete(call);
    const argument =
      call.arguments[0] ?? call.keywords.find((keyword) => keyword.name?.name === "queryset_class")?.value;
    const queryset = argument ? querysetKind(argument, scope) : undefined;
    if (!manager) return undefined;
    return {
      managerClass: manager.managerClass,
      querysetClass: queryset?.querysetClass,
      known: manager.known && queryset?.known === true,
      ...(manager.ordered ? { ordered: manager.ordered } : {}),
    };
  }

  /** The class behind a name that is later assigned something else. */
  function hiddenClass(expression: Expression, { module }: Scope): ManagerKind | undefined {
    if (expression.kind !== "Name") return undefined;
    const symbol = evaluator.context.program
      .classes(module)
      .find(({ qualifiedName }) => qualifiedName === expression.name);
    return symbol && kindOfClass(symbol);
  }

  function kindOfSymbol(symbol: PythonSymbol): ManagerKind | undefined {
    const name = symbolName(symbol);
    if (name !== undefined && isPlainManager(name)) {
      return isOrderedManager(name) ? { ...plainManager, ordered: true } : plainManager;
    }
    if (symbol.kind === "external") return /Manager$/.test(symbol.name) ? unknownManager : undefined;
    return symbol.kind === "class" ? kindOfClass(symbol) : undefined;
  }

  function kindOfClass(symbol: ClassSymbol): ManagerKind | undefined {
    if (managerClasses.has(symbol.id)) return managerClasses.get(symbol.id);
    managerClasses.set(symbol.id, undefined);
    const kind = readManagerClass(symbol);
    managerClasses.set(symbol.id, kind);
    return kind;
  }

  function readManagerClass(symbol: ClassSymbol): ManagerKind | undefined {
    const scope: Scope = { module: symbol.module, owner: undefined };
    let isManager = false;
    let known = true;
    let ordered = false;
    let querysetClass: ClassSymbol | undefined;
    for (const base of symbol.node.bases) {
      const kind = classKind(base, scope);
      if (kind) {
        isManager = true;
        querysetClass ??= kind.querysetClass;
        ordered ||= kind.ordered === true;
        if (!kind.known) known = false;
      } else if (!isUnderstood(base, scope)) known = false;
    }
    if (!isManager) return undefined;
    return {
      managerClass: symbol,
      querysetClass: ownQuerysetClass(symbol) ?? querysetClass,
      known,
      ...(ordered ? { ordered } : {}),
    };
  }

  /** `_queryset_class = OrderQuerySet`, which `from_queryset` sets too. */
  function ownQuerysetClass(symbol: ClassSymbol): ClassSymbol | undefined {
    const found = evaluator.context.program.lookupMember(symbol, "_queryset_class");
    if (found.kind !== "found") return undefined;
    return found.symbol.kind === "class"
      ? found.symbol
      : found.symbol.kind === "variable"
        ? found.symbol.values
            .map((value) => evaluator.symbol(value, { module: found.owner.module, owner: found.owner }))
            .find((candidate) => candidate.kind === "class")
        : undefined;
  }

  /** A base that is no manager is a mixin of the project, or a class like `Generic[T]` that changes nothing. */
  function isUnderstood(base: Expression, scope: Scope): boolean {
    const symbol = evaluator.symbol(base.kind === "Subscript" ? base.value : base, scope);
    return symbol.kind === "class" || (symbol.kind === "external" && isHarmless(symbol.name));
  }

  function querysetKind(expression: Expression, scope: Scope): QuerysetKind | undefined {
    if (expression.kind === "Subscript") return querysetKind(expression.value, scope);
    const symbol = evaluator.symbol(expression, scope);
    const name = symbolName(symbol);
    if (name !== undefined && isPlainQueryset(name)) return { querysetClass: undefined, known: true };
    if (symbol.kind === "external") return { querysetClass: undefined, known: false };
    return symbol.kind === "class" ? querysetKindOfClass(symbol) : { querysetClass: undefined, known: false };
  }

  function querysetKindOfClass(symbol: ClassSymbol): QuerysetKind | undefined {
    if (querysetClasses.has(symbol.id)) return querysetClasses.get(symbol.id);
    const unresolved = evaluator.context.program.mro(symbol).some((entry) => {
      if (entry.kind === "unknown") return true;
      const name = symbolName(entry) ?? "";
      return entry.kind === "external" && !isPlainQueryset(name) && !isHarmless(name);
    });
    const kind: QuerysetKind = { querysetClass: symbol, known: !unresolved };
    querysetClasses.set(symbol.id, kind);
    return kind;
  }

  return { read };
}

/** django-scopes' `ScopedManager(_manager_class=EventManager, organizer="organizer")` filters what that class gives. */
function scopedManagerClass(call: Call): Expression | undefined {
  const callee = call.function;
  const name =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  if (name !== "ScopedManager") return undefined;
  return call.keywords.find((keyword) => keyword.name?.name === "_manager_class")?.value;
}

function isHarmless(name: string): boolean {
  return /^(builtins|typing|typing_extensions|abc)\./.test(name);
}
