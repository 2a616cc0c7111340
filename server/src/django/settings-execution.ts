/** Runs the statements of a settings module abstractly: what each name holds at the end of the module. */

import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression, Statement } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import { onlyReturn } from "./static-calls.ts";
import { literalTruth } from "./static-evaluator.ts";
import { applyOperator } from "./static-operators.ts";
import {
  joinValues,
  known,
  mappingOf,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
} from "./static-value.ts";

/** What a module's names hold. */
export interface Environment {
  readonly names: Map<string, StaticValue>;
  /** False when names may be set by code that was not understood: a star import from outside, `globals().update()`. */
  complete: boolean;
}

export type ModuleRunner = (module: Module) => Environment;

/** A loop over more elements than this is run once. */
const maximumIterations = 200;

/** Nested loops multiply: after this many statements of one module the rest of it is left out. */
const maximumStatements = 10_000;

export interface ExecutionHost {
  readonly evaluator: Evaluator;
  readonly run: ModuleRunner;
  /** The module that an import statement of `module` names, where its source is known. */
  importedModule(module: Module, dotted: string, level: number): Module | undefined;
  /** Settings files that django-split-settings' `include("components/*.py")` names. */
  includedModules(module: Module, pattern: string): readonly Module[];
}

export function executeStatements(
  host: ExecutionHost,
  statements: readonly Statement[],
  environment: Environment,
  module: Module,
  owner?: ClassSymbol,
): void {
  const { evaluator } = host;
  const names = environment.names;
  const scope: Scope = { module, owner, bindings: names };
  const evaluate = (expression: Expression): StaticValue => evaluator.evaluate(expression, scope);

  let executed = 0;
  const block = (body: readonly Statement[]): void => {
    for (const statement of body) {
      executed += 1;
      if (executed > maximumStatements) {
        environment.complete = false;
        return;
      }
      execute(statement);
    }
  };

  function execute(statement: Statement): void {
    switch (statement.kind) {
      case "Assign": {
        const value = evaluate(statement.value);
        for (const target of statement.targets) assign(target, value);
        return;
      }
      case "AnnAssign":
        if (statement.value) assign(statement.target, evaluate(statement.value));
        return;
      case "AugAssign": {
        const current = evaluate(statement.target);
        const value = evaluate(statement.value);
        const sequences = sequenceOf(current) !== undefined || sequenceOf(value) !== undefined;
        const known = current.kind !== "unknown" || !sequences;
        assign(
          statement.target,
          applyOperator(statement.operator, known ? current : sequence([], false), value),
        );
        return;
      }
      case "ExpressionStatement":
        if (statement.value.kind === "Call") callStatement(statement.value);
        return;
      case "If": {
        const decided = literalTruth(statement.test);
        if (decided !== undefined) block(decided ? statement.body : statement.orElse);
        else if (isFalseByDefault(statement.test)) branches([statement.orElse, statement.body]);
        else branches([statement.body, statement.orElse]);
        return;
      }
      case "Try":
        branches([
          [...statement.body, ...statement.orElse],
          ...statement.handlers.map((handler) => handler.body),
        ]);
        block(statement.finalBody);
        return;
      case "With":
        block(statement.body);
        return;
      case "For":
        loop(statement.target, evaluate(statement.iterable), statement.body);
        block(statement.orElse);
        return;
      case "While":
        branches([statement.body, []]);
        return;
      case "Match":
        branches([...statement.cases.map((matchCase) => matchCase.body), []]);
        return;
      case "ImportFrom": {
        const imported = host.importedModule(module, statement.module, statement.level);
        const star = statement.names.some((alias) => alias.name === "*");
        if (star) importStar(imported);
        else if (imported?.firstParty) importNames(imported, statement.names);
        return;
      }
      case "FunctionDef":
        if (owner) propertyValue(statement);
        return;
      default:
        return;
    }
  }

  /** A switch in the environment that is off where nobody sets it. */
  function isFalseByDefault(test: Expression): boolean {
    if (test.kind === "Comparison" && test.operators[0] === "in") {
      const container = test.comparators[0];
      return container?.kind === "Attribute" && container.attribute.name === "environ";
    }
    return truthOf(evaluate(test)) === false;
  }

  /**
   * Each branch starts from the present state; afterwards every name holds what any of them left in it, the first
   * branch's value first.
   */
  function branches(bodies: readonly (readonly Statement[])[]): void {
    const before = new Map(names);
    const results = bodies.map((body) => {
      names.clear();
      for (const [name, value] of before) names.set(name, value);
      block(body);
      return new Map(names);
    });
    names.clear();
    for (const result of results) {
      for (const [name, value] of result) {
        const other = names.get(name);
        names.set(name, other ? joinValues(other, value) : value);
      }
    }
  }

  function loop(target: Expression, iterable: StaticValue, body: readonly Statement[]): void {
    const elements = sequenceOf(iterable);
    if (!elements || elements.elements.length > maximumIterations) {
      assign(target, unknownValue);
      branches([body, []]);
      return;
    }
    for (const element of elements.elements) {
      if (executed > maximumStatements) return;
      assign(target, element);
      block(body);
    }
  }

  function assign(target: Expression, value: StaticValue): void {
    switch (target.kind) {
      case "Name":
        names.set(target.name, value);
        return;
      case "TupleLiteral":
      case "ListLiteral": {
        const elements = sequenceOf(value)?.elements;
        target.elements.forEach((element, index) => {
          assign(element, elements?.[index] ?? unknownValue);
        });
        return;
      }
      case "Subscript":
        assignItem(target.value, target.index, value);
        return;
      default:
        return;
    }
  }

  /** `DATABASES["default"]["CONN_MAX_AGE"] = 60` */
  function assignItem(container: Expression, index: Expression, value: StaticValue): void {
    const mapping = mappingOf(evaluate(container));
    const key = stringOf(evaluate(index));
    if (!mapping) return;
    const entries = new Map(mapping.entries);
    if (key !== undefined) entries.set(key, value);
    assign(container, known({ type: "mapping", entries, complete: mapping.complete && key !== undefined }));
  }

  function callStatement(call: Call): void {
    const callee = call.function;
    if (callee.kind === "Name") {
      if (callee.name === "include") includeFiles(call);
      else if (callee.name === "exec") environment.complete = false;
      return;
    }
    if (callee.kind !== "Attribute") return;
    const receiver = callee.value;
    if (receiver.kind === "Call" && receiver.function.kind === "Name") {
      if (receiver.function.name === "globals" || receiver.function.name === "locals")
        environment.complete = false;
      return;
    }
    mutate(receiver, callee.attribute.name, call);
  }

  function mutate(receiver: Expression, method: string, call: Call): void {
    const values = call.arguments.map(evaluate);
    const current = evaluate(receiver);
    const elements = sequenceOf(current);
    const [first = unknownValue, second = unknownValue] = values;
    if (elements) {
      if (method === "append" || method === "add")
        assign(receiver, sequence([...elements.elements, first], elements.complete));
      else if (method === "extend") assign(receiver, applyOperator("+", current, first));
      else if (method === "insert")
        assign(receiver, insertElement(elements.elements, first, second, elements.complete));
      else if (method === "remove") {
        const removed = stringOf(first);
        assign(
          receiver,
          sequence(
            elements.elements.filter((element) => stringOf(element) !== removed),
            elements.complete,
          ),
        );
      }
      return;
    }
    const mapping = mappingOf(current);
    if (!mapping || method !== "update") return;
    const entries = new Map([...mapping.entries, ...(mappingOf(first)?.entries ?? [])]);
    for (const keyword of call.keywords) {
      if (keyword.name) entries.set(keyword.name.name, evaluate(keyword.value));
    }
    assign(receiver, known({ type: "mapping", entries, complete: mapping.complete }));
  }

  function includeFiles(call: Call): void {
    for (const argument of call.arguments) {
      const inner = argument.kind === "Call" ? argument.arguments[0] : argument;
      const pattern = inner ? stringOf(evaluate(inner)) : undefined;
      if (pattern === undefined) {
        environment.complete = false;
        continue;
      }
      for (const included of host.includedModules(module, pattern)) {
        if (included !== module) executeStatements(host, included.file.tree.body, environment, included);
      }
    }
  }

  function importStar(imported: Module | undefined): void {
    if (!imported) {
      environment.complete = false;
      return;
    }
    const other = host.run(imported);
    if (!other.complete) environment.complete = false;
    for (const [name, value] of other.names) {
      if (!name.startsWith("_")) names.set(name, value);
    }
  }

  function importNames(
    imported: Module,
    aliases: readonly { name: string; alias: string | undefined }[],
  ): void {
    const constants = aliases.filter((alias) => /^[A-Z]/.test(alias.name));
    if (constants.length === 0) return;
    const other = host.run(imported);
    for (const alias of constants) {
      const value = other.names.get(alias.name);
      if (value) names.set(alias.alias ?? alias.name, value);
    }
  }

  /** A property of a settings class: `return super().INSTALLED_APPS + [...]` keeps what the base class has. */
  function propertyValue(statement: Statement & { kind: "FunctionDef" }): void {
    const name = statement.name.name;
    const returned = onlyReturn(statement);
    const inherited = names.get(name);
    const value = returned ? evaluate(returned) : unknownValue;
    names.set(name, inherited && sequenceOf(inherited) ? joinValues(inherited, value) : value);
  }

  block(statements);
}

function insertElement(
  elements: readonly StaticValue[],
  position: StaticValue,
  element: StaticValue,
  complete: boolean,
): StaticValue {
  const index =
    position.kind === "known" && typeof position.value === "number" ? position.value : elements.length;
  const result = [...elements];
  result.splice(index, 0, element);
  return sequence(result, complete);
}
