/** In which of Django's settings a function runs: that decides how much its queries matter. */
import { inlineAdminClasses, modelAdminClasses } from "../django/admin-classes.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../python/symbols.ts";
import type { RootContext } from "./facts.ts";
import type { Interpreter } from "./interpreter.ts";
import { answersRequests, runsInRequest } from "./request-roots.ts";
import { hasDecorator } from "./symbol-values.ts";

const taskDecorators = [
  "shared_task",
  "task",
  "periodic_task",
  "job",
  "actor",
  "db_task",
  "db_periodic_task",
];

const taskClasses: ReadonlySet<string> = new Set(["celery.Task", "celery.app.task.Task"]);
const commandClasses: ReadonlySet<string> = new Set([
  "django.core.management.base.BaseCommand",
  "django.core.management.BaseCommand",
]);
const migrationClasses: ReadonlySet<string> = new Set([
  "django.db.migrations.Migration",
  "django.db.migrations.migration.Migration",
]);

export function contextOfRoot(interpreter: Interpreter, symbol: FunctionSymbol): RootContext {
  const byModule = contextOfModule(symbol.module);
  if (byModule !== "other" && byModule !== "import") return byModule;
  if (taskDecorators.some((name) => hasDecorator(interpreter, symbol, name))) return "task";
  if (hasDecorator(interpreter, symbol, "receiver")) return "signal";
  const { owner } = symbol;
  const byClass = owner ? contextOfClass(interpreter, owner) : "other";
  if (byClass !== "other") return byClass;
  return runsInRequest(interpreter, symbol) ? "request" : "other";
}

export function contextOfClass(interpreter: Interpreter, symbol: ClassSymbol): RootContext {
  const byModule = contextOfModule(symbol.module);
  if (byModule !== "other") return byModule;
  const { program } = interpreter;
  if (program.derivesFrom(symbol, commandClasses)) return "command";
  if (program.derivesFrom(symbol, migrationClasses)) return "migration";
  if (program.derivesFrom(symbol, taskClasses)) return "task";
  if (program.derivesFrom(symbol, modelAdminClasses) || program.derivesFrom(symbol, inlineAdminClasses))
    return "admin";
  return answersRequests(program, symbol) ? "request" : "other";
}

export function contextOfModule(module: Module): RootContext {
  if (module.file.path.includes("/management/commands/")) return "command";
  if (module.file.path.includes("/migrations/")) return "migration";
  return "other";
}
