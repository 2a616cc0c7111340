/** Runs the statements of a settings module abstractly: what each name holds at the end of the module. */

import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression, Statement, With } from "../syntax/ast.ts";
import { walkExpressions } from "../syntax/walk.ts";
import { changedContainer, withEntry, withoutEntry } from "./container-methods.ts";
import { isEnvironment, requiresUnsetVariable } from "./environment-values.ts";
import { isGivenNamespace, isNamespace, isOwnModule, keysOf } from "./namespace-calls.ts";
import { configurationValue } from "./settings-classes.ts";
import {
  type Container,
  containerOf,
  type Environment,
  type EnvironmentState,
  joinStates,
  replaceContainer,
  restore,
  stateOf,
} from "./settings-environment.ts";
import type { ExecutionHost } from "./settings-host.ts";
import { importNames, runImported } from "./settings-imports.ts";
import { onlyReturn } from "./static-calls.ts";
import { literalTruth } from "./static-evaluator.ts";
import { applyOperator } from "./static-operators.ts";
import {
  joinValues,
  known,
  type MappingValue,
  mappingOf,
  type Place,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
} from "./static-value.ts";

/** A loop over more elements than this is run once. */
const maximumIterations = 200;

/** Nested loops multiply: after this many statements of one module the rest of it is left out. */
const maximumStatements = 10_000;

/** Methods of lists and sets that do not fail on what is known. */
const addingMethods: ReadonlySet<string> = new Set(["add", "append", "extend", "insert"]);

/** How a block of statements ends. */
type Completion = "next" | "left";

export function executeStatements(
  host: ExecutionHost,
  statements: readonly Statement[],
  environment: Environment,
  module: Module,
  owner?: ClassSymbol,
): void {
  new Execution(host, environment, module, owner).block(statements);
}

/** What a function returns; undefined where its body does not end in a `return` on any path that was understood. */
export function executeFunction(
  host: ExecutionHost,
  statements: readonly Statement[],
  environment: Environment,
  module: Module,
): StaticValue {
  const execution = new Execution(host, environment, module, undefined);
  const completion = execution.block(statements);
  if (!environment.complete) return unknownValue;
  const values = completion === "next" ? [...execution.returned, known(null)] : execution.returned;
  const [first, ...others] = values;
  return first ? others.reduce(joinValues, first) : unknownValue;
}

class Execution {
  readonly returned: StaticValue[] = [];
  /** The states in which a round of the innermost loop ended early. */
  #exits: { readonly state: EnvironmentState; readonly endsLoop: boolean }[] = [];
  readonly #host: ExecutionHost;
  readonly #environment: Environment;
  readonly #module: Module;
  readonly #owner: ClassSymbol | undefined;
  readonly #scope: Scope;
  #executed = 0;

  constructor(host: ExecutionHost, environment: Environment, module: Module, owner: ClassSymbol | undefined) {
    this.#host = host;
    this.#environment = environment;
    this.#module = module;
    this.#owner = owner;
    this.#scope = { module, owner, bindings: environment.names };
  }

  block(body: readonly Statement[]): Completion {
    for (const statement of body) {
      this.#executed += 1;
      if (this.#executed > maximumStatements) {
        this.#environment.complete = false;
        return "next";
      }
      if (this.#execute(statement) === "left") return "left";
    }
    return "next";
  }

  #evaluate(expression: Expression): StaticValue {
    return this.#host.evaluator.evaluate(expression, this.#scope);
  }

