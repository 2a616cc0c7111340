/** Interprets the functions of a project, each as a root, and collects the facts. */
import { resultOf, type Steps } from "../../base/steps.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { ClassSymbol, FunctionLike, FunctionSymbol, Module } from "../../python/symbols.ts";
import { alternativesOf, joinAll } from "../../queryset/join.ts";
import type { FunctionValue, Value } from "../../queryset/value.ts";
import type { Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { presentRow } from "../conditions/presence.ts";
import type { EntryPoint } from "../consumer.ts";
import { createInterpreter, type InterpreterInput } from "../create-interpreter.ts";
import { handlerFact, looksLikeReceiver } from "../effects/signal-handlers.ts";
import type { Fact, RootInfo } from "../facts.ts";
import { declarationFrame, moduleFrame } from "../frames.ts";
import type { Frame, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { bindAnnotatedParameters } from "../language/parameters.ts";
import { hasDecorator } from "../language/symbol-values.ts";
import { instanceOf } from "../make-values.ts";
import { newState } from "../state.ts";
import { countingQueries, runsWithEveryRequest } from "./counted-roots.ts";
import { type Endpoint, type EndpointQueries, endpointOfEntry, endpointOfFunction } from "./endpoints.ts";
import { contextOfClass, contextOfModule, contextOfRoot, isAdminAction } from "./root-context.ts";

export interface ModuleFacts {
  readonly facts: readonly Fact[];
  /** What views, tasks and commands send as a whole; empty where that is not asked for. */
  readonly endpoints: readonly EndpointQueries[];
  /** Paths of the files that the facts depend on, the module's own included. */
  readonly visited: ReadonlySet<string>;
  /** Functions that were given up half-way because they lead too far. */
  readonly abandoned: readonly string[];
  /** Functions on which the interpreter itself failed: a defect of Queryscope, and no reason to say nothing at all. */
  readonly failures: readonly { readonly symbol: string; readonly reason: string }[];
}

export interface ModuleInterpreter {
  /** A module in steps. The next module is begun after the last of them. */
  steps(module: Module): Steps<ModuleFacts>;
  /** The functions, and the entry points of classes, around this range of the text alone. */
  around(module: Module, within: TextRange): ModuleFacts;
}

/** Expressions that are evaluated in one step, unless one function needs more: a few hundredths of a second. */
const stepLength = 6_000;

/** Interprets modules one by one; what they share is computed once. */
export function createModuleInterpreter(input: InterpreterInput): ModuleInterpreter {
  const interpreter = createInterpreter(input);
  function* interpret(module: Module, within?: TextRange): Steps<ModuleFacts> {
    let evaluated = 0;
    const isWanted = ({ node }: ClassSymbol | FunctionSymbol): boolean =>
      within === undefined || containsRange(node, within);
    const facts: Fact[] = [];
    const abandoned = new Set<string>();
    const failures: { symbol: string; reason: string }[] = [];
    const endpoints: EndpointQueries[] = [];
    interpreter.visited = new Set([module.file.path]);
    const attempt = (symbol: string, run: () => boolean, endpoint?: () => Endpoint | undefined): void => {
      try {
        const { unfinishedCalls } = interpreter;
        const done = run();
        const ended = interpreter.endRoot();
        const complete = done && ended && interpreter.unfinishedCalls === unfinishedCalls;
        if (!complete) abandoned.add(symbol);
        facts.push(...interpreter.takeFacts());
        const { queryCounts } = interpreter;
        const started = queryCounts && endpoint?.();
        if (started) endpoints.push({ ...started, queries: queryCounts.take(), complete });
        queryCounts?.startAgain();
      } catch (error) {
        interpreter.takeFacts();
        interpreter.queryCounts?.startAgain();
        failures.push({ symbol, reason: error instanceof Error ? error.message : String(error) });
      }
      evaluated += interpreter.budgetPerRoot - interpreter.state.budget;
    };
    const isStepDone = (): boolean => {
      if (evaluated < stepLength) return false;
      evaluated = 0;
      return true;
    };
    const driven = new Set<FunctionLike>();
    for (const symbol of input.program.classes(module)) {
      if (!isWanted(symbol)) continue;
      for (const entry of interpreter.consumers.entryPoints(interpreter, symbol)) {
        interpreter.entered.clear();
        const run = (): boolean => {
          const done = runEntryPoint(interpreter, module, symbol, entry);
          if (done) for (const method of interpreter.entered) driven.add(method);
          return done;
        };
        attempt(entry.symbol, run, () => endpointOfEntry(interpreter, symbol, entry));
        if (isStepDone()) yield;
      }
    }
    const ofModule = within ? [] : interpreter.consumers.entryPointsOfModule(interpreter, module);
    for (const entry of ofModule) {
      attempt(
        entry.symbol,
        () => runEntryPoint(interpreter, module, undefined, entry),
        () => endpointOfEntry(interpreter, undefined, entry),
      );
      if (isStepDone()) yield;
    }
    for (const symbol of input.program.functions(module)) {
      // What the framework calls was interpreted with what the framework passes, which says more than on its own.
      if (!isWanted(symbol) || (symbol.owner && driven.has(symbol.node))) continue;
      attempt(
        symbol.qualifiedName,
        () =>
          runsWithEveryRequest(interpreter, symbol)
            ? countingQueries(interpreter, "everyRequest", () => runFunction(interpreter, symbol))
            : runFunction(interpreter, symbol),
        () => endpointOfFunction(interpreter, symbol),
      );
      if (isStepDone()) yield;
      for (const given of functionsForRequests(symbol)) {
        attempt([symbol.qualifiedName, ...given.path].join("."), () =>
          runGivenFunction(interpreter, symbol, given, () => interpreter.takeFacts()),
        );
      }
      if (!looksLikeReceiver(symbol)) continue;
      attempt(symbol.qualifiedName, () => {
        interpreter.record(handlerFact(interpreter, symbol));
        return true;
      });
    }
    if (within === undefined) {
      for (const symbol of input.program.classes(module)) {
        attempt(symbol.qualifiedName, () =>
          countingQueries(interpreter, "import", () => runClass(interpreter, symbol)),
        );
      }
      attempt(module.name, () =>
        countingQueries(interpreter, "import", () => runModule(interpreter, module)),
      );
    }
    const { visited } = interpreter;
    return { facts: withoutRepetitions(facts), endpoints, visited, abandoned: [...abandoned], failures };
  }
  return {
    steps: (module) => interpret(module),
    around: (module, within) => resultOf(interpret(module, within)),
  };
}

/** A mixin of several views says the same with each of them. */
function withoutRepetitions(facts: readonly Fact[]): readonly Fact[] {
  const said = new Set<string>();
  return facts.filter((fact) => {
    const key = keyOfRepeatable(fact);
    if (key === undefined) return true;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  });
}

function keyOfRepeatable(fact: Fact): string | undefined {
  if (
    fact.kind !== "querysetCall" &&
    fact.kind !== "lookup" &&
    fact.kind !== "eagerLoading" &&
    fact.kind !== "gap" &&
    fact.kind !== "tableUse"
  )
    return undefined;
  const { kind, location } = fact;
  const place = `${kind} ${location.path}:${location.range.start}:${location.range.end}`;
  if (fact.kind === "gap") return `${place} ${fact.reason}`;
  if (fact.kind === "tableUse")
    return `${place} ${fact.model.label} ${fact.keys?.join()} ${fact.newParents.join()}`;
  return `${place} ${fact.method} ${fact.kind === "lookup" ? fact.lookup : ""} ${fact.queryset.model.label}`;
}

/** @returns false when the budget ran out. */
function runEntryPoint(
  interpreter: Interpreter,
  module: Module,
  symbol: ClassSymbol | undefined,
  entry: EntryPoint,
): boolean {
  const { symbol: name, location, context } = entry;
  // Facts keep their root: with `run` in it they would keep the interpreter, and all that it remembers.
  prepare(interpreter, declarationFrame(module, name, symbol), { symbol: name, location, context });
  entry.run();
  return interpreter.state.budget > 0;
}

/** @returns false when the budget ran out. */
function runFunction(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  // Functions inside functions run where they are called.
  if (!symbol.owner && symbol.qualifiedName.includes(".")) return true;
  const { frame, result } = resultOfFunction(interpreter, symbol, {
    symbol: nameOf(symbol),
    location: placeOf(symbol.module, symbol.node),
    context: contextOfRoot(interpreter, symbol),
  });
  if (["functools.lru_cache", "functools.cache"].some((each) => hasDecorator(interpreter, symbol, each))) {
    const { root } = interpreter.state;
    const { touched } = interpreter;
    const { location } = root;
    interpreter.record({ kind: "memoisedFunction", function: symbol, location, root, touched, result });
  }
  if (frame.returns.length > 0) interpreter.consumers.returned(interpreter, symbol, result);
  return interpreter.state.budget > 0;
}

function nameOf({ module, qualifiedName }: FunctionSymbol): string {
  return `${module.name}.${qualifiedName}`;
}

function placeOf({ file }: Module, { name: { start, end } }: FunctionDef): RootInfo["location"] {
  return { path: file.path, range: { start, end } };
}

function resultOfFunction(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  root: RootInfo,
): { readonly frame: Frame; readonly result: Value } {
  const receiver = receiverOf(interpreter, symbol);
  const callee = interpreter.functionValue(symbol, receiver);
  const frame: Frame = {
    ...moduleFrame(symbol.module, nameOf(symbol)),
    functionId: symbol.id,
    owner: symbol.owner,
    receiver,
    coroutine: symbol.node.async,
  };
  prepare(interpreter, frame, root);
  bindAnnotatedParameters(interpreter, frame.scope, callee);
  interpreter.active.add(symbol.node);
  interpreter.execute(symbol.node.body);
  interpreter.active.delete(symbol.node);
  return { frame, result: joinAll(frame.returns) };
}

/** Middleware that is a function, and decorators of views: Django calls what they give, with each request. */
function functionsForRequests({ owner, qualifiedName, node }: FunctionSymbol): readonly GivenFunction[] {
  const isInner = owner !== undefined || qualifiedName.includes(".");
  return isInner || takesRequest(node) ? [] : requestFunctions(node);
}

function takesRequest({ parameters }: FunctionLike): boolean {
  return parameters.slice(0, 2).some(({ name }) => name === "request");
}

interface GivenFunction {
  readonly node: FunctionDef;
  /** The names of the functions around it, its own last. */
  readonly path: readonly string[];
}

/** The functions with a parameter for the request that the function returns, or one that it returns. */
function requestFunctions(
  node: FunctionDef,
  path: readonly string[] = [],
  depth = 2,
): readonly GivenFunction[] {
  const returned = new Set<string>();
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind === "Return" && statement.value?.kind === "Name") returned.add(statement.value.name);
  });
  const given: GivenFunction[] = [];
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind !== "FunctionDef" || !returned.has(statement.name.name)) return;
    const inner = [...path, statement.name.name];
    if (takesRequest(statement)) given.push({ node: statement, path: inner });
    else if (depth > 1) given.push(...requestFunctions(statement, inner, depth - 1));
  });
  return given;
}

