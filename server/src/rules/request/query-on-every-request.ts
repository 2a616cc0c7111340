import { containsRange, type TextRange } from "../../base/text-range.ts";
import { isConsumerKind, type QueriesOfRoot } from "../../interpret/facts.ts";
import type { CountedQuery } from "../../interpret/query-counts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { type Node, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { keepsAnswers, keepsThroughHelpers } from "./kept-answers.ts";
import { classesInUse } from "./middleware-in-use.ts";
import { inOrderOfRequest } from "./middleware-order.ts";
import { tagsOfEveryPage } from "./tags-of-every-page.ts";

export const queryOnEveryRequest: FactRule = {
  kind: "facts",
  code: "QS416",
  name: "query-on-every-request",
  summary: "Middleware, a context processor or a tag of every page queries the database with every request",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const facts = [
      ...factsOfKind(context.facts, "queriesOfRoot").filter(({ when }) => when === "everyRequest"),
      ...tagsOfEveryPage(context),
    ];
    if (facts.length === 0) return [];
    const inUse = classesInUse(context);
    const loaded = new Set<string>();
    return inOrderOfRequest(context, facts).flatMap((fact) => findingsOf(context, fact, inUse, loaded));
  },
};

const manyQueries = 3;

/** @param loaded what the request and its user hold already; extended by what they hold afterwards */
function findingsOf(
  context: RuleContext,
  { root, queries }: QueriesOfRoot,
  inUse: ReadonlySet<string>,
  loaded: Set<string>,
): readonly Finding[] {
  const module = context.project.program.moduleOfFile(root.location.path);
  if (!module) return [];
  const name = root.symbol.slice(module.name.length + 1);
  const [owner] = name.split(".");
  const isMethod = name.includes(".");
  if (isMethod && !inUse.has(root.symbol.slice(0, root.symbol.lastIndexOf(".")))) return [];
  const sent = queries.filter((query) => isSentEachTime(context, module, query));
  const places = new Map(
    sent
      .filter((query) => !loaded.has(query.text))
      .map((query) => [placeKey(query.location), query] as const),
  );
  for (const query of sent) if (isKeptByRequest(query)) loaded.add(query.text);
  const [first, ...others] = places.values();
  if (!first) return [];
  const isTag = module.name.includes(".templatetags.");
  const kind = isMethod ? "The middleware" : isTag ? "The template tag" : "The context processor";
  const sure = [...places.values()].filter((query) => isUnconditional(context, query)).length;
  const most = places.size === 1 ? "a query" : `${places.size} queries`;
  const count =
    sure === 0 && places.size > 1
      ? `up to ${most}`
      : sure < places.size && sure > 0
        ? `${sure} to ${most}`
        : most;
  const location = first.calls[0]?.location ?? first.location;
  return [
    {
      ...findingBase(queryOnEveryRequest),
      remedy: "query-shape",
      level: sure >= manyQueries ? "warning" : queryOnEveryRequest.level,
      // Whether its conditions hold for many requests or for few, the code does not tell.
      confidence: sure > 0 ? "high" : "medium",
      message: `${kind} ${isMethod ? owner : `${name}()`} sends ${count} with every ${isTag ? "page" : "request"}: "${first.text}"${others.length > 0 ? " and more" : ""}.`,
      help: isMethod
        ? "Make it lazy with SimpleLazyObject, for the views that look at it, or keep it in the cache."
        : isTag
          ? "Keep the answer in the cache, or the part of the template that it renders: {% cache %}."
          : "Hand the template a function or a SimpleLazyObject, or keep the value in the cache.",
      location,
      symbol: root.symbol,
      model: first.model,
      origin: location,
      evidence: [first, ...others].map((query) => ({
        message: `Queries ${query.model}: ${query.text}`,
        location: query.location,
      })),
    },
  ];
}

