/** What the parts of the interpreter need of each other. Implemented in `create-interpreter.ts`. */
import type { Location, TextRange } from "../base/text-range.ts";
import type { Model, ModelGraph } from "../django/model-graph.ts";
import type { ProjectTemplates } from "../django/templates.ts";
import type { UrlView } from "../django/url-configurations.ts";
import type { Version } from "../django/version.ts";
import type { PythonProgram } from "../python/program.ts";
import type {
  ClassSymbol,
  FunctionLike,
  FunctionSymbol,
  Module,
  PythonSymbol,
  VariableSymbol,
} from "../python/symbols.ts";
import type { Instance } from "../queryset/instance.ts";
import type { LoopSet } from "../queryset/loop-set.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type {
  ExternalValue,
  FunctionValue,
  ManagerValue,
  PlainObject,
  Scope,
  Value,
} from "../queryset/value.ts";
import type { Call, Comprehension, Expression, Statement } from "../syntax/ast.ts";
import type { CallResults } from "./call-results.ts";
import type { ConsumerRegistry } from "./consumer.ts";
import type { SideEffects } from "./effects/signals.ts";
import type { CallFrame, Fact, FactContext } from "./facts.ts";
import type { QueryCounts } from "./query-counts.ts";
import type { SentQueries } from "./querysets/repeated-queries.ts";
import type { InterpreterState } from "./state.ts";

/** How a block of statements ends. */
export type Completion = "normal" | "return" | "raise" | "break" | "continue";

/** One activation of a function. */
export interface Frame {
  readonly module: Module;
  readonly scope: Scope;
  readonly symbol: string;
  readonly functionId: string | undefined;
  readonly owner: ClassSymbol | undefined;
  readonly receiver: Value | undefined;
  readonly returns: Value[];
  /** What lasts has decided a condition on the way to where it is: what it returns lasts as well. */
  isDecided?: boolean | undefined;
  readonly yields: Value[];
  /** Code of an `async def`, or what that runs without a call of its own to be seen: a property, `__str__`. */
  readonly coroutine: boolean;
  /** A call whose arguments are all written in it: what is left out has its default. */
  readonly showsArguments?: boolean | undefined;
  /** Statement being executed. */
  statement: Statement | undefined;
  /** Its nodes are no Python code that could be extended where it stands; see `declarations.ts`. */
  readonly isDeclaration: boolean;
  /** Attributes of dictionaries are their keys: `row.task` in Jinja. */
  readonly readsKeysAsAttributes?: boolean | undefined;
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** `*args` or `**kwargs` was passed. */
  readonly open: boolean;
}

/** What a relation is read for, where that is less than the related row. */
export type RelationUse = "key" | { readonly comparedWith: Expression };