/**
 * Interprets what the function gives, with what the function knows, as a root.
 * @param forget what the function itself does: it runs when the module is imported
 * @returns false when the budget ran out.
 */
function runGivenFunction(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  { node, path }: GivenFunction,
  forget: () => void,
): boolean {
  const { result } = resultOfFunction(interpreter, symbol, {
    symbol: [nameOf(symbol), ...path].join("."),
    location: placeOf(symbol.module, node),
    context: isAdminAction(node) ? "admin" : "request",
  });
  const place: Expression = { kind: "InvalidExpression", start: node.start, end: node.start };
  const given = functionAmong(interpreter, result, node, place);
  forget();
  if (given) interpreter.callFunction(given, { ...noArguments, open: true }, place, "framework");
  return interpreter.state.budget > 0;
}

/** The value of a function that is written inside of this one, or of one that it gives. */
function functionAmong(
  interpreter: Interpreter,
  value: Value,
  node: FunctionDef,
  place: Expression,
): FunctionValue | undefined {
  for (const each of alternativesOf(value)) {
    if (each.kind !== "function") continue;
    if (each.node === node) return each;
    if (!containsRange(each.node, node)) continue;
    const given = interpreter.callFunction(each, { ...noArguments, open: true }, place, "framework");
    const inner = functionAmong(interpreter, given, node, place);
    if (inner) return inner;
  }
  return undefined;
}

