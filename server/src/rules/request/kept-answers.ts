/** Answers that a cache keeps, so that few requests wait for them. */
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import type { RequestPlace } from "./blocking-places.ts";

/** On every way from a request, a function writes to Django's cache, or is one whose results are kept. */
export function isKeptInCache(context: RuleContext, place: RequestPlace): boolean {
  const { program } = context.project;
  return place.requests.every(({ cached, location, calls }) => {
    if (cached) return true;
    return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
      const module = program.moduleOfFile(path);
      if (!module) return false;
      const around = functionAround(module.file.tree, range);
      return around !== undefined && keepsAnswers(context, module, around);
    });
  });
}

const keepingDecorators =
  /(?:^|\.)(?:cache|lru_cache|cached|cached_property|cache_page|memoize|cachedmethod|ttl_cache)$/;
const keepingMethods: ReadonlySet<string> = new Set(["add", "get_or_set", "set", "set_many"]);

/** It writes to the cache of Django, or a decorator keeps what it gives. */
export function keepsAnswers(
  { project: { program } }: RuleContext,
  module: Module,
  node: FunctionDef,
): boolean {
  for (const decorator of node.decorators) {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = program.resolveExpression(module, callee);
    if ((symbol.kind === "external" || symbol.kind === "function") && keepingDecorators.test(symbol.name))
      return true;
  }
  return [...cacheMethodsIn(program, module, node)].some((name) => keepingMethods.has(name));
}

/** `theme = get_theme_cache(); if theme is None: …; set_theme_cache(theme)`: functions of the project do it with the cache. */
export function keepsThroughHelpers(
  { project: { program } }: RuleContext,
  module: Module,
  node: FunctionDef,
): boolean {
  const used = new Set<string>();
  walkExpressions(node, (each) => {
    if (each.kind !== "Call") return undefined;
    const helper = program.resolveExpression(module, each.function);
    if (helper.kind !== "function" || !helper.module.firstParty) return undefined;
    for (const method of cacheMethodsIn(program, helper.module, helper.node)) used.add(method);
    return undefined;
  });
  return readingMethods.some((name) => used.has(name)) && [...keepingMethods].some((name) => used.has(name));
}

const readingMethods = ["get", "get_many", "has_key"];

/** Names of the methods of Django's caches that the function calls. */
function cacheMethodsIn(program: PythonProgram, module: Module, node: FunctionDef): ReadonlySet<string> {
  const methods = new Set<string>();
  walkExpressions(node, (each) => {
    if (each.kind !== "Call" || each.function.kind !== "Attribute") return undefined;
    const { value, attribute } = each.function;
    const holder = value.kind === "Subscript" ? value.value : value;
    const symbol = program.resolveExpression(module, holder);
    if (symbol.kind === "external" && /^django\.core\.cache\.caches?$/.test(symbol.name))
      methods.add(attribute.name);
    return undefined;
  });
  return methods;
}
