/** In which of Django's settings a function runs: that decides how much its queries matter. */
import type { FunctionSymbol, Module } from "../python/symbols.ts";
import type { RootContext } from "./facts.ts";
import type { Interpreter } from "./interpreter.ts";
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

const requestClasses: ReadonlySet<string> = new Set([
  "django.views.View",
  "django.views.generic.View",
  "django.views.generic.base.View",
  "rest_framework.views.APIView",
  "rest_framework.viewsets.ViewSet",
  "rest_framework.viewsets.GenericViewSet",
  "rest_framework.viewsets.ModelViewSet",
  "rest_framework.viewsets.ReadOnlyModelViewSet",
  "rest_framework.generics.GenericAPIView",
  "rest_framework.serializers.BaseSerializer",
  "rest_framework.serializers.Serializer",
  "rest_framework.serializers.ModelSerializer",
  "django.utils.deprecation.MiddlewareMixin",
]);
const adminClasses: ReadonlySet<string> = new Set([
  "django.contrib.admin.ModelAdmin",
  "django.contrib.admin.options.ModelAdmin",
  "django.contrib.admin.TabularInline",
  "django.contrib.admin.StackedInline",
]);
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
  if (owner) {
    if (interpreter.program.derivesFrom(owner, commandClasses)) return "command";
    if (interpreter.program.derivesFrom(owner, migrationClasses)) return "migration";
    if (interpreter.program.derivesFrom(owner, adminClasses)) return "admin";
    if (interpreter.program.derivesFrom(owner, requestClasses)) return "request";
    if (/View(Set)?$/.test(owner.name)) return "request";
  }
  const [first, second] = symbol.node.parameters;
  if (first?.name === "request" || (owner && second?.name === "request")) return "request";
  return "other";
}

export function contextOfModule(module: Module): RootContext {
  if (module.file.path.includes("/management/commands/")) return "command";
  if (module.file.path.includes("/migrations/")) return "migration";
  return "other";
}