function runModule(interpreter: Interpreter, module: Module): boolean {
  return runStatements(interpreter, module.file.tree.body, moduleFrame(module, module.name), {
    symbol: module.name,
    location: { path: module.file.path, range: { start: 0, end: 0 } },
    context: contextOfModule(interpreter.program, module),
  });
}

/** `queryset = Task.objects.filter(…)` of a view, a serializer's field, a form. */
function runClass(interpreter: Interpreter, symbol: ClassSymbol): boolean {
  const { module, node, qualifiedName } = symbol;
  const name = `${module.name}.${qualifiedName}`;
  return runStatements(interpreter, node.body, moduleFrame(module, name), {
    symbol: name,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    context: contextOfClass(interpreter, symbol),
  });
}

/** @returns false when the budget ran out. */
function runStatements(
  interpreter: Interpreter,
  body: readonly Statement[],
  frame: Frame,
  root: RootInfo,
): boolean {
  const statements = body.filter(
    ({ kind }) => kind !== "FunctionDef" && kind !== "ClassDef" && kind !== "Import" && kind !== "ImportFrom",
  );
  // Defaults are evaluated where the function is defined, once.
  const defaults = body.flatMap((statement) =>
    statement.kind === "FunctionDef" ? statement.parameters.flatMap((each) => each.default ?? []) : [],
  );
  const called = defaults.filter(
    ({ kind }) => kind === "Call" || kind === "Subscript" || kind === "Comprehension",
  );
  if (statements.length === 0 && called.length === 0) return true;
  prepare(interpreter, frame, root);
  interpreter.execute(statements);
  for (const node of called) interpreter.evaluate(node);
  return interpreter.state.budget > 0;
}

