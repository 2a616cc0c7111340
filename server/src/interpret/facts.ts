/**
 * What interpreting a function taught about its effect on the database. Facts are plain data; rules turn them into
 * findings. Each carries the loops in which it happens with changing values and the calls that lead to it.
 */
import type { Location } from "../base/text-range.ts";
import type { Field, Model, Relation } from "../django/model-graph.ts";
import type { TaskDeclaration } from "../django/tasks.ts";
import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import type { Coverage } from "../queryset/coverage.ts";
import type { Instance } from "../queryset/instance.ts";
import type { LoopSet } from "../queryset/loop-set.ts";
import type { Prefetched, Queryset } from "../queryset/queryset.ts";
import type { Collection, Value } from "../queryset/value.ts";
import type { Attribute, Call, Expression, Statement, Subscript } from "../syntax/ast.ts";
import type { CacheNode, TemplateFile } from "../syntax/template/template-tree.ts";
import type { NamesInScope } from "./names-in-scope.ts";
import type { CountedQuery } from "./query-counts.ts";

export type Fact =
  | RelationRead
  | CoveredRead
  | SingleRead
  | PrefetchedRead
  | DeferredRead
  | QueryExecution
  | RowsUse
  | ManagerTruth
  | RepeatedQuery
  | EagerLoadingCall
  | HelperReturn
  | RowsIterated
  | Evaluation
  | AdminSelects
  | ObjectQuery
  | Write
  | SingleWrite
  | BlockingCall
  | TaskStart
  | QuerysetCall
  | LookupUse
  | SubqueryUse
  | CoroutineQuery
  | RowList
  | RowSlice
  | ColumnIncrement
  | TableUse
  | FunctionCall
  | SignalHandler
  | QueriesOfRoot
  | CacheCall
  | CachedFragment
  | PageRender
  | MemoisedFunction
  | SessionStore
  | Gap;

/** Code that is not understood: what it does to the database is not reported. */
export interface Gap {
  readonly kind: "gap";
  readonly reason: GapReason;
  readonly location: Location;
}

export type GapReason =
  | "templateName"
  | "missingTemplate"
  | "brokenTemplate"
  | "unknownTag"
  | "unknownQueryset"
  | "unknownSerializer";

export interface Loop {
  readonly id: number;
  /** The header: `for task in tasks`. */
  readonly location: Location;
  /** As written in the source: `task in tasks`. */
  readonly text: string;
  readonly weight: LoopWeight;
  readonly statement: Statement | Expression;
  /** It runs only until something is found: `any(… for task in tasks)`. */
  readonly search: boolean;
  /** How many calls deep it stands; calls behind that lead from the loop to the reading. */
  readonly depth: number;
  /** The queryset that it runs over as it is. */
  readonly rows: Queryset | undefined;
  /** The queryset whose rows they are, as it is or collected before. */
  readonly source: Queryset | undefined;
  /** Labels of models whose rows its rounds read, change or delete, `anyModel`, or `outsideWorld`. Saving a row does not count. */
  readonly touched: ReadonlySet<string>;
}

/** Rows of any model may be touched: the code was followed no further, or deletes what hangs on a row. */
export const anyModel = "*";

/** Not a model: something leaves the program, and a later failure cannot take it back. */
export const outsideWorld = "!";

export type LoopWeight =
  /**
   * As many as the rows of a table or of a page, whose size is an example of how many that are. `few`: the project only
   * ever makes one of them.
   */
  | { readonly kind: "rows"; readonly pageSize?: number | undefined; readonly few?: true }
  /** At most as many rows as a slice allows. */
  | { readonly kind: "limited"; readonly count: number }
  /** As many as the code writes down: literals, choices, attempts. */
  | { readonly kind: "constant"; readonly count: number }
  /** Part after part of a larger whole: a query per part is what batching means. */
  | { readonly kind: "batches" }
  /** A list of which neither the length nor the content is known. */
  | { readonly kind: "unknown" };

export interface CallFrame {
  readonly location: Location;
  /** `projects.models.Project.progress` */
  readonly callee: string;
  readonly calleeLocation: Location;
  /** `callback`: a lambda that is called where it was handed to. `framework`: a method that a framework asks for. */
  readonly via: "call" | "property" | "str" | "method" | "callback" | "framework" | ConsumerKind;
}

