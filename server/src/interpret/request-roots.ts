/** Which functions run while somebody waits for the response to a request. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, Statement } from "../syntax/ast.ts";
import type { Interpreter } from "./interpreter.ts";
import { hasDecorator } from "./symbol-values.ts";

/** Classes of Django and other libraries whose methods are called to answer requests, by where they are imported from. */
const requestClasses = new RegExp(
  `^(?:${[
    "django\\.views\\.View$",
    "django\\.views\\.generic\\.",
    "django\\.contrib\\.auth\\.(?:views|forms)\\.",
    "django\\.contrib\\.auth\\.backends\\.",
    "django\\.forms\\.",
    "django\\.utils\\.deprecation\\.MiddlewareMixin$",
    "django\\.contrib\\.syndication\\.views\\.",
    "rest_framework\\.(?:views|viewsets|generics|mixins|serializers)\\.",
    "graphene\\.",
    "graphene_django\\.",
  ].join("|")})`,
);

/** A view, a serializer, a form: its methods are called to answer a request. */
export function answersRequests(program: PythonProgram, symbol: ClassSymbol): boolean {
  return (
    /View(Set)?$/.test(symbol.name) ||
    program.mro(symbol).some((base) => base.kind === "external" && requestClasses.test(base.name))
  );
}

/** A function that takes a request, or that a URL configuration names. */
export function runsInRequest(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  const { owner } = symbol;
  const [first, second] = symbol.node.parameters;
  if (first?.name === "request" || (owner && second?.name === "request")) return true;
  if (hasDecorator(interpreter, symbol, "mutation")) return true;
  const urlConfiguration = interpreter.urlViews().get((owner ?? symbol).id);
  if (urlConfiguration === undefined) return false;
  interpreter.visited.add(urlConfiguration);
  return true;
}

const urlFunctions: ReadonlySet<string> = new Set([
  "django.urls.path",
  "django.urls.re_path",
  "django.conf.urls.url",
]);

/** Functions and classes that URL configurations name as views, by identity, each with the file that names it. */
export function viewsOfUrlConfigurations(program: PythonProgram): ReadonlyMap<string, string> {
  const views = new Map<string, string>();
  for (const module of program.modules) {
    if (!module.file.text.includes("urlpatterns")) continue;
    for (const call of urlCalls(module)) {
      const { name } = symbolOf(program, module, call.function);
      const [, view] = call.arguments;
      if (name === undefined || !urlFunctions.has(name) || !view) continue;
      const { id } = symbolOf(program, module, viewOf(view));
      if (id !== undefined) views.set(id, module.file.path);
    }
  }
  return views;
}

/** `view`, `login_required(view)`, `SignupView.as_view()` */
function viewOf(expression: Expression): Expression {
  if (expression.kind !== "Call") return expression;
  const { function: callee, arguments: args } = expression;
  if (callee.kind === "Attribute" && callee.attribute.name === "as_view") return callee.value;
  const [decorated] = args;
  return decorated ? viewOf(decorated) : expression;
}

function symbolOf(
  program: PythonProgram,
  module: Module,
  expression: Expression,
): { readonly id?: string; readonly name?: string } {
  const symbol: PythonSymbol = program.resolveExpression(module, expression);
  switch (symbol.kind) {
    case "function":
    case "class":
      return { id: symbol.id };
    case "external":
      return { name: symbol.name };
    default:
      return {};
  }
}

/** Calls in the values of module-level assignments: `urlpatterns = [path(…), *more]`, `urlpatterns += patterns`. */
function urlCalls(module: Module): readonly Call[] {
  const calls: Call[] = [];
  const walk = (expression: Expression): void => {
    switch (expression.kind) {
      case "ListLiteral":
      case "TupleLiteral":
        expression.elements.forEach(walk);
        return;
      case "Starred":
        walk(expression.value);
        return;
      case "BinaryOperation":
        walk(expression.left);
        walk(expression.right);
        return;
      case "Call":
        calls.push(expression);
        expression.arguments.forEach(walk);
        return;
      default:
        return;
    }
  };
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case "Assign":
      case "AugAssign":
        walk(statement.value);
        return;
      case "AnnAssign":
        if (statement.value) walk(statement.value);
        return;
      case "ExpressionStatement":
        walk(statement.value);
        return;
      case "If":
        statement.body.forEach(visit);
        statement.orElse.forEach(visit);
        return;
      default:
        return;
    }
  };
  module.file.tree.body.forEach(visit);
  return calls;
}
