/** Functions that a task queue runs: what declares them, by what their decorators stand for, and with which options. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression, Identifier } from "../syntax/ast.ts";
import {
  applicationOf,
  applicationsOf,
  classesBehind,
  classNamed,
  type InModule,
  isTaskClass,
  type TaskBase,
  taskClassOf,
} from "./celery-applications.ts";

export interface TaskDeclaration {
  /** `celery`: also where its application is the project's own; `django`: `django.tasks` of Django 6. */
  readonly library: "celery" | "django";
  /** The class that its methods come from; `unknown`: it may be any. */
  readonly base: TaskBase;
  /** What makes a task of the function: the decorator, or the name of the class whose `run()` it is. */
  readonly declaredBy: InModule<Expression | Identifier>;
  /** The call of the decorator, where it has arguments. */
  readonly call: Call | undefined;
  /** The first parameter is filled by the queue: the task itself (`bind=True`), or the context of `django.tasks`. */
  readonly takesItself: boolean;
}

interface Answer {
  readonly task: TaskDeclaration | undefined;
}

const declarations = new AnswersOf<PythonProgram, WeakMap<FunctionSymbol, Answer>>();

/** Undefined for functions that are no tasks, or tasks of a library that is not known. */
export function taskOf(program: PythonProgram, symbol: FunctionSymbol): TaskDeclaration | undefined {
  if (symbol.node.decorators.length === 0 && symbol.name !== "run") return undefined;
  const ofProgram = remembered(declarations, program, () => new WeakMap<FunctionSymbol, Answer>());
  return remembered(ofProgram, symbol, () => ({ task: declarationOf(program, symbol) })).task;
}

/** The function that a worker runs for an object of the class, and how it is declared. */
export function taskOfClass(
  program: PythonProgram,
  symbol: ClassSymbol,
): { readonly task: FunctionSymbol; readonly declaration: TaskDeclaration } | undefined {
  if (!isTaskClass(program, symbol)) return undefined;
  const run = program.lookupMember(symbol, "run");
  if (run.kind !== "found" || run.symbol.kind !== "function") return undefined;
  return { task: run.symbol, declaration: declaredByClass(symbol) };
}

export interface DeclaredTask {
  readonly task: FunctionSymbol;
  readonly declaration: TaskDeclaration;
}

const allTasks = new AnswersOf<PythonProgram, readonly DeclaredTask[]>();

/** All tasks that the project itself declares. */
export function tasksOf(program: PythonProgram): readonly DeclaredTask[] {
  return remembered(allTasks, program, () =>
    program.modules
      .filter(({ firstParty }) => firstParty)
      .flatMap((module) =>
        program.functions(module).flatMap((task) => {
          const declaration = taskOf(program, task);
          return declaration ? [{ task, declaration }] : [];
        }),
      ),
  );
}

/** An option of a task as it is written; `unknown` where code that is not known may set it, undefined where none does. */
export type TaskOption = InModule<Expression> | "unknown" | undefined;

/** @param name of an option of Celery: `max_retries`, `soft_time_limit` */
export function taskOption(
  program: PythonProgram,
  { base, call, declaredBy }: TaskDeclaration,
  name: string,
): TaskOption {
  const given = call?.keywords.find((keyword) => keyword.name?.name === name);
  if (given) return { module: declaredBy.module, node: given.value };
  if (call?.keywords.some((keyword) => !keyword.name)) return "unknown";
  const { own, complete } = classesBehind(program, base);
  for (const symbol of own) {
    const member = program.members(symbol).get(name);
    if (!member) continue;
    const value = member.kind === "variable" ? member.values.at(-1) : undefined;
    return value ? { module: symbol.module, node: value } : "unknown";
  }
  return complete ? undefined : "unknown";
}

const celeryDecorators: ReadonlySet<string> = new Set([
  "celery.shared_task",
  "celery.app.shared_task",
  "celery.task",
  "celery.task.task",
  "celery.decorators.task",
]);

/** Django's, and those of the package that it came from. */
const djangoDecorators: ReadonlySet<string> = new Set([
  "django.tasks.task",
  "django.tasks.base.task",
  "django_tasks.task",
  "django_tasks.base.task",
]);

function declarationOf(program: PythonProgram, symbol: FunctionSymbol): TaskDeclaration | undefined {
  const { module, node, owner } = symbol;
  for (const decorator of node.decorators) {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const call = decorator.kind === "Call" ? decorator : undefined;
    const declaredBy = { module, node: decorator };
    const made = program.resolveExpression(module, callee);
    if (made.kind === "external" && djangoDecorators.has(made.name)) {
      return {
        library: "django",
        base: "default",
        declaredBy,
        call,
        takesItself: isTrue(call, "takes_context"),
      };
    }
    const fallback =
      made.kind === "external" && celeryDecorators.has(made.name)
        ? sharedBase(program)
        : callee.kind === "Attribute" && callee.attribute.name === "task"
          ? baseOfApplication(program, module, callee.value)
          : undefined;
    if (fallback !== undefined) {
      const base = (call && classNamed(program, module, call, "base")) ?? fallback;
      return { library: "celery", base, declaredBy, call, takesItself: isTrue(call, "bind") };
    }
  }
  return owner && symbol.name === "run" && isTaskClass(program, owner) ? declaredByClass(owner) : undefined;
}

function declaredByClass(symbol: ClassSymbol): TaskDeclaration {
  const declaredBy = { module: symbol.module, node: symbol.node.name };
  return { library: "celery", base: symbol, declaredBy, call: undefined, takesItself: false };
}

function isTrue(call: Call | undefined, keyword: string): boolean {
  const value = call?.keywords.find(({ name }) => name?.name === keyword)?.value;
  return value?.kind === "ConstantLiteral" && value.value === "True";
}

/** `@shared_task` makes tasks of whichever application there is. */
function sharedBase(program: PythonProgram): TaskBase {
  const bases = applicationsOf(program).map((application) => taskClassOf(program, application));
  return bases.find((base) => base !== "default") ?? "default";
}

function baseOfApplication(program: PythonProgram, module: Module, node: Expression): TaskBase | undefined {
  const application = applicationOf(program, module, node);
  if (application === "current") return sharedBase(program);
  return application && taskClassOf(program, application);
}