/** What reads rows on behalf of a framework; see `consumer.ts`. */
export type ConsumerKind =
  | "template"
  /** The declared fields of a serializer or schema. */
  | "serializer"
  /** A method or property that a serializer calls for each object. */
  | "serializerMethod"
  /** The fields of a serializer that look up what a request names. */
  | "validation"
  | "adminList"
  /** The options of a form field. */
  | "choices"
  | "resolver"
  /** Members that a library calls with each row: table columns, feed items, sitemap entries, search documents. */
  | "rowMember";

/** `via` of a step that a framework takes; the others are calls of the project's own functions. */
export function isConsumerKind(via: CallFrame["via"]): via is ConsumerKind {
  switch (via) {
    case "call":
    case "property":
    case "str":
    case "method":
    case "callback":
    case "framework":
      return false;
    default:
      return true;
  }
}

export function consumerOf(calls: readonly CallFrame[]): ConsumerKind | "code" {
  for (let index = calls.length - 1; index >= 0; index--) {
    const via = calls[index]?.via;
    if (via !== undefined && isConsumerKind(via)) return via;
  }
  return "code";
}

export interface FactContext {
  readonly location: Location;
  /** Dotted name of the function in which it happens. */
  readonly symbol: string;
  /** The function that was interpreted first. */
  readonly root: RootInfo;
  /** Loops with whose iterations it changes, outermost first. */
  readonly loops: readonly Loop[];
  /** Calls on the way from the root, outermost first. */
  readonly calls: readonly CallFrame[];
  /** Who reads: the innermost framework on the way from the root, or plain code. */
  readonly consumer: ConsumerKind | "code";
  /** How many conditions inside the loops must hold. */
  readonly conditions: number;
  /** Some of them ask for a related row that is missing, which is the exception. */
  readonly unlikely: boolean;
  /** Only where a setting is not what it is by default, or an optional argument is left out. */
  readonly dormant: boolean;
  /** Inside the loops, a call runs one of several functions, and this is what one of them does. */
  readonly dispatched: boolean;
  /** Inside an `except` block or a `raise` statement. */
  readonly exceptional: boolean;
  /** A `try` inside of the loops takes what a row without its related row raises. */
  readonly handled: boolean;
  /** Only where a cache has no answer: a fragment of a template that is kept. */
  readonly cached: boolean;
  /** An event loop runs the code, where Django raises `SynchronousOnlyOperation` instead of sending a query. */
  readonly inCoroutine: boolean;
}

export interface RootInfo {
  readonly symbol: string;
  readonly location: Location;
  readonly context: RootContext;
}

export type RootContext =
  | "request"
  | "task"
  | "command"
  | "migration"
  | "test"
  | "signal"
  | "admin"
  | "import"
  | "other";

/** A relation of a row was read that its queryset does not load. */
export interface RelationRead extends FactContext {
  readonly kind: "relationRead";
  /** The queryset that supplies the rows. */
  readonly queryset: Queryset;
  /** Accessors from its rows to the relation, which is the last. */
  readonly path: readonly string[];
  readonly relation: Relation;
  /** Only the key of the related row is used. */
  readonly keyOnly: boolean;
  /** The row is only compared with this one. */
  readonly comparedWith: Expression | undefined;
  readonly coverage: Exclude<Coverage, "loaded">;
  /** Costs no query of its own: the manager through which Django loads the row before it loads this, too. */
  readonly comesWithLazyLoad: boolean;
  /** How the text reads: `task.project`. */
  readonly text: string;
  /** What a to-many relation is used for: `iterate`, `len` …, or `combinedRead`. */
  readonly operation: string | undefined;
  /** A related object of unknown origin (`self`, a parameter) or of the request: other code may have loaded it. */
  readonly callerMayLoad: boolean;
  readonly node: Expression;
}

/** The related rows are combined with others, `project.tasks.all() | others`: a query that no prefetch serves. */
export const combinedRead = "combined";

/** A relation was read that is loaded already: in a function that was reached through a call, or by a bare join. */
export interface CoveredRead extends FactContext {
  readonly kind: "coveredRead";
  readonly queryset: Queryset;
  readonly path: readonly string[];
}

/** A serializer read a relation of one object: what lazy loading is for, but loading it beforehand would not be in vain. */
export interface SingleRead extends FactContext {
  readonly kind: "singleRead";
  readonly queryset: Queryset;
  readonly path: readonly string[];
}

/** A prefetch spared the query for the related rows: something uses what it fetched. */
export interface PrefetchedRead extends FactContext {
  readonly kind: "prefetchedRead";
  /** The queryset of the row whose related rows they are. */
  readonly queryset: Queryset;
  readonly path: readonly string[];
}