  #execute(statement: Statement): Completion {
    switch (statement.kind) {
      case "Assign": {
        const value = this.#assigned(statement.targets, statement.value);
        for (const target of statement.targets) this.#assign(target, value);
        if (isOwnModule(statement.value)) this.#environment.complete = false;
        this.#afterCall(statement.value);
        return "next";
      }
      case "AnnAssign":
        if (statement.value)
          this.#assign(statement.target, this.#assigned([statement.target], statement.value));
        return "next";
      case "AugAssign":
        this.#augment(statement.target, statement.operator, statement.value);
        return "next";
      case "ExpressionStatement":
        if (statement.value.kind === "Call") this.#call(statement.value);
        return "next";
      case "If": {
        this.#bindNamed(statement.test);
        const decided = this.#decide(statement.test);
        if (decided !== undefined) return this.block(decided ? statement.body : statement.orElse);
        return this.#isFalseByDefault(statement.test)
          ? this.#branches([statement.orElse, statement.body])
          : this.#branches([statement.body, statement.orElse]);
      }
      case "Try": {
        const { body, handlers, orElse, finalBody } = statement;
        const inHandlers = handlers.map((handler) => handler.body);
        const completion = this.#attempt(body, inHandlers, orElse);
        return this.block(finalBody) === "left" ? "left" : completion;
      }
      case "With":
        for (const { target } of statement.items) if (target) this.#assign(target, unknownValue);
        return this.#isSuppressing(statement)
          ? this.#attempt(statement.body, [[]])
          : this.block(statement.body);
      case "For":
        return this.#loop(
          statement.target,
          this.#evaluate(statement.iterable),
          statement.body,
          statement.orElse,
        );
      case "While":
        return this.#branches([statement.body, []]);
      case "Match":
        return this.#branches([...statement.cases.map((matchCase) => matchCase.body), []]);
      case "Import":
        for (const { name } of statement.names) runImported(this.#host, this.#module, name);
        return "next";
      case "ImportFrom":
        importNames(this.#host, this.#environment, this.#module, statement);
        return "next";
      case "FunctionDef":
        if (this.#owner) this.#propertyValue(statement);
        return "next";
      case "Delete":
        for (const target of statement.targets) this.#delete(target);
        return "next";
      case "Return":
        this.returned.push(statement.value ? this.#evaluate(statement.value) : known(null));
        return "left";
      case "Break":
      case "Continue":
        this.#exits.push({ state: stateOf(this.#environment), endsLoop: statement.kind === "Break" });
        return "left";
      case "Raise":
        return "left";
      case "Global":
        this.#environment.complete = false;
        return "next";
      default:
        return "next";
    }
  }

  #assigned(targets: readonly Expression[], value: Expression): StaticValue {
    const [target] = targets;
    if (this.#owner && target?.kind === "Name" && value.kind === "Call") {
      const found = configurationValue(this.#host.evaluator, target.name, value, this.#scope);
      if (found) return found;
    }
    return this.#evaluate(value);
  }

  /** `if admins := os.getenv("ADMINS"):` */
  #bindNamed(test: Expression): void {
    walkExpressions(test, (each) => {
      if (each.kind === "NamedExpression") this.#assign(each.target, this.#evaluate(each.value));
      return true;
    });
  }

  #decide(test: Expression): boolean | undefined {
    const literal = literalTruth(test);
    if (literal !== undefined) return literal;
    return this.#host.evaluator.context.execution?.decide(this.#evaluate(test));
  }

  /** A switch in the environment that is off where nobody sets it. */
  #isFalseByDefault(test: Expression): boolean {
    if (test.kind === "Comparison" && test.operators[0] === "in") {
      const container = test.comparators[0];
      return container?.kind === "Attribute" && container.attribute.name === "environ";
    }
    return truthOf(this.#evaluate(test)) === false;
  }

