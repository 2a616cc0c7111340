/** In which of Django's settings a function runs: that decides how much its queries matter. */
import { inlineAdminClasses, modelAdminClasses } from "../../django/admin-classes.ts";
import { isTaskClass } from "../../django/celery-applications.ts";
import { isInMigrations, migrationRunning } from "../../django/migration-code.ts";
import { isGivenToThreads, isStartedByCalls } from "../../django/run-elsewhere.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import { taskOf } from "../../django/tasks.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionLike, FunctionSymbol, Module } from "../../python/symbols.ts";
import type { RootContext } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { hasDecorator } from "../language/symbol-values.ts";
import { answersRequests, runsInRequest } from "./request-roots.ts";

const taskDecorators = [
  "shared_task",
  "task",
  "periodic_task",
  "job",
  "actor",
  "db_task",
  "db_periodic_task",
];

const commandClasses: ReadonlySet<string> = new Set([
  "django.core.management.base.BaseCommand",
  "django.core.management.BaseCommand",
]);

export function contextOfRoot(interpreter: Interpreter, symbol: FunctionSymbol): RootContext {
  const { program } = interpreter;
  const byModule = contextOfModule(program, symbol.module);
  if (byModule !== "other") return byModule;
  const migration = migrationRunning(program, symbol);
  if (migration) {
    interpreter.visited.add(migration.file.path);
    return "migration";
  }
  if (taskDecorators.some((name) => hasDecorator(interpreter, symbol, name))) return "task";
  if (taskOf(program, symbol)) return "task";
  if (isStartedByCalls(program, symbol)) return "other";
  if (hasDecorator(interpreter, symbol, "receiver")) {
    return isReceiverInRequests(interpreter, symbol) ? "request" : "signal";
  }
  if (isTemplateTag(interpreter, symbol)) return "request";
  const { owner } = symbol;
  const byClass = owner ? contextOfClass(interpreter, owner) : "other";
  const byPlace =
    byClass !== "other"
      ? byClass
      : symbol.owner === undefined && isAdminAction(symbol.node)
        ? "admin"
        : runsInRequest(interpreter, symbol)
          ? "request"
          : "other";
  const isOfServer = byPlace === "request" || byPlace === "admin";
  return isOfServer && isGivenToThreads(interpreter.program, symbol) ? "other" : byPlace;
}

/** `def publish(modeladmin, request, queryset)`: Django's contract for actions that are functions. */
export function isAdminAction({ parameters: [, second, third] }: FunctionLike): boolean {
  return second?.name === "request" && third?.name === "queryset";
}

/** Signals that are sent while a request is answered, and hardly ever otherwise. */
const requestSignals =
  /^(?:django\.contrib\.auth\.signals|django\.core\.signals|allauth\.(?:\w+\.)*signals)\.\w+$/;

function isReceiverInRequests({ program, models }: Interpreter, symbol: FunctionSymbol): boolean {
  const signals = signalReceivers(program, models).all.filter(
    (receiver) => receiver.function?.id === symbol.id,
  );
  return signals.length > 0 && signals.every(({ signal }) => requestSignals.test(signal));
}

const tagDecorators = ["simple_tag", "inclusion_tag", "simple_block_tag"];

/** A tag of a template, which views render. */
function isTemplateTag(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  return (
    symbol.module.name.includes(".templatetags.") &&
    tagDecorators.some((name) => hasDecorator(interpreter, symbol, name))
  );
}

export function contextOfClass(interpreter: Interpreter, symbol: ClassSymbol): RootContext {
  const { program } = interpreter;
  const byModule = contextOfModule(program, symbol.module);
  if (byModule !== "other") return byModule;
  if (program.derivesFrom(symbol, commandClasses)) return "command";
  if (isTaskClass(program, symbol)) return "task";
  if (program.derivesFrom(symbol, modelAdminClasses) || program.derivesFrom(symbol, inlineAdminClasses))
    return "admin";
  return answersRequests(program, symbol) ? "request" : "other";
}

export function contextOfModule(program: PythonProgram, module: Module): RootContext {
  if (module.file.path.includes("/management/commands/")) return "command";
  return isInMigrations(program, module) ? "migration" : "other";
}
