/** Functions that a task queue runs: what declares them, by what their decorators stand for, and with which options. */
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";

export interface TaskDeclaration {
  /** `celery`: also where its application is the project's own; `django`: `django.tasks` of Django 6. */
  readonly library: "celery" | "django";
  /** The class that its methods come from, where that is one of the project's; `unknown`: it may be any. */
  readonly base: ClassSymbol | "default" | "unknown";
}

interface Answer {
  readonly task: TaskDeclaration | undefined;
}

const declarations = new WeakMap<PythonProgram, WeakMap<FunctionSymbol, Answer>>();

/** Undefined for functions that are no tasks, or tasks of a library that is not known. */
export function taskOf(program: PythonProgram, symbol: FunctionSymbol): TaskDeclaration | undefined {
  const ofProgram = remembered(declarations, program, () => new WeakMap<FunctionSymbol, Answer>());
  return remembered(ofProgram, symbol, () => ({ task: declarationOf(program, symbol) })).task;
}

const celeryDecorators: ReadonlySet<string> = new Set([
  "celery.shared_task",
  "celery.app.shared_task",
  "celery.task",
  "celery.task.task",
  "celery.decorators.task",
  "celery.current_app.task",
]);

const celeryApplications: ReadonlySet<string> = new Set([
  "celery.Celery",
  "celery.app.Celery",
  "celery.app.base.Celery",
]);

function declarationOf(
  program: PythonProgram,
  { module, node }: FunctionSymbol,
): TaskDeclaration | undefined {
  for (const decorator of node.decorators) {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const call = decorator.kind === "Call" ? decorator : undefined;
    const symbol = program.resolveExpression(module, callee);
    if (symbol.kind === "external" && symbol.name === "django.tasks.task") {
      return { library: "django", base: "default" };
    }
    if (symbol.kind === "external" && celeryDecorators.has(symbol.name)) {
      return { library: "celery", base: baseOf(program, module, call) ?? "default" };
    }
    const application = callee.kind === "Attribute" ? applicationOf(program, module, callee) : undefined;
    if (application) {
      const base = baseOf(program, module, call) ?? classOf(program, application, "task_cls") ?? "default";
      return { library: "celery", base };
    }
  }
  return undefined;
}

interface CallInModule {
  readonly module: Module;
  readonly call: Call;
}

/** `Celery("shop")`, where `app.task` is read of the name that it was given. */
function applicationOf(
  program: PythonProgram,
  module: Module,
  { value, attribute }: Extract<Expression, { kind: "Attribute" }>,
): CallInModule | undefined {
  if (attribute.name !== "task") return undefined;
  const holder = program.resolveExpression(module, value);
  if (holder.kind !== "variable") return undefined;
  for (const call of holder.values) {
    if (call.kind !== "Call") continue;
    const made = program.resolveExpression(holder.module, call.function);
    if (isApplication(program, made)) return { module: holder.module, call };
  }
  return undefined;
}

function isApplication(program: PythonProgram, symbol: PythonSymbol): boolean {
  if (symbol.kind === "external") return celeryApplications.has(symbol.name);
  return symbol.kind === "class" && program.derivesFrom(symbol, celeryApplications);
}

function baseOf(program: PythonProgram, module: Module, call: Call | undefined) {
  return call && classOf(program, { module, call }, "base");
}

/** What a keyword names: a class, or its dotted path in a string. Undefined where it is not given. */
function classOf(
  program: PythonProgram,
  { module, call }: CallInModule,
  keyword: string,
): ClassSymbol | "unknown" | undefined {
  if (call.keywords.some(({ name }) => !name)) return "unknown";
  const value = call.keywords.find(({ name }) => name?.name === keyword)?.value;
  if (!value) return undefined;
  const symbol =
    value.kind === "StringLiteral"
      ? program.resolveDottedName(value.value.replace(":", "."))
      : program.resolveExpression(module, value);
  return symbol.kind === "class" ? symbol : "unknown";
}
