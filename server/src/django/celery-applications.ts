/** `Celery("shop")`: a project's applications of Celery, under whatever names, and the classes of tasks that they give. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, ExternalSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../syntax/ast.ts";
import { mentions } from "../syntax/mentions.ts";
import { walkExpressions } from "../syntax/walk.ts";

/** An expression and the module in which its names are looked up. */
export interface InModule<Node> {
  readonly module: Module;
  readonly node: Node;
}

const applicationClasses: ReadonlySet<string> = new Set([
  "celery.Celery",
  "celery.app.Celery",
  "celery.app.base.Celery",
  "tenant_schemas_celery.app.CeleryApp",
]);

/** The class from which Celery's own tasks are, under the names that it had. */
export const celeryTaskClasses: ReadonlySet<string> = new Set([
  "celery.Task",
  "celery.app.task.Task",
  "celery.task.Task",
  "celery.task.base.Task",
  "celery.contrib.django.task.DjangoTask",
  // `app.Task`
  "celery.current_app.Task",
  ...[...applicationClasses].map((name) => `${name}.Task`),
]);

/** Classes of libraries that are Celery's with something more. */
const libraryTaskClasses: ReadonlySet<string> = new Set([
  ...celeryTaskClasses,
  "celery_once.QueueOnce",
  "celery_singleton.Singleton",
  "tenant_schemas_celery.task.TenantTask",
  "sentry_celery.Task",
]);

/** Stands for the application that is current, whichever that is. */
const currentApplication = "celery.current_app";

/** The call that makes an application. */
export interface Application extends InModule<Call> {
  /** It stands in a function, which may configure it as it likes. */
  readonly inFunction?: true;
}

/** The call that makes the application which an expression names; `current` where it is no certain one. */
export function applicationOf(
  program: PythonProgram,
  module: Module,
  expression: Expression,
): Application | "current" | undefined {
  const symbol = program.resolveExpression(module, expression);
  if (symbol.kind === "external") return symbol.name === currentApplication ? "current" : undefined;
  if (symbol.kind !== "variable") return undefined;
  for (const value of symbol.values) {
    const made = madeBy(program, symbol.module, value);
    if (made) return made;
  }
  const isDeclared = symbol.annotation && isApplicationClass(program, symbol.module, symbol.annotation);
  return isDeclared ? "current" : undefined;
}

/** `Celery("shop")`, or a call of a function of the project that makes one. */
function madeBy(program: PythonProgram, module: Module, value: Expression): Application | undefined {
  if (value.kind !== "Call") return undefined;
  if (isApplicationClass(program, module, value.function)) return { module, node: value };
  const maker = program.resolveExpression(module, value.function);
  return maker.kind === "function" ? madeInside(program, maker.module, maker.node) : undefined;
}

function madeInside(program: PythonProgram, module: Module, node: FunctionDef): Application | undefined {
  let made: Application | undefined;
  for (const statement of node.body) {
    walkExpressions(statement, (each) => {
      if (each.kind === "Call" && isApplicationClass(program, module, each.function))
        made ??= { module, node: each, inFunction: true };
      return made === undefined;
    });
  }
  return made;
}

/** `Celery`, `Celery[DjangoTask]`, or a class of the project that derives from it. */
function isApplicationClass(program: PythonProgram, module: Module, expression: Expression): boolean {
  const node = expression.kind === "Subscript" ? expression.value : expression;
  if (node.kind !== "Name" && node.kind !== "Attribute") return false;
  const symbol = program.resolveExpression(module, node);
  if (symbol.kind === "external") return applicationClasses.has(symbol.name);
  return symbol.kind === "class" && program.derivesFrom(symbol, applicationClasses);
}

const applications = new AnswersOf<PythonProgram, readonly Application[]>();

/** Every application that a module of the project makes at its top level. */
export function applicationsOf(program: PythonProgram): readonly Application[] {
  return remembered(applications, program, () =>
    program.modules
      .filter(({ firstParty, file }) => firstParty && mentions(file, "Celery"))
      .flatMap((module) =>
        module.file.tree.body.flatMap((statement) => {
          if (statement.kind !== "Assign" && statement.kind !== "AnnAssign") return [];
          return (statement.value && madeBy(program, module, statement.value)) ?? [];
        }),
      ),
  );
}

