import { groupBy } from "../../base/group-by.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { removeArguments } from "../../edits/chain-columns.ts";
import { methodCalls } from "../../edits/queryset-chain.ts";
import type { EagerLoadingCall } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isExpression } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type CodeAround, codeAround } from "./code-around.ts";
import { parentOf } from "./consumer.ts";
import { attributesReadInLoops } from "./rows-in-loops.ts";

export const unusedEagerLoad: FactRule = {
  kind: "facts",
  code: "QS121",
  name: "unused-eager-load",
  summary: "Relations are loaded that nothing reads",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const calls = factsOfKind(context.facts, "eagerLoading").filter(
      ({ method }) => method === "select_related" || method === "prefetch_related",
    );
    return [...groupBy(calls, ({ location }) => placeKey(location)).values()].flatMap((group) =>
      findingsOf(context, group[0]),
    );
  },
};

function findingsOf(context: RuleContext, call: EagerLoadingCall): readonly Finding[] {
  const { model, location } = call;
  if (call.lookups.length === 0 || call.hasOtherArguments) return [];
  const code = codeAround(context, location);
  if (!code) return [];
  const rows = wholeChain(code, call.call);
  if (isTakenBack(call, rows)) return [];
  const read = attributesReadInLoops(code, rows, model);
  if (!read || !isIteratedInFull(context, location.path, call.call)) return [];
  return call.lookups
    .filter(({ lookup }) => !read.has(accessorOf(model, firstSegment(lookup))))
    .map(({ lookup, location: place }) => findingOf(context, call, lookup, place.range, rows));
}

/** `select_related(None)` later in the chain. */
function isTakenBack({ method }: EagerLoadingCall, rows: Expression): boolean {
  return methodCalls(rows).some(
    ({ function: callee, arguments: [first] }) =>
      callee.attribute.name === method && first?.kind === "ConstantLiteral",
  );
}

/** Loops were seen to run over the rows. What `only()` names may need the join. */
function isIteratedInFull({ facts }: RuleContext, path: string, call: TextRange): boolean {
  const iterated = factsOfKind(facts, "rowsIterated").filter(({ queryset: { origin } }) =>
    origin.sites.some((site) => site.location.path === path && containsRange(site.node, call)),
  );
  return (
    iterated.length > 0 &&
    iterated.every(({ queryset: { rows, load } }) => rows === "instances" && load.kind === "all")
  );
}

function firstSegment(lookup: string): string {
  return lookup.split("__", 1)[0] ?? lookup;
}

/** Joins are written with query names, which reverse relations may have beside that of their attribute. */
function accessorOf(model: Model, name: string): string {
  return model.lookupRelations.get(name)?.accessor ?? name;
}

/** The last call of the chain in which the call stands. */
function wholeChain(code: CodeAround, call: Expression): Expression {
  let chain = call;
  for (;;) {
    const parent = parentOf(code, chain);
    if (parent === undefined || !isExpression(parent)) return chain;
    const isLink =
      (parent.kind === "Attribute" && parent.value === chain) ||
      (parent.kind === "Call" && parent.function === chain);
    if (!isLink) return chain;
    chain = parent;
  }
}

function findingOf(
  context: RuleContext,
  call: EagerLoadingCall,
  lookup: string,
  range: TextRange,
  rows: Expression,
): Finding {
  const { location, symbol, model, method } = call;
  const place = { path: location.path, range };
  return {
    ...findingBase(unusedEagerLoad),
    level: "hint",
    remedy: "remove-eager-loading",
    confidence: "high",
    message: `${method}("${lookup}") is never used by the loops over these rows.`,
    help: `Remove "${lookup}": it ${method === "select_related" ? "joins a table" : "costs a query"} for nothing.`,
    location: place,
    symbol,
    model: model.label,
    relationPaths: [lookup],
    origin: place,
    evidence: [],
    fixes: fixesOf(context, call, lookup, rows),
  };
}

function fixesOf(
  context: RuleContext,
  { call, location: { path }, lookups }: EagerLoadingCall,
  lookup: string,
  rows: Expression,
): readonly Fix[] {
  if (call.keywords.length > 0 || call.arguments.some(({ kind }) => kind !== "StringLiteral")) return [];
  const { range, newText } = removeArguments(context.text(path), call, [lookup], call === rows);
  return [
    {
      title: lookups.length > 1 ? `Remove "${lookup}"` : "Remove the call",
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range, newText }],
    },
  ];
}
