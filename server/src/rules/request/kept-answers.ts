/** Answers that a cache keeps, so that few requests wait for them. */
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
  let writes = false;
  walkExpressions(node, (each) => {
    if (each.kind !== "Call" || each.function.kind !== "Attribute") return undefined;
    const { value, attribute } = each.function;
    if (!keepingMethods.has(attribute.name)) return undefined;
    const holder = value.kind === "Subscript" ? value.value : value;
    const symbol = program.resolveExpression(module, holder);
    writes ||= symbol.kind === "external" && /^django\.core\.cache\.caches?$/.test(symbol.name);
    return undefined;
  });
  return writes;
}