export interface Interpreter {
  readonly program: PythonProgram;
  readonly models: ModelGraph;
  readonly django: Version;
  /** Replaced as a whole where something else runs: another root, or code outside of the root. */
  state: InterpreterState;
  /** The frameworks that read rows on the project's behalf. */
  readonly consumers: ConsumerRegistry;
  readonly templates: ProjectTemplates;
  /** Values of module-level and class-level names, computed once. */
  readonly variables: WeakMap<
    VariableSymbol,
    { readonly value: Value; readonly visited: ReadonlySet<string> }
  >;
  /** Values of all other symbols: what they are does not depend on the code that runs. */
  readonly symbolValues: WeakMap<PythonSymbol, Value>;
  readonly externalAttributes: WeakMap<ExternalValue, Map<string, Value>>;
  /** Dotted names of the decorators of functions, and their last parts. */
  readonly decorators: WeakMap<FunctionSymbol, ReadonlySet<string>>;
  /** Functions of which a decorator of the project may pass arguments that no call shows. */
  readonly hiddenArguments: WeakMap<FunctionLike, boolean>;
  /** Functions on the way from the root to here. */
  readonly active: Set<FunctionLike>;
  /** Methods that were run through calls since it was last cleared. */
  readonly entered: Set<FunctionLike>;
  /** Undefined where nobody asks what a root costs as a whole. */
  queryCounts: QueryCounts | undefined;
  /** Expressions evaluated for one root before the rest of it is given up as unknown. */
  readonly budgetPerRoot: number;
  /** Results of calls, see `call-results.ts`. */
  callResults: CallResults;
  /** Those of roots whose queries are counted though nobody asks for all. */
  readonly countedCallResults: CallResults;
  /** What makes somebody wait in receivers of signals and in `save()` of models. */
  readonly sideEffects: SideEffects;
  /** Number of queries, writes and blocking calls that were seen so far, whether or not they were worth a fact. */
  effects: number;
  /** Number of calls so far that were given up half-way because they lead too far. */
  unfinishedCalls: number;
  /** Number of calls so far that were not followed because they stand too deep in others. */
  callsCutByDepth: number;
  /** Labels of models whose rows the present loop or call touches, see `Loop.touched`. */
  touched: Set<string>;
  /** Paths of the files whose code the present root has run through. */
  visited: Set<string>;
  /** Generators that end with the first element that fits. */
  readonly searches: WeakSet<Comprehension>;
  /** By what stands for the row: relations of which only the key was read so far. */
  readonly keyReads: WeakMap<object, Set<string>>;
  /** Attributes of rows that code has asked for what was prefetched. */
  readonly askedForPrefetches: WeakSet<Instance["attributes"]>;
  /** Relations behind others that a loop assigned to all rows of a queryset, by its result: `thread__category`. */
  readonly assignedRelations: WeakMap<Queryset["result"], Set<string>>;
  /** See `repeated-queries.ts`. */
  readonly sentQueries: SentQueries;
  /** Grows with everything that may have changed rows. */
  writes: number;
  recordedFacts(): readonly Fact[];
  /**
   * Runs `body` where somebody asks what a root costs as a whole, and only for that: what is worth a finding of its own
   * is left to other code.
   */
  countOnly(body: () => void): void;
  /** What URL configurations name, by the identity of the view. */
  urlViews(): ReadonlyMap<string, readonly UrlView[]>;
  /** A queryset that stands for rows of unknown origin. */
  nowhere(model: Model): Queryset;
  nextLoop(): number;

  evaluate(node: Expression): Value;
  execute(statements: readonly Statement[]): Completion;
  attribute(value: Value, name: string, node: Expression): Value;
  call(callee: Value, args: Arguments, node: Call): Value;
  callFunction(callee: FunctionValue, args: Arguments, node: Expression, via: CallFrame["via"]): Value;
  /** The element of an iteration: sends the query, does not enter a loop. */
  iterate(value: Value, node: Expression): Value;
  /** Runs `body` inside a loop over `iterable`. `element` is a fresh row for that loop. */
  inLoop(
    iterable: Value,
    node: Statement | Expression,
    header: TextRange,
    body: (element: Value) => void,
    options?: { readonly once?: boolean },
  ): void;
  assign(target: Expression, value: Value): void;
  bool(value: Value, node: Expression): void;
  str(value: Value, node: Expression): Value;

  initialQueryset(manager: ManagerValue, node: Expression): Queryset;
  /** What the manager's `get_queryset()` gives, computed once per manager. */
  managerTemplate(manager: ManagerValue): Queryset;
  /** Django's own `get_queryset()` of the manager, without the project's additions. */
  plainManagerQueryset(manager: ManagerValue, node: Expression): Queryset;
  /** One of these loops is running. */
  isRepeated(varies: LoopSet): boolean;
  /** The query behind `operation` is sent. */
  send(queryset: Queryset, operation: string, node: Expression, call?: Call): void;
  rowOf(queryset: Queryset, single: boolean): Value;
  readRelation(instance: Instance, name: string, node: Expression, use?: RelationUse): Value;

  /**
   * Evaluates in another frame without loops, calls or facts of the present root, and tells which files it went
   * through. They count as visited by the present root too.
   */
  outsideOfRoot(
    frame: Frame,
    evaluate: () => Value,
  ): { readonly value: Value; readonly visited: ReadonlySet<string> };
  /** Runs it when the present root ends, in the circumstances of now: what an object became until then counts. */
  atEndOfRoot(run: () => void): void;
  valueOfClass(symbol: ClassSymbol): Value;
  /** An object of the class as its constructor leaves it when nothing is known of the arguments. */
  newObject(symbol: ClassSymbol): PlainObject;
  /** A queryset or manager value for the project's own queryset or manager class, where one model uses it. */
  querysetClassModel(symbol: ClassSymbol): Value | undefined;
  functionValue(symbol: FunctionSymbol, receiver: Value | undefined): FunctionValue;
  context(location: Location, varying: LoopSet): FactContext;
  location(range: TextRange): Location;
  text(range: TextRange): string;
  record(fact: Fact): void;
}
