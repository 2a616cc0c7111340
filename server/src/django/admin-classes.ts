/** Classes that configure the admin, and the model that each is registered for. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import { walkExpressions } from "../syntax/walk.ts";
import type { Model, ModelGraph } from "./model-graph.ts";

const adminClasses: ReadonlySet<string> = new Set([
  "django.contrib.admin.ModelAdmin",
  "django.contrib.admin.options.ModelAdmin",
  "django.contrib.gis.admin.GISModelAdmin",
]);

export function isAdminClass(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, adminClasses);
}

/**
 * The model of `@admin.register(Task)`, or of `admin.site.register(Task, TaskAdmin)` in the same module; undefined where
 * there is none or several.
 */
export function modelOfAdmin(
  program: PythonProgram,
  models: ModelGraph,
  admin: ClassSymbol,
): Model | undefined {
  const { module, node } = admin;
  const registered: Expression[] = [];
  for (const decorator of node.decorators) {
    if (decorator.kind === "Call" && isNamed(decorator.function, "register")) {
      registered.push(...decorator.arguments);
    }
  }
  walkExpressions(module.file.tree, (expression) => {
    if (expression.kind !== "Call" || !isNamed(expression.function, "register")) return true;
    const [model, options] = expression.arguments;
    if (model && options && isClass(program.resolveExpression(module, options), admin)) {
      registered.push(
        ...(model.kind === "ListLiteral" || model.kind === "TupleLiteral" ? model.elements : [model]),
      );
    }
    return true;
  });
  const [only, ...others] = registered;
  if (!only || others.length > 0) return undefined;
  return modelOfSymbol(models, program.resolveExpression(module, only));
}

function isNamed(callee: Expression, name: string): boolean {
  return callee.kind === "Attribute"
    ? callee.attribute.name === name
    : callee.kind === "Name" && callee.name === name;
}

function isClass(symbol: PythonSymbol, wanted: ClassSymbol): boolean {
  return symbol.kind === "class" && symbol.id === wanted.id;
}

function modelOfSymbol(models: ModelGraph, symbol: PythonSymbol): Model | undefined {
  if (symbol.kind === "class") return models.modelOfClass(symbol);
  return symbol.kind === "external" ? models.modelOfExternal(symbol.name) : undefined;
}
