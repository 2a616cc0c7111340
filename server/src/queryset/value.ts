/** What an expression can evaluate to, as far as the analysis distinguishes it. */
import type { Location } from "../base/text-range.ts";
import type { Field, Manager as ManagerDeclaration, Model, Relation } from "../django/model-graph.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../python/symbols.ts";
import type { FunctionDef, Lambda, StringLiteral } from "../syntax/ast.ts";
import type { Instance } from "./instance.ts";
import type { LoopSet } from "./loop-set.ts";
import type { Queryset } from "./queryset.ts";

export type Value =
  | Unknown
  | Literal
  | Queryset
  | ManagerValue
  | Instance
  | Collection
  | Mapping
  | PlainObject
  | ClassValue
  | ModuleValue
  | ExternalValue
  | FunctionValue
  | MethodValue
  | PrefetchObject
  | Page
  | TemplateValue
  | SuperObject
  | Union;

export interface Unknown {
  readonly kind: "unknown";
  readonly varies: LoopSet;
  /** Neither None nor empty: the key of a row that the table has. */
  readonly given?: true | undefined;
  /** The column of a row that it was read from. */
  readonly column?: ColumnValue;
  /** For a `Q` object. */
  readonly condition?: Condition;
  /** For an object of a task queue. */
  readonly queued?: QueueObject;
  /** What a queryset adds to its rows on some way, asked for with a value for the other ways. */
  readonly mayBeAnnotated?: true;
  /** Of a text that code puts together. */
  readonly text?: TextPattern;
}

/**
 * `signature`: the call of a task, which is not made yet; `canvas`: several of them, of which a call starts all;
 * `result`: what a task that was started will give back.
 */
export type QueueObject = "signature" | "canvas" | "result";

/** What is known of a text: its parts in order, `null` for one that is not known. Never two of a kind in a row. */
export type TextPattern = readonly (string | null)[];

/** What `filter()` and `Q()` are given, and what `&`, `|` and `~` make of it. */
export type Condition =
  | { readonly kind: "lookup"; readonly lookup: string; readonly value: Value }
  | { readonly kind: "all" | "any"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "unknown" };

export interface ColumnValue {
  readonly field: Field;
  /** The row; undefined where `values_list()` gave the column without it. */
  readonly instance: Instance | undefined;
}

export interface Literal {
  readonly kind: "literal";
  readonly value: string | number | boolean | null;
  /** Read from a place that other code may write to: an attribute, a dictionary, a name of a module. */
  readonly changeable?: true | undefined;
  /** Set by a framework for as long as the object lives: `self.action` of a viewset. Reading it decides conditions. */
  readonly lasting?: true | undefined;
  /** For text that may be a template. */
  readonly written?: WrittenText | undefined;
}

/** A string with its place. */
export interface WrittenText {
  readonly module: Module;
  readonly node: StringLiteral;
}

/** `Task.objects`, or the manager of a to-many relation of an instance (`project.tasks`). */
export interface ManagerValue {
  readonly kind: "manager";
  readonly model: Model;
  readonly declaration: ManagerDeclaration | undefined;
  readonly related: { readonly instance: Instance; readonly relation: Relation } | undefined;
  readonly location: Location;
}

/** A list, tuple, set, generator or iterator. */
export interface Collection {
  readonly kind: "collection";
  /** Join of all elements. */
  element: Value;
  /** Elements one by one, where the display wrote them down. */
  items: readonly Value[] | undefined;
  size: CollectionSize;
  readonly varies: LoopSet;
  /** Where `append()` and its like filled it: elements that were put there once each, and those that loops put there. */
  filled?: { readonly once: Value | undefined; readonly inLoops: Value | undefined } | undefined;
  /** Loops with a greater number started after it was made. */
  readonly madeAfterLoop?: number | undefined;
  /** Labels of models that a generator reads again between its elements: they can tell what was done with the last. */
  readonly readBetween?: ReadonlySet<string> | undefined;
  /** It is there wherever this code runs: never None. */
  readonly present?: true | undefined;
}

