/** URL configurations: which views they name, and what they give to them. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import {
  type ClassSymbol,
  type FunctionSymbol,
  type Module,
  namesClass,
  type PythonSymbol,
} from "../python/symbols.ts";
import type { Call, Expression, Statement } from "../syntax/ast.ts";
import { mentions } from "../syntax/mentions.ts";
import { asksForDebugging } from "./debugging.ts";

/** A place of a URL configuration at which a view is named. */
export interface UrlView {
  /** `tasks/<int:pk>/`, or the regular expression; undefined where it is no literal. */
  readonly route: string | undefined;
  readonly view: ClassSymbol | FunctionSymbol;
  /** `TaskList.as_view(paginate_by=20)`: its keywords become attributes of the view. Undefined for functions. */
  readonly asView: Call | undefined;
  /** The module in which the view, or the call that makes it, is written. */
  readonly module: Module;
  /** Where the URL configuration names it: `views.about`, `login_required(views.about)`. */
  readonly named: { readonly urls: Module; readonly node: Expression };
  /** No class of the project: `view` is made of the framework's, with the keywords as its attributes. */
  readonly ofFramework: boolean;
}

const urlFunctions: ReadonlySet<string> = new Set([
  "django.urls.path",
  "django.urls.re_path",
  "django.conf.urls.url",
]);

const known = new AnswersOf<PythonProgram, readonly UrlView[]>();

/** In the order of the modules, and of the text in each of them. */
export function urlViews(program: PythonProgram): readonly UrlView[] {
  return remembered(known, program, () => findUrlViews(program));
}

function findUrlViews(program: PythonProgram): readonly UrlView[] {
  return program.modules
    .filter(({ file }) => mentions(file, "urlpatterns"))
    .flatMap((module) =>
      urlCalls(module).flatMap((call) => {
        const view = call.arguments[1] ?? call.keywords.find(({ name }) => name?.name === "view")?.value;
        const callee = program.resolveExpression(module, call.function);
        const isUrl = callee.kind === "external" && urlFunctions.has(callee.name);
        const found = isUrl && view && viewOf(program, module, view);
        if (!found) return [];
        const route = call.arguments[0] ?? call.keywords.find(({ name }) => name?.name === "route")?.value;
        return {
          ...found,
          route: route?.kind === "StringLiteral" ? route.value : undefined,
          named: { urls: module, node: view },
        };
      }),
    );
}

/** `view`, `login_required(view)`, `SignupView.as_view()`, or a name for one of these. */
function viewOf(
  program: PythonProgram,
  module: Module,
  expression: Expression,
): Omit<UrlView, "named" | "route"> | undefined {
  if (expression.kind === "Call") {
    const { function: callee, arguments: args } = expression;
    if (callee.kind === "Attribute" && callee.attribute.name === "as_view") {
      const view = program.resolveExpression(module, callee.value);
      if (view.kind === "class") return { view, asView: expression, module, ofFramework: false };
      const derived =
        view.kind === "external" && namesClass(view)
          ? program.derivedClass(module, callee.value, expression)
          : undefined;
      return derived && { view: derived, asView: undefined, module, ofFramework: true };
    }
    const [decorated] = args;
    return decorated && viewOf(program, module, decorated);
  }
  const symbol: PythonSymbol = program.resolveExpression(module, expression);
  switch (symbol.kind) {
    case "function":
    case "class":
      return { view: symbol, asView: undefined, module, ofFramework: false };
    case "variable": {
      const [value, ...others] = symbol.values;
      return value?.kind === "Call" && others.length === 0
        ? viewOf(program, symbol.module, value)
        : undefined;
    }
    default:
      return undefined;
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
        // Nobody waits for what is there only while debugging.
        if (!asksForDebugging(statement.test)) statement.body.forEach(visit);
        statement.orElse.forEach(visit);
        return;
      default:
        return;
    }
  };
  module.file.tree.body.forEach(visit);
  return calls;
}
