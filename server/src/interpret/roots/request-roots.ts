/** Which functions run while somebody waits for the response to a request. */
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { Interpreter } from "../interpreter.ts";
import { hasDecorator } from "../language/symbol-values.ts";

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
    "rest_framework\\.(?:fields|filters|generics|metadata|mixins|pagination|parsers|relations|renderers|serializers|views|viewsets)\\.",
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

/** Clients of HTTP. The `request` of a session's, an adapter's or an authentication's method is the one to be sent. */
const clientClasses =
  /^(?:requests|requests_oauthlib|requests_toolbelt|httpx|aiohttp\.client|authlib\.integrations\.(?:requests|httpx)_client|(?:six\.moves\.)?urllib\.request|urllib[23])\./;

function sendsRequests(program: PythonProgram, owner: ClassSymbol): boolean {
  return program.mro(owner).some((base) => base.kind === "external" && clientClasses.test(base.name));
}

const resolverDecorators = [
  "mutation",
  "strawberry.field",
  "strawberry.tools.field",
  "strawberry_django.field",
  "strawberry.django.field",
];

/** `query = QueryType()`, `@query.field("tasks")`: a resolver of ariadne. */
function isBoundResolver(program: PythonProgram, { module, node }: FunctionSymbol): boolean {
  return node.decorators.some((decorator) => {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    if (callee.kind !== "Attribute" || callee.attribute.name !== "field") return false;
    const bound = program.resolveExpression(module, callee.value);
    if (bound.kind !== "variable") return false;
    return bound.values.some((value) => {
      if (value.kind !== "Call") return false;
      const made = program.resolveExpression(bound.module, value.function);
      return made.kind === "external" && made.name.startsWith("ariadne.");
    });
  });
}

/** A function that takes a request, or that a URL configuration names. */
export function runsInRequest(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  const { owner } = symbol;
  const [first, second] = symbol.node.parameters;
  if (first?.name === "request" || (owner && second?.name === "request")) {
    return owner === undefined || !sendsRequests(interpreter.program, owner);
  }
  if (resolverDecorators.some((name) => hasDecorator(interpreter, symbol, name))) return true;
  if (isBoundResolver(interpreter.program, symbol)) return true;
  const urls = interpreter.urlViews().get((owner ?? symbol).id) ?? [];
  for (const { module } of urls) interpreter.visited.add(module.file.path);
  return urls.length > 0;
}