export interface DeferredRead extends FactContext {
  readonly kind: "deferredRead";
  readonly queryset: Queryset;
  readonly path: readonly string[];
  readonly field: Field;
  readonly text: string;
  /** `prefetch`: the key that joins the prefetched rows to their parents is itself left out. */
  readonly reason: "read" | "prefetch";
  /** Beside the loops: the parents for which rows are prefetched, and the rows of each. */
  readonly rounds: readonly LoopWeight[];
}

/** A query that is not the lazy load of a plain relation. */
export interface QueryExecution extends FactContext {
  readonly kind: "query";
  readonly queryset: Queryset;
  /** `iterate`, `len`, `bool`, `contains`, or the method: `get`, `count`, `first` … */
  readonly operation: string;
  /** The prefetch of the same relation that it passes by: it refines the rows, or they are in another attribute. */
  readonly bypassed: Prefetched | undefined;
  readonly text: string;
  readonly node: Expression;
  readonly call: Call | undefined;
  /** The assignment, return … that it stands in. */
  readonly statement: Statement | undefined;
  /** Each key costs one query at most: `if key not in cache`. */
  readonly memoised: boolean;
  /** It is asked before whether the row carries the answer already: `if hasattr(project, "task_count")`. */
  readonly fallback: boolean;
}

/**
 * Something is done with a queryset for which Django needs its rows, or an answer about them. What a prefetch or a guard
 * has loaded is not recorded, nor what is a `relationRead`; in loops it is a `query` as well. Uses of one queryset object
 * share its `result`.
 */
export interface RowsUse extends FactContext {
  readonly kind: "rowsUse";
  readonly queryset: Queryset;
  /**
   * `iterate`, `list`, `len`, `bool` and `contains` fetch the rows, and keep them in the result cache. `index`, or the
   * method: `count`, `exists`, `first`, `get` … What the rows are used for, the code around has to tell.
   */
  readonly operation: string;
  /** The rows are there already: the same object was evaluated before. */
  readonly fromCache: boolean;
  readonly text: string;
  /** Loops that run around it, none of which changes it; empty where there are `loops`. */
  readonly around: readonly Loop[];
}

/** The truth of a manager is asked, which is true whatever rows there are: `if project.tasks:` */
export interface ManagerTruth extends FactContext {
  readonly kind: "managerTruth";
  readonly model: Model;
  readonly text: string;
}

/**
 * Rows of one object, or a row of one queryset, were fetched before by the same expression in the same function; or a
 * query of its own was sent before by the same expression.
 */
export interface RepeatedQuery extends FactContext {
  readonly kind: "repeatedQuery";
  readonly queryset: Queryset;
  /** False for a query of its own: whether its names hold the same both times, the code in between has to tell. */
  readonly isSameObject: boolean;
  readonly text: string;
  readonly first: { readonly node: Expression; readonly location: Location };
  readonly node: Expression;
}

/** `select_related`, `prefetch_related`, `only`, `iterator` … with what they were given. */
export interface EagerLoadingCall extends FactContext {
  readonly kind: "eagerLoading";
  readonly method: string;
  readonly model: Model;
  readonly queryset: Queryset;
  readonly call: Call;
  /** Positional string arguments with their places. */
  readonly lookups: readonly { readonly lookup: string; readonly location: Location }[];
  readonly hasChunkSize: boolean;
  readonly hasOtherArguments: boolean;
}

/** A helper gave a queryset back. Tells whether every caller needs what one of them misses. */
export interface HelperReturn {
  readonly kind: "helperReturn";
  /** The expression inside the helper. */
  readonly inner: Expression;
  readonly call: Expression;
  readonly queryset: Queryset;
}

/** A loop runs over the rows of a queryset. Tells which models' rows an expression gives. */
export interface RowsIterated {
  readonly kind: "rowsIterated";
  readonly queryset: Queryset;
}

/** A queryset to which eager loading was added comes to its end. Tells whether Django looks at what is to be loaded. */
export interface Evaluation {
  readonly kind: "evaluation";
  readonly queryset: Queryset;
  /** `rows`: objects are made of them; otherwise the method that does without: `values`, `count`, `delete` … */
  readonly operation: "rows" | "columns" | "scalar" | "update" | "delete";
  /** The call or the expression that is evaluated. */
  readonly node: Expression;
}

