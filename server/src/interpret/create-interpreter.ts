/** Puts the parts of the interpreter together. */

import { compact, none } from "../base/compact.ts";
import { groupBy } from "../base/group-by.ts";
import type { Location, TextRange } from "../base/text-range.ts";
import type { Model, ModelGraph } from "../django/model-graph.ts";
import type { ProjectTemplates } from "../django/templates.ts";
import { type UrlView, urlViews } from "../django/url-configurations.ts";
import type { Version } from "../django/version.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionLike, FunctionSymbol } from "../python/symbols.ts";
import type { Instance } from "../queryset/instance.ts";
import { unknown } from "../queryset/join.ts";
import { type LoopSet, noLoops } from "../queryset/loop-set.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { FunctionValue, ManagerValue, PlainObject, Value } from "../queryset/value.ts";
import type { Comprehension, Expression, Statement } from "../syntax/ast.ts";
import { CallResults } from "./call-results.ts";
import { type Consumer, ConsumerRegistry } from "./consumer.ts";
import { SideEffects } from "./effects/signals.ts";
import { consumerOf, type Fact, type FactContext, type RootInfo } from "./facts.ts";
import { moduleFrame } from "./frames.ts";
import type { Frame, Interpreter } from "./interpreter.ts";
import { noArguments } from "./language/arguments.ts";
import { attributeOf, managerQuerysetMethods } from "./language/attributes.ts";
import { testTruth, turnIntoText } from "./language/builtins.ts";
import { callValue } from "./language/calls.ts";
import { evaluateExpression } from "./language/expressions.ts";
import { callProjectFunction } from "./language/functions.ts";
import { iterateValue, runInLoop } from "./language/loops.ts";
import { runConstructor } from "./language/objects.ts";
import { executeBlock } from "./language/statements.ts";
import { assignTo } from "./language/targets.ts";
import { plainQueryset, unknownQueryset } from "./make-values.ts";
import { QueryCounts } from "./query-counts.ts";
import { newOrigin } from "./querysets/origins.ts";
import { send } from "./querysets/queries.ts";
import { initialQuerysetOf, rowOf } from "./querysets/querysets.ts";
import type { SentQueries } from "./querysets/repeated-queries.ts";
import { usersOfQueryClasses } from "./querysets/users-of-classes.ts";
import { readRelation } from "./rows/instances.ts";
import { type InterpreterState, newState, snapshot } from "./state.ts";

/** Expressions evaluated for one root before the rest of it is given up as unknown. */
const budgetPerRoot = 24_000;

/** How much further the code is followed where somebody asks what a root costs as a whole. */
const countingFactor = 5;

const longestText = 120;

export interface InterpreterInput {
  readonly program: PythonProgram;
  readonly models: ModelGraph;
  readonly django: Version;
  /** The frameworks that read rows on the project's behalf. */
  readonly consumers: readonly Consumer[];
  readonly templates: ProjectTemplates;
  /** Also count what views, tasks and commands send as a whole. */
  readonly countQueries?: boolean | undefined;
}

export function createInterpreter(
  input: InterpreterInput,
): Interpreter & { endRoot(): boolean; takeFacts(): readonly Fact[] } {
  return new ProjectInterpreter(input);
}

