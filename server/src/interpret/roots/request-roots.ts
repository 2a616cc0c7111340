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

/** Clients of HTTP. The `request` of a session's, an adapter's or an authentication's method is the one to be sent. */
const clientClasses =
  /^(?:requests|requests_oauthlib|requests_toolbelt|httpx|aiohttp\.client|authlib\.integrations\.(?:requests|httpx)_client|(?:six\.moves\.)?urllib\.request|urllib[23])\./;

function sendsRequests(program: PythonProgram, owner: ClassSymbol): boolean {
  return program.mro(owner).some((base) => base.kind === "external" && clientClasses.test(base.name));
}

/** A function that takes a request, or that a URL configuration names. */
export function runsInRequest(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  const { owner } = symbol;
  const [first, second] = symbol.node.parameters;
  if (first?.name === "request" || (owner && second?.name === "request")) {
    return owner === undefined || !sendsRequests(interpreter.program, owner);
  }
  if (hasDecorator(interpreter, symbol, "mutation")) return true;
  const urls = interpreter.urlViews().get((owner ?? symbol).id) ?? [];
  for (const { module } of urls) interpreter.visited.add(module.file.path);
  return urls.length > 0;
}