/** A method of Django's own asks the database about one row of a loop. */
export interface ObjectQuery extends FactContext {
  readonly kind: "objectQuery";
  readonly method: string;
  /** `permissions`: what a user may do; Django keeps the answer on the object. */
  readonly purpose: "refresh" | "permissions";
  readonly model: Model;
  /** The queryset that supplies the row. */
  readonly queryset: Queryset;
  readonly text: string;
}

/** The form of an admin class offers all rows of other models as options. */
export interface AdminSelects {
  readonly kind: "adminSelects";
  readonly admin: ClassSymbol;
  readonly model: Model;
  readonly fields: readonly Field[];
  /** Those that are written out again for each row of the page. */
  readonly perRow: readonly Field[];
  /** What the class names so far. */
  readonly autocompleteFields: readonly string[];
  readonly rawIdFields: readonly string[];
}

export interface Write extends FactContext {
  readonly kind: "write";
  readonly operation: "create" | "save" | "delete" | "update" | "add" | "set" | "remove" | "getOrCreate";
  readonly model: Model;
  readonly node: Call;
  /** Values of the positional arguments, as far as they are written one by one. */
  readonly given: readonly Value[];
  readonly statement: Statement | undefined;
  readonly receiver: Value;
  /** Loops with which the written object or its values change. `loops` has those, too, in which it is only repeated. */
  readonly varies: LoopSet;
  /** Names assigned to the instance since it was loaded, with the loops in which the value changes; see `anyField`. */
  readonly assigned: ReadonlyMap<string, LoopSet>;
  /** The table has no row for it yet. */
  readonly isNew: boolean;
  /** The innermost loop that the write stands in, whether or not the values change with it. */
  readonly innermostLoop: Loop | undefined;
}

/** A row or a query writes, in no loop. Tells what happened before something else in the same function. */
export interface SingleWrite {
  readonly kind: "singleWrite";
  /** In the function of the root: the write itself, or the call that leads there. */
  readonly location: Location;
  /** Noted where the function is interpreted for itself: once for each place in the code. */
  readonly write: OwnWrite | undefined;
}

/** A write of the function at hand; see `Write`. */
export interface OwnWrite
  extends FactContext,
    Pick<Write, "operation" | "model" | "node" | "statement" | "receiver" | "assigned" | "isNew"> {}

/**
 * A call of a library whose answer takes long, because it comes from elsewhere or because of the work that it is.
 * `loops` are all that run around it: each of their rounds waits, whatever changes with them.
 */
export interface BlockingCall extends FactContext {
  readonly kind: "blocking";
  readonly operation: BlockingOperation;
  /** As it is written: `send_mail`, `self.session.post`. */
  readonly function: string;
  /** Dotted name of what is called, objects by what makes them: `requests.Session().post`. */
  readonly library: string;
  readonly wait: Wait;
  /** What it works on came with a request: the file that somebody uploads. */
  readonly uploaded: boolean;
  /** The framework does it by itself, with what the project declares. */
  readonly isDeclared: boolean;
  readonly node: Call;
  readonly statement: Statement | undefined;
  /** What the names of the function around it stand for there. */
  readonly names: NamesInScope;
}

export type BlockingOperation =
  | "email"
  /** A request to another server, or to a service by its client. */
  | "http"
  /** Nothing is sent yet: a client is made whose calls will wait as long as it says here. */
  | "connection"
  /** A PDF, a spreadsheet, a chart is made. */
  | "document"
  /** A file is read as a whole: a spreadsheet, an archive. */
  | "parsing"
  | "image"
  | "archive"
  | "process"
  /** What a thread or a process of a pool computes is waited for. */
  | "future"
  | "sleep"
  /** A statement is sent by a cursor of the database. */
  | "sql"
  | "storage"
  /** A file of the disk is opened in a coroutine, whose event loop waits for the disk. */
  | "file"
  /** A file is handed on to the client. */
  | "serving"
  /** Rows are written to a file, one after the other. */
  | "export"
  /** A file is read into memory as a whole. */
  | "reading"
  /** A function that a task queue could run is run right here; `library` is its name in the project. */
  | "task"
  /** What a task gives is waited for. */
  | "taskResult";

/**
 * Seconds after which the call gives up or is done; `limited`: it has a limit, which is not known; `unknown`: whether it
 * has one depends on what was not seen.
 */
export type Wait = number | "forever" | "limited" | "unknown";

/**
 * A function that a task queue runs is handed to it, `send_invoice.delay(order.pk)`, or the call is described that will
 * be: `send_invoice.s(order.pk)`. `loops` are all that run around it.
 */
