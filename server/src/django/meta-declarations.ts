/** Reads `class Meta` of a model with the classes that it inherits from (`class Meta(Base.Meta)`). */
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { classBody } from "./class-body.ts";
import type { Evaluator } from "./evaluation.ts";
import { libraryModelAt } from "./library-facts/library-facts.ts";
import type { LibraryMeta } from "./library-facts/library-model.ts";
import { known, type StaticValue, sequence } from "./static-value.ts";

export interface MetaDeclaration {
  /** The value of an option; undefined where neither the class nor what it inherits from sets it. */
  option(name: string): StaticValue | undefined;
  /** `abstract` of this class itself: Django resets it, so that it is not inherited from an abstract model's `Meta`. */
  readonly abstract: boolean;
  /** False when it inherits from something that could not be resolved. */
  readonly complete: boolean;
  /** Of the class statement; undefined for a library's. */
  readonly location: Location | undefined;
  /** Of the value of an option that this very class sets. */
  optionLocation(name: string): Location | undefined;
}

export function readMeta(evaluator: Evaluator, symbol: ClassSymbol): MetaDeclaration {
  return readMetaClass(evaluator, symbol, new Set());
}

function readMetaClass(
  evaluator: Evaluator,
  symbol: ClassSymbol,
  visited: ReadonlySet<string>,
): MetaDeclaration {
  const own = new Map<string, Expression>();
  for (const attribute of classBody(symbol).attributes) {
    if (!attribute.conditional || !own.has(attribute.name)) own.set(attribute.name, attribute.value);
  }
  const path = symbol.module.file.path;
  const scope = { module: symbol.module, owner: symbol };
  const inside = new Set(visited).add(symbol.id);
  const bases = symbol.node.bases.map((base) => readBase(evaluator, symbol, base, inside));

  const optionValue = (name: string): StaticValue | undefined => {
    const value = own.get(name);
    if (value) return evaluator.evaluate(value, scope);
    for (const base of bases) {
      const inherited = base?.option(name);
      if (inherited) return inherited;
    }
    return undefined;
  };
  const ownAbstract = own.get("abstract");
  return {
    option: optionValue,
    abstract: ownAbstract
      ? isTrue(evaluator.evaluate(ownAbstract, scope))
      : bases.some((base) => base?.plain === true && base.abstract),
    complete: bases.every((base) => base?.complete === true),
    location: { path, range: { start: symbol.node.start, end: symbol.node.end } },
    optionLocation: (name) => {
      const value = own.get(name);
      return value && { path, range: { start: value.start, end: value.end } };
    },
  };
}

/** A `Meta` that another one inherits from; `plain` where it is not that of a model, whose `abstract` is reset. */
type BaseMeta = MetaDeclaration & { readonly plain: boolean };

function readBase(
  evaluator: Evaluator,
  symbol: ClassSymbol,
  base: Expression,
  visited: ReadonlySet<string>,
): BaseMeta | undefined {
  const resolved = evaluator.symbol(base, { module: symbol.module, owner: undefined });
  if (resolved.kind === "class" && !visited.has(resolved.id)) {
    const plain = !resolved.qualifiedName.includes(".");
    return { ...readMetaClass(evaluator, resolved, visited), plain };
  }
  const name = symbolName(resolved);
  if (name === "builtins.object") return { ...libraryMeta({}, false), plain: true };
  const model = name?.endsWith(".Meta") ? libraryModelAt(name.slice(0, -".Meta".length)) : undefined;
  return model && { ...libraryMeta(model.meta, model.abstract), plain: false };
}

/** `Meta` of a model that only the library facts describe. */
export function libraryMeta(meta: LibraryMeta, abstract: boolean): MetaDeclaration {
  const options = new Map<string, StaticValue>();
  const set = (name: string, value: StaticValue | undefined): void => {
    if (value) options.set(name, value);
  };
  set("ordering", meta.ordering && texts(meta.ordering));
  set("unique_together", meta.uniqueTogether && sequence(meta.uniqueTogether.map(texts)));
  set("get_latest_by", meta.getLatestBy && texts(meta.getLatestBy));
  set("db_table", meta.dbTable === undefined ? undefined : known(meta.dbTable));
  set(
    "default_related_name",
    meta.defaultRelatedName === undefined ? undefined : known(meta.defaultRelatedName),
  );
  set(
    "default_manager_name",
    meta.defaultManagerName === undefined ? undefined : known(meta.defaultManagerName),
  );
  set("base_manager_name", meta.baseManagerName === undefined ? undefined : known(meta.baseManagerName));
  return {
    option: (name) => options.get(name),
    abstract,
    complete: true,
    location: undefined,
    optionLocation: () => undefined,
  };
}

function texts(values: readonly string[]): StaticValue {
  return sequence(values.map(known));
}

function isTrue(value: StaticValue): boolean {
  return value.kind === "known" && value.value === true;
}