export type CollectionSize =
  /** As many as the code writes down. */
  | { readonly kind: "constant"; readonly count: number }
  /** Rows of a sliced queryset. */
  | { readonly kind: "limited"; readonly count: number }
  /** Rows of a queryset or as many as those: of all of them, or of one page. */
  | { readonly kind: "rows"; readonly pageSize?: number | undefined }
  /** Parts of a larger whole: slices of it, pages, chunks. */
  | { readonly kind: "batches" }
  /** Filled by code; how often is not known. */
  | { readonly kind: "unknown" };

export interface Mapping {
  readonly kind: "mapping";
  readonly entries: Map<string, Value>;
  key: Value;
  /** Join of all values, those of `entries` included. */
  element: Value;
  readonly size: CollectionSize;
  readonly varies: LoopSet;
  /**
   * A framework hands it to the code at hand and to nothing else: what is not in it decides conditions. False once other
   * code may have written to it.
   */
  lasting?: boolean | undefined;
  /** `**kwargs` as the call passes them, with nothing put in since: as certain as parameters are. */
  passed?: true | undefined;
  /** Entries may have come in under names that are not known. */
  open?: true | undefined;
  /** What a row keeps of its relations. These may be in it, and need not be; what is in `entries` is there. */
  readonly cacheOf?: { readonly row: Instance; readonly maybe: ReadonlySet<string> } | undefined;
}

/** An instance of a class that is no model: a view, a serializer, a service. */
export interface PlainObject {
  readonly kind: "object";
  readonly symbol: ClassSymbol;
  readonly attributes: Map<string, Value>;
  readonly varies: LoopSet;
}

export interface ClassValue {
  readonly kind: "class";
  readonly symbol: ClassSymbol | undefined;
  readonly model: Model | undefined;
}

export interface ModuleValue {
  readonly kind: "module";
  readonly module: Module;
}

/** A class, function, module or object of a library, by its dotted name. */
export interface ExternalValue {
  readonly kind: "external";
  readonly name: string;
  /** What its class was called with, for an object of a class that a framework is known to use. */
  readonly made?: Made;
}

export interface Made {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** What its attributes hold, where the framework lets the project assign to them. Shared by its names. */
  readonly attributes?: Map<string, Value>;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly node: FunctionDef | Lambda;
  readonly module: Module;
  /** Undefined for a lambda and for a function defined in another function. */
  readonly symbol: FunctionSymbol | undefined;
  readonly owner: ClassSymbol | undefined;
  /** What `self` or `cls` is bound to. */
  readonly receiver: Value | undefined;
  readonly closure: Scope | undefined;
  /** Arguments bound by `functools.partial`. */
  readonly boundArguments: readonly Value[];
  /** What a call does in place of the body, with the parameters bound: the macro of a template, a decorated function. */
  readonly run?: (parameters: Scope, body: () => Value) => Value;
}

/** A method of a queryset, manager, instance, collection or of a value that is not known. */
export interface MethodValue {
  readonly kind: "method";
  readonly receiver: Value;
  readonly name: string;
  /** It was reached by `super()` in the body of this class. */
  readonly after?: ClassSymbol | undefined;
}

/** `Prefetch(lookup, queryset=…, to_attr=…)` */
export interface PrefetchObject {
  readonly kind: "prefetch";
  readonly lookup: string;
  readonly queryset: Queryset | undefined;
  readonly toAttribute: string | undefined;
}

/** A page of a paginator, or the paginator itself. */
export interface Page {
  readonly kind: "page";
  readonly rows: Value;
  readonly size: number | undefined;
  readonly paginator: boolean;
}

/** What `get_template()` found, to be rendered later: the first of these that exists. */
export interface TemplateValue {
  readonly kind: "template";
  readonly names: readonly string[];
}

/** `super()` in a method: attributes are looked up behind the class whose body is being interpreted. */
export interface SuperObject {
  readonly kind: "super";
  /** `super(Base, self)`: behind this class instead. */
  readonly start?: ClassSymbol;
}

export interface Union {
  readonly kind: "union";
  readonly alternatives: readonly Value[];
}

/** Names of a function that is being interpreted; lambdas and inner functions keep it. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, Value>;
  /** What names were before branches that are still running bound them, in order. */
  readonly changes: { readonly name: string; readonly previous: Value | undefined }[];
  /** How many branches are running. */
  branches: number;
  /** Names that other code assigns to as well: declared `global`, or `nonlocal` in a function of this one. */
  readonly shared: Set<string>;
}