export interface TaskStart extends FactContext {
  readonly kind: "taskStart";
  readonly task: FunctionSymbol;
  readonly declaration: TaskDeclaration;
  readonly method: TaskMethod;
  /** What the call is given, which for `apply_async()` is not yet what the task is given. */
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** `*args` or `**kwargs` was passed. */
  readonly open: boolean;
  readonly node: Call;
  readonly statement: Statement | undefined;
}

/** A method of a queryset or manager is called, noted once for each place in the code. Tells how a query is built. */
export interface QuerysetCall extends FactContext {
  readonly kind: "querysetCall";
  /** What it is called on. */
  readonly queryset: Queryset;
  /** The synchronous name: `get` of `aget`. */
  readonly method: string;
  readonly call: Call;
  /** Values of its positional arguments, as far as they are written one by one. */
  readonly given: readonly Value[];
}

/** A queryset becomes one value of another query: `Subquery(…)`. */
export interface SubqueryUse extends FactContext {
  readonly kind: "subquery";
  readonly queryset: Queryset;
  readonly node: Call;
}

/**
 * Code that an event loop runs sends a query, for which Django raises `SynchronousOnlyOperation`, in no loop whose rounds
 * change it.
 */
export interface CoroutineQuery extends FactContext {
  readonly kind: "coroutineQuery";
  readonly model: Model;
  readonly node: Expression;
  readonly text: string;
  /** The relation of a row that the query would load; undefined for any other query. */
  readonly read: RelationRead | undefined;
}

export type TaskMethod = StartingMethod | SignatureMethod;

export type StartingMethod =
  | "aenqueue"
  | "apply_async"
  | "apply_async_on_commit"
  | "delay"
  | "delay_on_commit"
  | "enqueue";

export type SignatureMethod = "s" | "si" | "signature";

/** A condition, ordering or lookup on columns of a model. */
export interface LookupUse extends FactContext {
  readonly kind: "lookup";
  readonly queryset: Queryset;
  /** The method, or the class of the expression that is no condition: `filter`, `F`, `Count`. */
  readonly method: string;
  readonly lookup: string;
  /** The call of the method. */
  readonly call: Call;
  /** The expressions of Django that it stands in, outermost first: `Count`, `Q` of `Count("tasks", filter=Q(tasks__done=True))`. */
  readonly within: readonly ExpressionCall[];
  /** How it restricts the rows; undefined where it is no condition of `filter()` and its like. */
  readonly condition: LookupCondition | undefined;
}

/** The call of one of Django's classes of expressions, by the name of the class. */
export interface ExpressionCall {
  readonly name: string;
  readonly call: Call;
}

export interface LookupCondition {
  /** What the column is compared with; undefined where that is not written beside it. */
  readonly value: Expression | undefined;
  /** Rows may come for which it does not hold: it is negated, or one of several of which one is enough. */
  readonly optional: boolean;
}

/** Rows are listed: cut into pages, or all of them by a view of a framework. */
export interface RowList extends FactContext {
  readonly kind: "rowList";
  readonly rows: Queryset | Collection;
  /** What lists them: a `Paginator()` of the project's code, a generic view, an operation of django-ninja, a resolver. */
  readonly by: "paginator" | "listView" | "restFramework" | "ninja" | "graphql";
  readonly pages: PageKind;
  /** The class or function of the view; undefined for a paginator that code makes. */
  readonly view: ClassSymbol | FunctionSymbol | undefined;
  readonly node: Expression;
}

export type PageKind =
  | { readonly kind: "pages" }
  /** Nothing cuts them. */
  | { readonly kind: "all" }
  /** A paginator of Django REST framework's: the class that the view names, or undefined where settings decide. */
  | { readonly kind: "declared"; readonly value: Value | undefined };

/** A query asks for some rows of a queryset, between bounds of which one is computed. */
export interface RowSlice extends FactContext {
  readonly kind: "rowSlice";
  readonly queryset: Queryset;
  readonly node: Subscript;
  /** Loops in which the bounds change. */
  readonly moving: LoopSet;
}

/** A number that was read from a row is changed and written back to it: `task.position += 1`. */
export interface ColumnIncrement extends FactContext {
  readonly kind: "columnIncrement";
  readonly instance: Instance;
  readonly field: Field;
  /** What the number is an attribute of is written like that: `task`, `self.order`. */
  readonly target: Attribute;
  readonly statement: Statement;
}

