/**
 * Frameworks that read rows on the project's behalf: templates, class-based views, serializers, the admin. A consumer
 * knows what a framework does with the project's declarations and does it with the interpreter's own operations, so
 * that loops, calls, costs and evidence are the same as for code that the project writes out.
 *
 * `consumers/` implements this interface, `program/` chooses the implementations.
 */
import type { Location } from "../base/text-range.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Instance } from "../queryset/instance.ts";
import type { PlainObject, Value } from "../queryset/value.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import type { RootContext } from "./facts.ts";
import type { Arguments, Interpreter } from "./interpreter.ts";

export type LibraryFunction = (interpreter: Interpreter, args: Arguments, node: Call) => Value;

export interface Consumer {
  readonly name: string;
  /** Functions and classes of the framework that are called by name, by dotted name. */
  readonly functions?: Readonly<Record<string, LibraryFunction>>;
  /** What the framework's classes do for the project's classes that derive from them. */
  readonly classes?: FrameworkClasses;
  /** What the framework runs by itself because of a statement of the module, without a class of the project. */
  entryPointsOfModule?(interpreter: Interpreter, module: Module): readonly EntryPoint[];
  /** What the framework does with what a function returned that one of its decorators made known to it. */
  returned?(interpreter: Interpreter, symbol: FunctionSymbol, value: Value): void;
}

/** Members and entry points of the classes that derive from one of `bases`. */
export interface FrameworkClasses {
  /** Dotted names of the framework's classes, under every name by which they are imported. `any`: of every class. */
  readonly bases: ReadonlySet<string> | "any";
  /**
   * Calls a method that the project's classes do not define, or that they reach with `super()`. `__init__` is the
   * framework's constructor; `__new__` comes before any constructor and may give another object. Undefined: the framework has no such method, or its result is not known.
   * `after`: the class in whose body `super()` stands; only what comes behind it has a say.
   */
  callMethod?(
    interpreter: Interpreter,
    receiver: PlainObject,
    name: string,
    args: Arguments,
    node: Call,
    after: ClassSymbol | undefined,
  ): Value | undefined;
  /** Reads an attribute or property that neither the object nor the project's classes have: `serializer.data`. */
  readAttribute?(
    interpreter: Interpreter,
    receiver: PlainObject,
    name: string,
    node: Expression,
  ): Value | undefined;
  /** Calls a method of a row that neither its model nor the project's classes define, or that they reach with `super()`. */
  callRowMethod?(
    interpreter: Interpreter,
    row: Instance,
    name: string,
    args: Arguments,
    node: Call,
  ): Value | undefined;
  /** Calls a method of the class itself that the project does not define: `TaskSchema.from_orm(task)`. */
  callClassMethod?(
    interpreter: Interpreter,
    symbol: ClassSymbol,
    name: string,
    args: Arguments,
    node: Call,
  ): Value | undefined;
  /** An object of the class is complete: the project's own constructor has run, too. */
  constructed?(interpreter: Interpreter, object: PlainObject, node: Call): void;
  /**
   * The framework's class of this dotted name has a member of this name, which comes before those of the project's
   * classes that stand behind it.
   */
  hides?(base: string, name: string): boolean;
  /** Sets what the framework has set on the object when it calls this method of the project: `self.action`. */
  prepare?(interpreter: Interpreter, receiver: PlainObject, method: FunctionSymbol): void;
  /** What it passes to this method of the project, in order, as far as the class tells; undefined for all other methods. */
  passedTo?(
    interpreter: Interpreter,
    receiver: PlainObject,
    method: FunctionSymbol,
  ): readonly Value[] | undefined;
  /** What the framework runs of the class by itself: the page of a list view, the change list of an admin class. */
  entryPoints?(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[];
}

/** Something that the framework runs without a call in the project's code. Interpreted as a root of its own. */
export interface EntryPoint {
  /** Dotted, as a user would name it: `tasks.views.TaskList.get`, `tasks.api.TaskViewSet.list`. */
  readonly symbol: string;
  readonly location: Location;
  readonly context: RootContext;
  run(): void;
}

/** Finds the consumers that have something to say about a class or function. */
export class ConsumerRegistry {
  readonly #program: PythonProgram;
  readonly #consumers: readonly Consumer[];
  readonly #classes: readonly FrameworkClasses[];
  readonly #functions: ReadonlyMap<string, LibraryFunction>;
  readonly #ofClass = new Map<string, readonly FrameworkClasses[]>();