/** What a task has its methods and options from. */
export type TaskBase = ClassSymbol | ExternalSymbol | "default" | "unknown";

/** The class of the tasks that an application makes, where it is not Celery's own. */
export function taskClassOf(program: PythonProgram, { module, node }: InModule<Call>): TaskBase {
  const given = classNamed(program, module, node, "task_cls");
  if (given) return given;
  const maker = node.function.kind === "Subscript" ? node.function.value : node.function;
  const symbol = program.resolveExpression(module, maker);
  if (symbol.kind === "external" && symbol.name === "tenant_schemas_celery.app.CeleryApp") {
    return { kind: "external", name: "tenant_schemas_celery.task.TenantTask" };
  }
  if (symbol.kind !== "class") return "default";
  const member = program.lookupMember(symbol, "task_cls");
  if (member.kind === "absent" || member.kind === "maybeExternal") return "default";
  const value =
    member.kind === "found" && member.symbol.kind === "variable" ? member.symbol.values.at(-1) : undefined;
  return (member.kind === "found" && value && namedBy(program, member.owner.module, value)) || "unknown";
}

/** What a keyword of a call names: a class, or its dotted path in a string. Undefined where it is not given. */
export function classNamed(
  program: PythonProgram,
  module: Module,
  call: Call,
  keyword: string,
): TaskBase | undefined {
  if (call.keywords.some(({ name }) => !name)) return "unknown";
  const value = call.keywords.find(({ name }) => name?.name === keyword)?.value;
  return value && namedBy(program, module, value);
}

function namedBy(program: PythonProgram, module: Module, value: Expression): TaskBase {
  const symbol =
    value.kind === "StringLiteral"
      ? program.resolveDottedName(value.value.replace(":", "."))
      : program.resolveExpression(module, value);
  if (symbol.kind === "class") return symbol;
  if (symbol.kind === "external") return celeryTaskClasses.has(symbol.name) ? "default" : symbol;
  return isTaskOfApplication(program, module, value) ? "default" : "unknown";
}

/** `app.Task` */
function isTaskOfApplication(program: PythonProgram, module: Module, node: Expression): boolean {
  return (
    node.kind === "Attribute" &&
    node.attribute.name === "Task" &&
    applicationOf(program, module, node.value) !== undefined
  );
}

/** The classes behind a task. */
export interface TaskClasses {
  /** Those of the project, nearest first. */
  readonly own: readonly ClassSymbol[];
  /** Dotted names of those of libraries. */
  readonly external: readonly string[];
  /** Nothing else can be among them. */
  readonly complete: boolean;
}

export function classesBehind(program: PythonProgram, base: TaskBase): TaskClasses {
  if (base === "default") return { own: [], external: [], complete: true };
  if (base === "unknown") return { own: [], external: [], complete: false };
  if (base.kind === "external") {
    return { own: [], external: [base.name], complete: libraryTaskClasses.has(base.name) };
  }
  const entries = program.mro(base);
  const own = entries.filter((entry) => entry.kind === "class");
  const external = entries.flatMap((entry) => (entry.kind === "external" ? [entry.name] : []));
  const isExplained = own.every((symbol) =>
    symbol.node.bases.every(
      (node) =>
        !isUnknown(program.resolveExpression(symbol.module, node)) ||
        isTaskOfApplication(program, symbol.module, node),
    ),
  );
  return { own, external, complete: isExplained && external.every((name) => libraryTaskClasses.has(name)) };
}

function isUnknown({ kind }: PythonSymbol): boolean {
  return kind !== "class" && kind !== "external";
}

/** A class whose objects are tasks of Celery: `run()` is what a worker runs. */
export function isTaskClass(program: PythonProgram, symbol: ClassSymbol): boolean {
  if (program.derivesFrom(symbol, libraryTaskClasses)) return true;
  return program
    .mro(symbol)
    .some(
      (entry) =>
        entry.kind === "class" &&
        entry.node.bases.some((node) => isTaskOfApplication(program, entry.module, node)),
    );
}