/** Rows of a table are made, or code relies on there being one. Tells how many rows there can be. */
export interface TableUse {
  readonly kind: "tableUse";
  readonly model: Model;
  /** `onlyRow`: `get()` raises where several rows meet its conditions. */
  readonly use: "created" | "onlyRow";
  /**
   * The fields whose values find the row: of `get()`, of `update_or_create()` and its like, which makes no second one.
   * Undefined where nothing looks for the row before it is made.
   */
  readonly keys: readonly string[] | undefined;
  /** Parents that are made together with the row: each of them has this one. */
  readonly newParents: readonly string[];
  readonly location: Location;
}

/** All queries of code that runs where nobody expects them, in loops or not. */
export interface QueriesOfRoot {
  readonly kind: "queriesOfRoot";
  readonly root: RootInfo;
  /** `import`: the body of a module or a class. `everyRequest`: a method of middleware, a context processor. */
  readonly when: "import" | "everyRequest";
  readonly queries: readonly CountedQuery[];
}

/** The function of a root calls another function of the project. */
export interface FunctionCall {
  readonly kind: "functionCall";
  readonly root: RootInfo;
  readonly callee: string;
}

/** A function that signals can call: the first parameter is the sender. */
export interface SignalHandler {
  readonly kind: "signalHandler";
  readonly functionId: string;
  readonly name: string;
  readonly location: Location;
  /** Queries, writes and blocking calls when a row is new, as far as they are known; loops count once. */
  readonly queriesForNew: number;
  readonly queriesForChanged: number;
}

/**
 * A method of one of Django's caches is called. Said once for each place, and for the loops of callers in which the
 * arguments change.
 */
export interface CacheCall extends FactContext {
  readonly kind: "cacheCall";
  /** By its synchronous name. */
  readonly method: CacheMethod;
  /** Which of `CACHES`; undefined where that is not known. */
  readonly alias: string | undefined;
  /** The key or the keys; of `set_many()` the dictionary. */
  readonly key: CacheArgument | undefined;
  /** What `set()` and `add()` store, and what `get_or_set()` and `get()` fall back to. */
  readonly value: CacheArgument | undefined;
  /** What ends up in the cache: of `get_or_set()` the result of the callable. */
  readonly stored: Value | undefined;
  readonly timeout: CacheArgument | undefined;
  readonly version: CacheArgument | undefined;
  /** `*args` or `**kwargs` was passed. */
  readonly open: boolean;
  /**
   * Labels of the models whose rows the function has asked for until now, or those that the callable asks for that
   * `get_or_set()` is given.
   */
  readonly touched: ReadonlySet<string>;
  readonly node: Call;
  readonly statement: Statement | undefined;
}

export interface CacheArgument {
  readonly node: Expression;
  readonly value: Value;
}

export type CacheMethod =
  | "get"
  | "set"
  | "add"
  | "get_or_set"
  | "touch"
  | "delete"
  | "delete_pattern"
  | "incr"
  | "decr"
  | "has_key"
  | "get_many"
  | "set_many"
  | "delete_many"
  | "clear";

/** A function whose results Python keeps for as long as the process lives: `functools.lru_cache`, `functools.cache`. */
export interface MemoisedFunction {
  readonly kind: "memoisedFunction";
  readonly function: FunctionSymbol;
  readonly location: Location;
  readonly root: RootInfo;
  /** Labels of the models whose rows it asks for. */
  readonly touched: ReadonlySet<string>;
  readonly result: Value;
}

/** `request.session["filters"] = filters` */
export interface SessionStore extends FactContext {
  readonly kind: "sessionStore";
  readonly value: Value;
  /** What is assigned to. */
  readonly target: Expression;
}

/** Code renders a template: that one, those that it extends and includes, and the names that it is given. */
export interface PageRender extends FactContext {
  readonly kind: "pageRender";
  readonly templates: readonly TemplateFile[];
  /** Each of them was found and gone through to its end. */
  readonly complete: boolean;
  /** Without those of context processors. */
  readonly names: readonly string[];
}

/** `{% cache %}` was rendered: what its body reads of the names around it. */
export interface CachedFragment extends FactContext {
  readonly kind: "cachedFragment";
  readonly node: CacheNode;
  /** False for a tag of the same name from another library. */
  readonly isDjangoTag: boolean;
  readonly reads: readonly FragmentRead[];
}

export interface FragmentRead {
  readonly name: string;
  /** The name alone, without what is looked up on it: `request` of `request.user`. */
  readonly location: Location;
  readonly value: Value;
  /** `tag`: a tag around the fragment, like `for`; `context`: whoever renders the template; `processor`: every template has it. */
  readonly boundBy: "tag" | "context" | "processor";
}