function prepare(interpreter: Interpreter, frame: Frame, root: RootInfo): void {
  interpreter.state = newState(frame, root, interpreter.budgetPerRoot);
  interpreter.active.clear();
  interpreter.touched = new Set();
  interpreter.callResults.startRoot();
}

function receiverOf(interpreter: Interpreter, symbol: FunctionSymbol): Value | undefined {
  const { owner } = symbol;
  if (!owner || hasDecorator(interpreter, symbol, "staticmethod")) return undefined;
  if (hasDecorator(interpreter, symbol, "classmethod")) return interpreter.valueOfClass(owner);
  const model = interpreter.models.modelOfClass(owner);
  if (model) return presentRow(instanceOf(onlyConcrete(interpreter, model, owner), undefined));
  const manager = interpreter.querysetClassModel(owner);
  if (manager) return manager;
  const object = interpreter.newObject(owner);
  interpreter.consumers.prepare(interpreter, object, symbol);
  return object;
}

/** An abstract model has no rows. Where one model alone is made of it, its methods run for the rows of that one. */
function onlyConcrete({ program, models }: Interpreter, model: Model, symbol: ClassSymbol): Model {
  if (!model.abstract) return model;
  const [concrete, ...others] = program.subclasses(symbol).flatMap((subclass) => {
    const derived = models.modelOfClass(subclass);
    return derived && !derived.abstract && derived.proxyFor === undefined ? [derived] : [];
  });
  return concrete && others.length === 0 ? concrete : model;
}