  constructor(program: PythonProgram, consumers: readonly Consumer[]) {
    this.#consumers = consumers.filter(
      ({ returned, entryPointsOfModule }) => returned ?? entryPointsOfModule,
    );
    this.#program = program;
    this.#classes = consumers.flatMap(({ classes }) => classes ?? []);
    this.#functions = new Map(consumers.flatMap(({ functions = {} }) => Object.entries(functions)));
  }

  function(name: string): LibraryFunction | undefined {
    return this.#functions.get(name);
  }

  /** In the order of registration: a class may derive from several frameworks. */
  classesOf(symbol: ClassSymbol): readonly FrameworkClasses[] {
    let known = this.#ofClass.get(symbol.id);
    if (!known) {
      known = this.#classes.filter(
        ({ bases }) => bases === "any" || this.#program.derivesFrom(symbol, bases),
      );
      this.#ofClass.set(symbol.id, known);
    }
    return known;
  }

  callMethod(
    interpreter: Interpreter,
    receiver: PlainObject,
    name: string,
    args: Arguments,
    node: Call,
    after?: ClassSymbol,
  ): Value | undefined {
    for (const classes of this.classesOf(receiver.symbol)) {
      const result = classes.callMethod?.(interpreter, receiver, name, args, node, after);
      if (result) return result;
    }
    return undefined;
  }

  callRowMethod(
    interpreter: Interpreter,
    row: Instance,
    name: string,
    args: Arguments,
    node: Call,
  ): Value | undefined {
    const { symbol } = row.model;
    for (const classes of symbol ? this.classesOf(symbol) : []) {
      const result = classes.callRowMethod?.(interpreter, row, name, args, node);
      if (result) return result;
    }
    return undefined;
  }

  readAttribute(
    interpreter: Interpreter,
    receiver: PlainObject,
    name: string,
    node: Expression,
  ): Value | undefined {
    for (const classes of this.classesOf(receiver.symbol)) {
      const result = classes.readAttribute?.(interpreter, receiver, name, node);
      if (result) return result;
    }
    return undefined;
  }

  constructed(interpreter: Interpreter, object: PlainObject, node: Call): void {
    for (const classes of this.classesOf(object.symbol)) classes.constructed?.(interpreter, object, node);
  }

  /** One of these bases has a member of this name. */
  hides(bases: readonly PythonSymbol[], name: string): boolean {
    return bases.some(
      (base) =>
        base.kind === "external" &&
        this.#classes.some((classes) => classes.hides?.(base.name, name) === true),
    );
  }

  callClassMethod(
    interpreter: Interpreter,
    symbol: ClassSymbol,
    name: string,
    args: Arguments,
    node: Call,
  ): Value | undefined {
    for (const classes of this.classesOf(symbol)) {
      const result = classes.callClassMethod?.(interpreter, symbol, name, args, node);
      if (result) return result;
    }
    return undefined;
  }

  returned(interpreter: Interpreter, symbol: FunctionSymbol, value: Value): void {
    for (const consumer of this.#consumers) consumer.returned?.(interpreter, symbol, value);
  }

  prepare(interpreter: Interpreter, receiver: PlainObject, method: FunctionSymbol): void {
    for (const classes of this.classesOf(receiver.symbol)) classes.prepare?.(interpreter, receiver, method);
  }

  passedTo(interpreter: Interpreter, receiver: PlainObject, method: FunctionSymbol): readonly Value[] {
    for (const classes of this.classesOf(receiver.symbol)) {
      const passed = classes.passedTo?.(interpreter, receiver, method);
      if (passed) return passed;
    }
    return [];
  }

  entryPointsOfModule(interpreter: Interpreter, module: Module): readonly EntryPoint[] {
    return this.#consumers.flatMap((consumer) => consumer.entryPointsOfModule?.(interpreter, module) ?? []);
  }

  entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
    return this.classesOf(symbol).flatMap((classes) => classes.entryPoints?.(interpreter, symbol) ?? []);
  }
}