/** Not in a callback, which may never be called, nor for some paths only, nor where a cache keeps the answer. */
function isSentEachTime(context: RuleContext, module: Module, { location, calls }: CountedQuery): boolean {
  if (calls.some(({ via }) => via === "callback" || isConsumerKind(via))) return false;
  const places = [location, ...calls.map((call) => call.location)];
  const isKept = places.some(({ path, range }) => {
    const holder = context.project.program.moduleOfFile(path);
    const around = holder && functionAround(holder.file.tree, range);
    return (
      holder !== undefined &&
      around !== undefined &&
      (keepsAnswers(context, holder, around) || keepsThroughHelpers(context, holder, around))
    );
  });
  const entry = calls[0]?.location ?? location;
  return !isKept && entry.path === module.file.path && !isForSomeRequests(module, entry.range);
}

/** `request.user.profile`: a row keeps what it has loaded, and the request its rows. */
function isKeptByRequest({ operation, text }: CountedQuery): boolean {
  return operation === "load" && /^request(?:\.\w+)+$/.test(text);
}

/** No branch, handler or later operand stands around the query or around a call on the way to it. */
function isUnconditional({ project: { program } }: RuleContext, { location, calls }: CountedQuery): boolean {
  return [location, ...calls.map((call) => call.location)].every(({ path, range }) => {
    const module = program.moduleOfFile(path);
    if (!module) return false;
    const nodes = pathTo(module.file.tree, range);
    const own = nodes.findLastIndex((node) => "kind" in node && node.kind === "FunctionDef");
    return nodes.slice(own + 1).every((node) => !isConditionalAround(node, range));
  });
}

function isConditionalAround(node: Node, range: TextRange): boolean {
  // An `except` clause is no node with a kind.
  if (!("kind" in node)) return "type" in node && "body" in node;
  switch (node.kind) {
    case "If":
    case "While":
    case "Conditional":
      return !containsRange(node.test, range);
    case "BooleanOperation": {
      const [first] = node.values;
      return first !== undefined && !containsRange(first, range);
    }
    case "For":
      return !containsRange(node.iterable, range);
    case "Lambda":
      return true;
    default:
      return false;
  }
}

/**
 * `if request.path.startswith("/api/")`, `if request.method == "POST"` around it, or `return` before it; or the test of
 * what the function itself sets, so that the next request passes it by.
 */
function isForSomeRequests(
  { file }: Module,
  range: { readonly start: number; readonly end: number },
): boolean {
  const around = functionAround(file.tree, range);
  if (!around) return false;
  const mentions = (test: Expression, attribute: string): boolean => {
    let found = false;
    walkExpressions(test, (node) => {
      found ||= node.kind === "Attribute" && file.text.slice(node.start, node.end) === attribute;
      return undefined;
    });
    return found;
  };
  const changed = attributesSetIn(file, around);
  let restricted = false;
  walk(around, (node) => {
    if (!("kind" in node) || node.kind !== "If") return undefined;
    const test = file.text.slice(node.test.start, node.test.end);
    const isForSome =
      ofSomeRequests.test(test) || changed.some((attribute) => mentions(node.test, attribute));
    const leaves = node.body.some(({ kind }) => kind === "Return") && node.end <= range.start;
    const contains = [...node.body, ...node.orElse].some((statement) => containsRange(statement, range));
    restricted ||= (leaves || contains) && isForSome;
    return undefined;
  });
  return restricted;
}

/** `request.user.outdated = False`: what outlives the request. */
function attributesSetIn({ text }: SourceFile, around: FunctionDef): readonly string[] {
  const attributes: string[] = [];
  forEachBlockStatement(around.body, (statement) => {
    if (statement.kind !== "Assign") return;
    for (const target of statement.targets) {
      const isOfRequest =
        target.kind === "Attribute" && target.value.kind === "Name" && target.value.name === "request";
      if (target.kind === "Attribute" && !isOfRequest) attributes.push(text.slice(target.start, target.end));
    }
  });
  return attributes;
}

const ofSomeRequests =
  /\.(?:path|path_info|method|GET|POST|META|headers|COOKIES|session|resolver_match|is_ajax|get_full_path|is_staff|is_superuser)\b|view_func|view_kwargs|url_name|\bpath\b/;
