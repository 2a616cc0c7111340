/** Calls of Django's cache framework. Other caches, such as a client of Redis or a dictionary, are none of it. */
import { unknownVarying } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { CacheArgument, CacheCall, CacheMethod } from "../facts.ts";
import { isInterpretedForItself } from "../frames.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { variesOfArguments } from "../language/functions.ts";

export const cacheHandler = "django.core.cache.caches";

/** `caches["sessions"]` */
export function cacheNamed(alias: Value): Value {
  const name = alias.kind === "literal" && typeof alias.value === "string" ? alias.value : "";
  return { kind: "external", name: `${cacheHandler}[${name}]` };
}

const cacheName = /^django\.core\.cache\.(?:cache|caches\[(.*)\])$/;

type Parameter = "key" | "value" | "timeout" | "version" | "other";

/** The parameters in order. */
const parameters: Readonly<Record<CacheMethod, readonly Parameter[]>> = {
  get: ["key", "value", "version"],
  set: ["key", "value", "timeout", "version"],
  add: ["key", "value", "timeout", "version"],
  get_or_set: ["key", "value", "timeout", "version"],
  touch: ["key", "timeout", "version"],
  delete: ["key", "version"],
  delete_pattern: ["key", "version"],
  incr: ["key", "other", "version"],
  decr: ["key", "other", "version"],
  has_key: ["key", "version"],
  get_many: ["key", "version"],
  set_many: ["key", "timeout", "version"],
  delete_many: ["key", "version"],
  clear: [],
};

const keywordsOf: Readonly<Record<string, Parameter>> = {
  key: "key",
  keys: "key",
  data: "key",
  pattern: "key",
  value: "value",
  default: "value",
  timeout: "timeout",
  version: "version",
};

function isMethod(name: string): name is CacheMethod {
  return Object.hasOwn(parameters, name);
}

/** @param name `django.core.cache.cache.aget`. Undefined where it is no method of a cache that is known. */
export function callCache(
  interpreter: Interpreter,
  name: string,
  args: Arguments,
  node: Call,
): Value | undefined {
  if (!name.startsWith("django.core.cache.cache")) return undefined;
  const end = name.lastIndexOf(".");
  const cache = cacheName.exec(name.slice(0, end));
  if (!cache) return undefined;
  const written = name.slice(end + 1);
  const method = !isMethod(written) && written.startsWith("a") ? written.slice(1) : written;
  if (!isMethod(method)) return undefined;
  const [, alias = "default"] = cache;
  record(interpreter, method, alias === "" ? undefined : alias, written, args, node);
  return unknownVarying(variesOfArguments(args));
}

function record(
  interpreter: Interpreter,
  method: CacheMethod,
  alias: string | undefined,
  written: string,
  args: Arguments,
  node: Call,
): void {
  const given = argumentsOf(method, args, node);
  // `on_commit(cache.clear)` has no call that is written.
  const isWritten = node.function.kind === "Attribute" && node.function.attribute.name === written;
  const fallback = method === "get_or_set" ? given.get("value")?.value : undefined;
  const { touched, stored } = fallback
    ? resultOfFallback(interpreter, fallback, node)
    : {
        touched: new Set(interpreter.touched),
        stored: storing.has(method) ? given.get("value")?.value : undefined,
      };
  const { frame } = interpreter.state;
  const context = interpreter.context(interpreter.location(node), variesOfArguments(args));
  const isSaidHere = isInterpretedForItself(interpreter) || frame.functionId === undefined;
  if (!isWritten || !(isSaidHere || context.loops.length > 0)) return;
  interpreter.record({
    kind: "cacheCall",
    method,
    alias,
    key: given.get("key"),
    value: given.get("value"),
    stored,
    timeout: given.get("timeout"),
    version: given.get("version"),
    open: args.open || isOpen(node),
    touched,
    node,
    statement: frame.statement,
    ...context,
  });
}

/** Which arguments there are is not written down, though their values may be known. */
function isOpen({ arguments: positional, keywords }: Call): boolean {
  return positional.some(({ kind }) => kind === "Starred") || keywords.some(({ name }) => !name);
}

function argumentsOf(
  method: CacheMethod,
  args: Arguments,
  node: Call,
): ReadonlyMap<Parameter, CacheArgument> {
  const given = new Map<Parameter, CacheArgument>();
  const isListed = node.arguments.every(({ kind }) => kind !== "Starred");
  for (const [index, parameter] of parameters[method].entries()) {
    const value = args.positional[index];
    const argument = node.arguments[index];
    if (value && argument && isListed) given.set(parameter, { node: argument, value });
  }
  for (const keyword of node.keywords) {
    const parameter = keyword.name && keywordsOf[keyword.name.name];
    const value = keyword.name && args.keywords.get(keyword.name.name);
    if (parameter && value) given.set(parameter, { node: keyword.value, value });
  }
  return given;
}

const storing: ReadonlySet<CacheMethod> = new Set(["set", "add"]);

/** What `get_or_set()` calls where the cache has no answer. */
function resultOfFallback(
  interpreter: Interpreter,
  fallback: Value,
  node: Call,
): Pick<CacheCall, "stored" | "touched"> {
  const { touched: outside } = interpreter;
  const { guards } = interpreter.state;
  const inside = new Set<string>();
  interpreter.touched = inside;
  guards.push({ test: node, loops: 0, cached: true });
  const stored = fallback.kind === "function" ? interpreter.call(fallback, noArguments, node) : fallback;
  guards.pop();
  interpreter.touched = outside;
  for (const label of inside) outside.add(label);
  return { stored, touched: fallback.kind === "function" ? inside : new Set(outside) };
}