class ProjectInterpreter implements Interpreter {
  readonly program: PythonProgram;
  readonly models: ModelGraph;
  readonly django: Version;
  state: InterpreterState;
  readonly consumers: ConsumerRegistry;
  readonly templates: ProjectTemplates;
  readonly variables: Interpreter["variables"] = new WeakMap();
  readonly symbolValues: Interpreter["symbolValues"] = new WeakMap();
  readonly externalAttributes: Interpreter["externalAttributes"] = new WeakMap();
  readonly decorators = new WeakMap<FunctionSymbol, ReadonlySet<string>>();
  readonly hiddenArguments = new WeakMap<FunctionLike, boolean>();
  readonly active = new Set<FunctionLike>();
  readonly entered = new Set<FunctionLike>();
  queryCounts: QueryCounts | undefined;
  readonly budgetPerRoot: number;
  callResults = new CallResults();
  readonly countedCallResults = new CallResults();
  readonly searches = new WeakSet<Comprehension>();
  readonly keyReads = new WeakMap<object, Set<string>>();
  readonly askedForPrefetches = new WeakSet<Instance["attributes"]>();
  readonly assignedRelations = new WeakMap<Queryset["result"], Set<string>>();
  readonly sentQueries: SentQueries = new WeakMap();
  writes = 0;
  readonly #templates = new Map<
    string,
    { readonly queryset: Queryset; readonly visited: ReadonlySet<string> }
  >();
  readonly #nowhere = new Map<Model, Queryset>();
  readonly #objects = new Map<ClassSymbol["id"], PlainObject>();
  #urlViews: ReadonlyMap<string, readonly UrlView[]> | undefined;
  #usersOfQueryClasses: ReadonlyMap<ClassSymbol["id"], readonly ManagerValue[]> | undefined;
  visited = new Set<string>();
  touched = new Set<string>();
  readonly sideEffects = new SideEffects();
  effects = 0;
  unfinishedCalls = 0;
  callsCutByDepth = 0;
  #facts: Fact[] = [];
  #postponed: (() => void)[] = [];
  #loops = 0;

  constructor(input: InterpreterInput) {
    this.program = input.program;
    this.models = input.models;
    this.django = input.django;
    this.queryCounts = input.countQueries ? new QueryCounts() : undefined;
    this.budgetPerRoot = input.countQueries ? countingFactor * budgetPerRoot : budgetPerRoot;
    this.consumers = new ConsumerRegistry(input.program, input.consumers);
    this.templates = input.templates;
    const [module = emptyModule] = input.program.modules;
    this.state = newState(moduleFrame(module, ""), noRoot, 0);
  }