  /** Each branch starts from the present state. Those that leave by an exception or a `return` don't go on. */
  #branches(bodies: readonly (readonly Statement[])[]): Completion {
    const before = stateOf(this.#environment);
    const results: EnvironmentState[] = [];
    for (const body of bodies) {
      restore(this.#environment, before);
      if (this.block(body) === "next") results.push(stateOf(this.#environment));
    }
    if (results.length === 0) return "left";
    joinStates(this.#environment, results);
    return "next";
  }

  #attempt(
    body: readonly Statement[],
    handlers: readonly (readonly Statement[])[],
    orElse: readonly Statement[] = [],
  ): Completion {
    const outcomes = new Set(body.map((statement) => this.#outcomeOf(statement)));
    if (outcomes.has("fails") && handlers[0]) return this.block(handlers[0]);
    return outcomes.has("open")
      ? this.#branches([[...body, ...orElse], ...handlers])
      : this.block([...body, ...orElse]);
  }

  /** `with suppress(ImportError):` is `try` with an empty handler. */
  #isSuppressing({ items }: With): boolean {
    return items.some(({ context }) => {
      if (context.kind !== "Call") return false;
      const symbol = this.#host.evaluator.symbol(context.function, this.#scope);
      return symbol.kind === "external" && symbol.name === "contextlib.suppress";
    });
  }

  /** Whether a statement under `try` raises, as far as imports tell. */
  #outcomeOf(statement: Statement): "succeeds" | "fails" | "open" {
    if (statement.kind === "Pass") return "succeeds";
    if (statement.kind === "Assign" || statement.kind === "Return") {
      return statement.value ? this.#outcomeOfEvaluation(statement.value) : "succeeds";
    }
    if (statement.kind === "AugAssign") return this.#outcomeOfChange(statement.target, [statement.value]);
    if (statement.kind === "ExpressionStatement" && statement.value.kind === "Call") {
      const { function: callee, arguments: given, keywords } = statement.value;
      return callee.kind === "Attribute" && addingMethods.has(callee.attribute.name) && keywords.length === 0
        ? this.#outcomeOfChange(callee.value, given)
        : "open";
    }
    if (statement.kind === "Import") {
      const outcomes = statement.names.map(({ name }) => this.#outcomeOfImport(name, 0));
      return outcomes.find((outcome) => outcome !== "succeeds") ?? "succeeds";
    }
    return statement.kind === "ImportFrom"
      ? this.#outcomeOfImport(statement.module, statement.level)
      : "open";
  }

  /** Something known is added to a list: `INSTALLED_APPS += ["debug_toolbar"]`, `MIDDLEWARE.insert(0, "…")`. */
  #outcomeOfChange(container: Expression, added: readonly Expression[]): "succeeds" | "open" {
    const isKnown = (each: Expression): boolean => this.#evaluate(each).kind === "known";
    return sequenceOf(this.#evaluate(container)) && added.every(isKnown) ? "succeeds" : "open";
  }

  #outcomeOfImport(dotted: string, level: number): "succeeds" | "fails" | "open" {
    const imported = this.#host.importedModule(this.#module, dotted, level);
    if (imported?.firstParty) return "succeeds";
    if (imported || !this.#host.closed) return "open";
    // A module that the project's own package does not have.
    const [top = ""] = dotted.split(".");
    const isOwn = level > 0 || this.#host.importedModule(this.#module, top, 0)?.firstParty === true;
    if (isOwn) return "fails";
    const isInstalled = this.#host.evaluator.context.execution?.installed?.has(top);
    return isInstalled === undefined ? "open" : isInstalled ? "succeeds" : "fails";
  }

  /** What has a plain value did not raise. */
  #outcomeOfEvaluation(value: Expression): "succeeds" | "fails" | "open" {
    const result = this.#evaluate(value);
    if (result.kind === "known" && (typeof result.value !== "object" || result.value === null))
      return "succeeds";
    if (!this.#host.closed) return "open";
    let isMissing = false;
    walkExpressions(value, (each) => {
      isMissing ||=
        (each.kind === "Subscript" &&
          isEnvironment(this.#host.evaluator, each.value, this.#scope) &&
          this.#evaluate(each).kind === "unknown") ||
        (each.kind === "Call" && requiresUnsetVariable(this.#host.evaluator, each, this.#scope));
      return !isMissing;
    });
    return isMissing ? "fails" : "open";
  }

  #loop(
    target: Expression,
    iterable: StaticValue,
    body: readonly Statement[],
    orElse: readonly Statement[],
  ): Completion {
    const elements = sequenceOf(iterable) ?? keysOf(iterable);
    if (!elements || elements.elements.length > maximumIterations) {
      this.#round(target, unknownValue, body, true);
      return this.block(orElse);
    }
    let isOptional = elements.united === true;
    for (const element of elements.elements) {
      if (this.#executed > maximumStatements) return "next";
      const end = this.#round(target, element, body, isOptional);
      if (end === "left") return "left";
      if (end === "always") return "next";
      if (end === "maybe") isOptional = true;
    }
    if (!elements.complete) this.#round(target, unknownValue, body, true);
    return this.block(orElse);
  }

  /** One round of a loop; answers whether the loop ends with it, or what is around it is left as well. */
  #round(
    target: Expression,
    element: StaticValue,
    body: readonly Statement[],
    isOptional: boolean,
  ): "always" | "maybe" | "never" | "left" {
    const outer = this.#exits;
    const before = stateOf(this.#environment);
    this.#exits = [];
    this.#assign(target, element);
    const completion = this.block(body);
    const exits = this.#exits;
    this.#exits = outer;
    const states = exits.map(({ state }) => state);
    if (completion === "next") states.unshift(stateOf(this.#environment));
    if (isOptional) states.push(before);
    if (states.length === 0) return "left";
    joinStates(this.#environment, states);
    const ending = exits.filter(({ endsLoop }) => endsLoop).length;
    if (ending === 0) return "never";
    return ending === states.length ? "always" : "maybe";
  }

  #assign(target: Expression, value: StaticValue): void {
    switch (target.kind) {
      case "Name":
        if (this.#host.assumptions.has(target.name)) this.#environment.declared.set(target.name, value);
        this.#environment.names.set(target.name, this.#host.assumptions.get(target.name) ?? value);
        this.#environment.places.set(target.name, { module: this.#module, node: target });
        this.#environment.uncertain.delete(target.name);
        return;
      case "TupleLiteral":
      case "ListLiteral": {
        const elements = sequenceOf(value)?.elements;
        target.elements.forEach((element, index) => {
          this.#assign(element, elements?.[index] ?? unknownValue);
        });
        return;
      }
      case "Subscript":
        this.#assignItem(target.value, target.index, value);
        return;
      default:
        return;
    }
  }

  /** `DATABASES["default"]["CONN_MAX_AGE"] = 60`, `globals()["DEBUG"] = False`, `os.environ["TZ"] = "UTC"` */
  #assignItem(container: Expression, index: Expression, value: StaticValue): void {
    const key = stringOf(this.#evaluate(index));
    if (isNamespace(container)) {
      if (key === undefined) this.#environment.complete = false;
      else {
        this.#environment.names.set(key, value);
        this.#environment.places.set(key, { module: this.#module, node: index });
      }
      return;
    }
    if (isEnvironment(this.#host.evaluator, container, this.#scope)) {
      if (key !== undefined) this.#host.setVariable(key, stringOf(value));
      return;
    }
    const mapping = mappingOf(this.#evaluate(container));
    if (mapping) this.#replace(container, mapping, this.#withItem(mapping, key, index, value));
    else this.#spoil(container);
  }

  #withItem(
    mapping: MappingValue,
    key: string | undefined,
    index: Expression,
    value: StaticValue,
  ): MappingValue {
    if (key === undefined) return { ...mapping, complete: false };
    const place: Place = { module: this.#module, node: index };
    return { ...withEntry(mapping, key, value), places: new Map(mapping.places).set(key, place) };
  }

  #replace(expression: Expression, before: Container, after: Container): void {
    if (before === after) return;
    // What is no name's yet, such as a name of another module, gets a name here.
    if (expression.kind === "Name" && !this.#environment.names.has(expression.name)) {
      this.#environment.names.set(expression.name, known(after));
      return;
    }
    replaceContainer(this.#environment, before, after);
  }

  /** Something was done to a list of which nothing is known: nor is it afterwards. */
  #spoil(expression: Expression): void {
    const value = this.#evaluate(expression);
    const container = containerOf(value);
    if (container) this.#replace(expression, container, { ...container, complete: false, united: true });
    else if (value.kind === "oneOf" && expression.kind === "Name")
      this.#environment.names.set(expression.name, unknownValue);
  }

  #augment(target: Expression, operator: string, operand: Expression): void {
    const current = this.#evaluate(target);
    const value = this.#evaluate(operand);
    const isSequence = sequenceOf(current) !== undefined || sequenceOf(value) !== undefined;
    const base = current.kind === "unknown" && isSequence ? sequence([], false) : current;
    const result = applyOperator(operator, base, value);
    const before = containerOf(current);
    const after = containerOf(result);
    // `+=` changes a list in place; tuples are replaced, which comes to the same where nothing else holds them.
    if (before && after && target.kind !== "Name") this.#replace(target, before, after);
    else this.#assign(target, result);
  }

  #delete(target: Expression): void {
    if (target.kind === "Name") this.#environment.names.delete(target.name);
    if (target.kind !== "Subscript") return;
    const container = containerOf(this.#evaluate(target.value));
    const key = stringOf(this.#evaluate(target.index));
    if (container?.type === "mapping" && key !== undefined)
      this.#replace(target.value, container, withoutEntry(container, key));
    else this.#spoil(target.value);
  }

  #call(call: Call): void {
    const callee = call.function;
    if (callee.kind === "Name" && callee.name === "include") {
      this.#includeFiles(call);
      return;
    }
    if ((callee.kind === "Name" && callee.name === "exec") || isGivenNamespace(call))
      this.#environment.complete = false;
    if (callee.kind !== "Attribute") return;
    if (isNamespace(callee.value)) {
      this.#updateNamespace(callee.attribute.name, call);
      return;
    }
    if (
      callee.attribute.name === "setdefault" &&
      isEnvironment(this.#host.evaluator, callee.value, this.#scope)
    ) {
      this.#setDefaultVariable(call);
      return;
    }
    this.#mutate(callee.value, callee.attribute.name, call);
  }

  /** `vars().update(EMAIL_CONFIG)` */
  #updateNamespace(method: string, call: Call): void {
    const [given, ...others] = call.arguments;
    const names = given && method === "update" ? mappingOf(this.#evaluate(given)) : undefined;
    if (!names?.complete || others.length > 0 || call.keywords.length > 0) this.#environment.complete = false;
    for (const [name, value] of names?.entries ?? []) {
      this.#environment.names.set(name, value);
      if (names?.united) this.#environment.uncertain.add(name);
    }
  }

  /** `value = options.pop("key")` changes the dictionary as well. */
  #afterCall(value: Expression): void {
    if (value.kind !== "Call") return;
    if (isGivenNamespace(value)) this.#environment.complete = false;
    if (value.function.kind !== "Attribute") return;
    const method = value.function.attribute.name;
    if (method === "pop" || method === "setdefault") this.#mutate(value.function.value, method, value);
  }

  #setDefaultVariable(call: Call): void {
    const [name, text] = call.arguments.map((each) => stringOf(this.#evaluate(each)));
    if (name === undefined) return;
    const set = this.#host.evaluator.context.execution?.variable(name);
    if (typeof set !== "string") this.#host.setVariable(name, text);
  }

  #mutate(receiver: Expression, method: string, call: Call): void {
    const container = containerOf(this.#evaluate(receiver));
    if (!container) return;
    const entries = new Map<string, StaticValue>();
    const places = new Map<string, Place>();
    for (const { name, value } of call.keywords) {
      if (!name) continue;
      entries.set(name.name, this.#evaluate(value));
      places.set(name.name, { module: this.#module, node: name });
    }
    const keywords: MappingValue = {
      type: "mapping",
      entries,
      complete: call.keywords.every(({ name }) => name !== undefined),
      places,
    };
    const positional = call.arguments.map((each) => this.#evaluate(each));
    const { execution } = this.#host.evaluator.context;
    const changed = changedContainer(container, method, positional, keywords, (path) =>
      execution?.isOwnFile(path),
    );
    if (changed) this.#replace(receiver, container, changed);
  }

  #includeFiles(call: Call): void {
    for (const argument of call.arguments) {
      const inner = argument.kind === "Call" ? argument.arguments[0] : argument;
      const pattern = inner ? stringOf(this.#evaluate(inner)) : undefined;
      if (pattern === undefined) {
        this.#environment.complete = false;
        continue;
      }
      for (const included of this.#host.includedModules(this.#module, pattern)) {
        if (included === this.#module) continue;
        executeStatements(this.#host, included.file.tree.body, this.#environment, included);
      }
    }
  }

  /** A property of a settings class: `return super().INSTALLED_APPS + [...]` keeps what the base class has. */
  #propertyValue(statement: Statement & { kind: "FunctionDef" }): void {
    const { names } = this.#environment;
    const name = statement.name.name;
    const returned = onlyReturn(statement);
    const inherited = names.get(name);
    const value = returned ? this.#evaluate(returned) : unknownValue;
    names.set(name, inherited && sequenceOf(inherited) ? joinValues(inherited, value) : value);
  }
}
