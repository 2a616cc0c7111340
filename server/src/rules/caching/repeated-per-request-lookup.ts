import { groupBy } from "../../base/group-by.ts";
import type { RootInfo } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { classAttribute } from "../pagination/page-kind.ts";
import { classesInUse } from "../request/middleware-in-use.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type RequestLookup, requestLookups } from "./request-lookups.ts";

export const repeatedPerRequestLookup: FactRule = {
  kind: "facts",
  code: "QS717",
  name: "repeated-per-request-lookup",
  summary: "What middleware or a permission has looked up for a request is looked up again by its view",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const lookups = requestLookups(context);
    if (lookups.length === 0) return [];
    const everywhere = functionsOfEveryRequest(context);
    return [...groupBy(lookups, ({ key }) => key).values()].flatMap((group) => {
      const byRoot = [...groupBy(group, ({ use }) => use.root.symbol).values()].flatMap(
        ([first]) => first ?? [],
      );
      // Middleware runs before the rest.
      const ofAll = byRoot.filter(({ use }) => everywhere.has(use.root.symbol));
      const first =
        ofAll.find(({ use }) => ownerOf(context, use.root)) ?? ofAll[0] ?? permissionIn(context, byRoot);
      if (!first) return [];
      const isOfAll = everywhere.has(first.use.root.symbol);
      const again = byRoot.filter(
        (lookup) =>
          lookup !== first &&
          (everywhere.has(lookup.use.root.symbol) ||
            (isOfAll ? isInRequests(lookup) : isGuardedBy(context, lookup, first))),
      );
      return again.length > 0 ? [findingOf(context, first, again, everywhere)] : [];
    });
  },
};

/** Methods of middleware that `MIDDLEWARE` names, and context processors. */
function functionsOfEveryRequest(context: RuleContext): ReadonlySet<string> {
  const inUse = classesInUse(context);
  return new Set(
    factsOfKind(context.facts, "queriesOfRoot").flatMap(({ when, root: { symbol, location } }) => {
      if (when !== "everyRequest") return [];
      const module = context.project.program.moduleOfFile(location.path);
      const isMethod = module !== undefined && symbol.slice(module.name.length + 1).includes(".");
      return !isMethod || inUse.has(symbol.slice(0, symbol.lastIndexOf("."))) ? [symbol] : [];
    }),
  );
}

function isInRequests({ use: { root } }: RequestLookup): boolean {
  return root.context === "request";
}

const permissionClasses: ReadonlySet<string> = new Set(["rest_framework.permissions.BasePermission"]);

function permissionIn(context: RuleContext, lookups: readonly RequestLookup[]): RequestLookup | undefined {
  return lookups.find(({ use }) => {
    const owner = ownerOf(context, use.root);
    return owner && context.project.program.derivesFrom(owner, permissionClasses);
  });
}

/** `permission_classes` of the view names the class of the permission. */
function isGuardedBy(context: RuleContext, { use }: RequestLookup, permission: RequestLookup): boolean {
  const { program } = context.project;
  const view = ownerOf(context, use.root);
  const guard = ownerOf(context, permission.use.root);
  const named = view && classAttribute(program, view, "permission_classes");
  if (!view || !guard || (named?.kind !== "ListLiteral" && named?.kind !== "TupleLiteral")) return false;
  const member = program.lookupMember(view, "permission_classes");
  return (
    member.kind === "found" &&
    named.elements.some((element) => {
      const symbol = program.resolveExpression(member.owner.module, element, member.owner);
      return symbol.kind === "class" && symbol.id === guard.id;
    })
  );
}

function ownerOf(
  { project: { program } }: RuleContext,
  { symbol, location }: RootInfo,
): ClassSymbol | undefined {
  const module = program.moduleOfFile(location.path);
  return (
    module &&
    program
      .classes(module)
      .find((each) => `${module.name}.${each.qualifiedName}` === symbol.slice(0, symbol.lastIndexOf(".")))
  );
}

const othersShown = 5;

function findingOf(
  context: RuleContext,
  first: RequestLookup,
  again: readonly RequestLookup[],
  everywhere: ReadonlySet<string>,
): Finding {
  const { location, queryset, symbol, root } = first.use;
  const { start, end } = first.use.call;
  const text = context.text(location.path).slice(start, end).replace(/\s+/g, " ");
  const nameOf = (name: string): string => name.split(".").slice(-2).join(".");
  const [second] = again;
  const times =
    1 +
    again.filter(({ use }) => everywhere.has(use.root.symbol)).length +
    (again.some(({ use }) => !everywhere.has(use.root.symbol)) ? 1 : 0);
  const more = again.length > 1 ? ` and ${again.length - 1} more` : "";
  return {
    ...findingBase(repeatedPerRequestLookup),
    remedy: "stored-result",
    confidence: "medium",
    message: `"${text}" is asked ${times === 2 ? "twice" : `${times} times`} along one request: in ${nameOf(root.symbol)}(), and again in ${nameOf(second?.use.root.symbol ?? "")}()${more}.`,
    help: `Keep the row on the request, lazily where not every view needs it: request.${queryset.model.name.toLowerCase()} = SimpleLazyObject(…).`,
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: [first, ...again.slice(0, othersShown)].map(({ use }) => ({
      message: `Asked in ${use.root.symbol}`,
      location: use.location,
    })),
  };
}