  atEndOfRoot(run: () => void): void {
    const state = snapshot(this.state);
    const { unfinishedCalls } = this;
    this.#postponed.push(() => {
      // Code that was given up half-way may have made anything of it.
      if (this.unfinishedCalls !== unfinishedCalls) return;
      state.budget = this.state.budget;
      this.state = state;
      run();
    });
  }

  /** @returns false when the budget ran out on what was postponed. */
  endRoot(): boolean {
    if (this.#postponed.length === 0) return true;
    for (let run = this.#postponed.shift(); run; run = this.#postponed.shift()) run();
    return this.state.budget > 0;
  }

  takeFacts(): readonly Fact[] {
    const facts = this.#facts;
    this.#facts = [];
    // Of a root that failed.
    this.#postponed = [];
    return facts;
  }

  evaluate(node: Expression): Value {
    if (this.state.budget-- <= 0) return unknown;
    const value = evaluateExpression(this, node);
    if (this.queryCounts && node.kind === "Call") this.queryCounts.noteMade(value, this.state.loops);
    return value;
  }

  execute(statements: readonly Statement[]): ReturnType<Interpreter["execute"]> {
    return executeBlock(this, statements);
  }

  attribute(value: Value, name: string, node: Expression): Value {
    return attributeOf(this, value, name, node);
  }

  call(...[callee, args, node]: Parameters<Interpreter["call"]>): Value {
    return callValue(this, callee, args, node);
  }

  callFunction(...[callee, args, node, via]: Parameters<Interpreter["callFunction"]>): Value {
    return callProjectFunction(this, callee, args, node, via);
  }

  iterate(value: Value, node: Expression): Value {
    return iterateValue(this, value, node);
  }

  inLoop(...[iterable, node, header, body, options]: Parameters<Interpreter["inLoop"]>): void {
    runInLoop(this, iterable, node, header, body, options);
  }

  assign(target: Expression, value: Value): void {
    assignTo(this, target, value);
  }

  bool(value: Value, node: Expression): void {
    testTruth(this, value, node);
  }

  str(value: Value, node: Expression): Value {
    return turnIntoText(this, value, node);
  }

  send(...[queryset, operation, node, call]: Parameters<Interpreter["send"]>): void {
    send(this, queryset, operation, node, call);
  }

  rowOf(queryset: Queryset, single: boolean): Value {
    return rowOf(this, queryset, single);
  }

  readRelation(...[instance, name, node, use]: Parameters<Interpreter["readRelation"]>): Value {
    return readRelation(this, instance, name, node, use);
  }

  initialQueryset(manager: ManagerValue, node: Expression): Queryset {
    return initialQuerysetOf(this, manager, node);
  }

  plainManagerQueryset(manager: ManagerValue, node: Expression): Queryset {
    return { ...plainQueryset(manager.model, newOrigin(this, node)), ...ofManager(manager) };
  }

  managerTemplate(manager: ManagerValue): Queryset {
    const key = `${manager.model.label}:${manager.declaration?.name ?? ""}`;
    const known = this.#templates.get(key);
    if (known) {
      for (const path of known.visited) this.visited.add(path);
      return known.queryset;
    }
    const plain: Queryset = { ...this.nowhere(manager.model), ...ofManager(manager) };
    // Seen again while `get_queryset()` itself runs.
    this.#templates.set(key, { queryset: plain, visited: new Set() });
    const template = this.#runGetQueryset(manager) ?? { queryset: plain, visited: new Set<string>() };
    this.#templates.set(key, template);
    return template.queryset;
  }

  #runGetQueryset(
    manager: ManagerValue,
  ): { readonly queryset: Queryset; readonly visited: ReadonlySet<string> } | undefined {
    const managerClass = manager.declaration?.managerClass;
    const member =
      managerClass &&
      managerQuerysetMethods
        .map((name) => this.program.lookupMember(managerClass, name))
        .find(({ kind }) => kind === "found");
    if (member?.kind !== "found" || member.symbol.kind !== "function") return undefined;
    const { symbol } = member;
    const node: Expression = { kind: "InvalidExpression", start: symbol.node.start, end: symbol.node.start };
    const { value, visited } = this.outsideOfRoot(moduleFrame(symbol.module, symbol.module.name), () =>
      this.callFunction(
        this.functionValue(symbol, { ...manager, related: undefined }),
        noArguments,
        node,
        "method",
      ),
    );
    return value.kind === "queryset" ? { queryset: value, visited } : undefined;
  }

  urlViews(): ReadonlyMap<string, readonly UrlView[]> {
    this.#urlViews ??= groupBy(urlViews(this.program), ({ view }) => view.id);
    return this.#urlViews;
  }

  nowhere(model: Model): Queryset {
    let queryset = this.#nowhere.get(model);
    if (!queryset) {
      queryset = plainQueryset(model, { sites: [] });
      this.#nowhere.set(model, queryset);
    }
    return queryset;
  }

  valueOfClass(symbol: ClassSymbol): Value {
    return { kind: "class", symbol, model: this.models.modelOfClass(symbol) };
  }

  newObject(symbol: ClassSymbol): PlainObject {
    let object = this.#objects.get(symbol.id);
    if (!object) {
      object = { kind: "object", symbol, attributes: new Map(), varies: noLoops };
      this.#objects.set(symbol.id, object);
      runConstructor(this, object);
    }
    return { ...object, attributes: new Map(object.attributes) };
  }

  functionValue(symbol: FunctionSymbol, receiver: Value | undefined): FunctionValue {
    return {
      kind: "function",
      node: symbol.node,
      module: symbol.module,
      symbol,
      owner: symbol.owner,
      receiver,
      closure: undefined,
      boundArguments: [],
    };
  }

  querysetClassModel(symbol: ClassSymbol): Value | undefined {
    this.#usersOfQueryClasses ??= usersOfQueryClasses(this.program, this.models);
    const users = this.#usersOfQueryClasses.get(symbol.id);
    const [first] = users ?? [];
    if (!first || users?.length !== 1) return undefined;
    const isManager =
      first.declaration?.managerClass !== undefined &&
      this.#isAncestor(symbol, first.declaration.managerClass);
    return isManager ? first : { ...unknownQueryset(first.model), declaration: first.declaration };
  }

  #isAncestor(ancestor: ClassSymbol, symbol: ClassSymbol): boolean {
    return this.program.mro(symbol).some((entry) => entry.kind === "class" && entry.id === ancestor.id);
  }

  outsideOfRoot(frame: Frame, evaluate: () => Value): ReturnType<Interpreter["outsideOfRoot"]> {
    const { state, visited, touched } = this;
    const [facts, postponed] = [this.#facts, this.#postponed];
    const counted = this.queryCounts?.mark();
    this.state = newState(frame, state.root, this.budgetPerRoot);
    this.visited = new Set([frame.module.file.path]);
    this.touched = new Set();
    this.#facts = [];
    this.#postponed = [];
    try {
      return { value: evaluate(), visited: this.visited };
    } finally {
      for (const path of this.visited) visited.add(path);
      this.state = state;
      this.visited = visited;
      this.touched = touched;
      this.#facts = facts;
      this.#postponed = postponed;
      if (counted) this.queryCounts?.forgetSince(counted);
    }
  }

  isRepeated(varies: LoopSet): boolean {
    return varies.length > 0 && this.state.loops.some((loop) => varies.includes(loop.id));
  }

  context(location: Location, varying: LoopSet): FactContext {
    const { state } = this;
    const outermost = varying.length === 0 ? -1 : state.loops.findIndex((loop) => varying.includes(loop.id));
    const guards = outermost < 0 ? [] : state.guards.filter((guard) => guard.loops > outermost);
    return {
      location,
      symbol: state.frame.symbol,
      root: state.root,
      loops: outermost < 0 ? none : compact(state.loops.filter((loop) => varying.includes(loop.id))),
      calls: compact(state.calls),
      consumer: consumerOf(state.calls),
      conditions: guards.filter(({ dispatched }) => !dispatched).length,
      unlikely: guards.some(({ unlikely }) => unlikely === true),
      dispatched: guards.some(({ dispatched }) => dispatched === true),
      dormant: state.guards.some(({ dormant }) => dormant === true),
      exceptional: state.exceptional > 0,
      handled: outermost >= 0 && state.handling.some((loops) => loops > outermost),
      cached: state.guards.some(({ cached }) => cached === true),
      inCoroutine: state.frame.coroutine && !state.asynchronous,
    };
  }

  location(range: TextRange): Location {
    return { path: this.state.frame.module.file.path, range: { start: range.start, end: range.end } };
  }

  text(range: TextRange): string {
    const { text } = this.state.frame.module.file;
    const written = text.slice(range.start, Math.min(range.end, range.start + longestText));
    // Most is written on one line. Pieces joined are one string; pieces replaced, V8 keeps as a tree of strings.
    const source = /\s\s|[^\S ]/.test(written) ? written.split(/\s+/).join(" ") : written;
    return range.end - range.start > longestText ? `${source}…` : source;
  }

  record(fact: Fact): void {
    this.#facts.push(fact);
  }

  recordedFacts(): readonly Fact[] {
    return this.#facts;
  }

  countOnly(body: () => void): void {
    if (!this.queryCounts) return;
    const facts = this.#facts;
    this.#facts = [];
    try {
      body();
    } finally {
      this.#facts = facts;
    }
  }

  nextLoop(): number {
    this.#loops += 1;
    return this.#loops;
  }
}

const noRoot: RootInfo = {
  symbol: "",
  location: { path: "", range: { start: 0, end: 0 } },
  context: "other",
};

const emptyModule: Frame["module"] = {
  name: "",
  isPackage: false,
  file: { path: "", text: "", tree: { body: [], comments: [], errors: [] } },
  firstParty: true,
};

/** What a manager gives its querysets: their methods, and perhaps the order of a library, which is not looked into. */
function ofManager({ declaration }: ManagerValue): Partial<Pick<Queryset, "declaration" | "order">> {
  return declaration?.ordered ? { declaration, order: "unknown" } : { declaration };
}
