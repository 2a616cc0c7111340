/** What the outside world starts: pages, actions of an API, tasks, commands. */
import type { Location } from "../../base/text-range.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { EntryPoint } from "../consumer.ts";
import type { Interpreter } from "../interpreter.ts";
import { hasDecorator } from "../language/symbol-values.ts";
import type { CountedQuery } from "../query-counts.ts";
import { contextOfRoot } from "./root-context.ts";

export type EndpointKind = "view" | "api" | "admin" | "task" | "command";

export interface Endpoint {
  readonly kind: EndpointKind;
  /** `tasks.views.TaskList.get`, `tasks.tasks.send_reminders` */
  readonly symbol: string;
  readonly location: Location;
}

/** What an endpoint sends to the database. */
export interface EndpointQueries extends Endpoint {
  readonly queries: readonly CountedQuery[];
  /** False where it leads through more code than the limit allows. */
  readonly complete: boolean;
}

const handlers: ReadonlySet<string> = new Set(["get", "post", "put", "patch", "delete"]);
const actions: ReadonlySet<string> = new Set([
  "list",
  "retrieve",
  "create",
  "update",
  "partial_update",
  "destroy",
]);

export function endpointOfEntry(
  interpreter: Interpreter,
  owner: ClassSymbol | undefined,
  { symbol, location, context }: EntryPoint,
): Endpoint | undefined {
  switch (context) {
    case "request":
      return { kind: owner && isApi(interpreter, owner) ? "api" : "view", symbol, location };
    case "admin":
    case "task":
    case "command":
      return { kind: context, symbol, location };
    default:
      return undefined;
  }
}

/** Functions that something outside of the project's code calls by itself. */
export function endpointOfFunction(interpreter: Interpreter, symbol: FunctionSymbol): Endpoint | undefined {
  const kind = kindOfFunction(interpreter, symbol);
  return (
    kind && {
      kind,
      symbol: `${symbol.module.name}.${symbol.qualifiedName}`,
      location: {
        path: symbol.module.file.path,
        range: { start: symbol.node.name.start, end: symbol.node.name.end },
      },
    }
  );
}

function kindOfFunction(interpreter: Interpreter, symbol: FunctionSymbol): EndpointKind | undefined {
  const { owner, name } = symbol;
  switch (contextOfRoot(interpreter, symbol)) {
    case "task":
      return !owner || name === "run" ? "task" : undefined;
    case "command":
      return owner && name === "handle" ? "command" : undefined;
    case "request":
      if (!owner) {
        if (hasDecorator(interpreter, symbol, "api_view")) return "api";
        return interpreter.urlViews().has(symbol.id) ? "view" : undefined;
      }
      if (isApi(interpreter, owner)) {
        const isAction = actions.has(name) || hasDecorator(interpreter, symbol, "action");
        return isAction || handlers.has(name) ? "api" : undefined;
      }
      return handlers.has(name) && interpreter.urlViews().has(owner.id) ? "view" : undefined;
    default:
      return undefined;
  }
}

function isApi({ program }: Interpreter, symbol: ClassSymbol): boolean {
  return program
    .mro(symbol)
    .some((base) => base.kind === "external" && /^(rest_framework|ninja)\./.test(base.name));
}
