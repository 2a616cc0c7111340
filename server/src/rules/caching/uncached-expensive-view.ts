import { groupBy } from "../../base/group-by.ts";
import type { QuerysetCall, RootInfo } from "../../interpret/facts.ts";
import type { ClassDef, FunctionDef } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { nameOfRoot } from "../request/request-finding.ts";
import { belongToOne, namesUserOfRequest } from "../rows-of-one.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const uncachedExpensiveView: FactRule = {
  kind: "facts",
  code: "QS701",
  name: "uncached-expensive-view",
  summary: "A view computes several figures over whole tables on each request, and keeps none of them",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const usual = factsOfKind(context.facts, "querysetCall").filter(
      ({ exceptional, dormant }) => !exceptional && !dormant,
    );
    const byRoot = groupBy(usual, ({ root }) => root.symbol);
    const calls = factsOfKind(context.facts, "functionCall");
    const callees = groupBy(calls, ({ root }) => root.symbol);
    const cached = new Set(factsOfKind(context.facts, "cacheCall").map(({ root }) => root.symbol));
    const views = new Map(
      [...usual, ...calls].flatMap(({ root }) =>
        root.context === "request" ? [[root.symbol, root] as const] : [],
      ),
    );
    return [...views.values()].flatMap((root) => {
      // What a function does that the view calls is noted where that function is interpreted.
      const helpers = [...new Set((callees.get(root.symbol) ?? []).map(({ callee }) => callee))];
      if (helpers.some((callee) => cached.has(callee))) return [];
      const queries = [root.symbol, ...helpers].flatMap((symbol) => byRoot.get(symbol) ?? []);
      const figures = figuresOf(context, queries);
      const code = codeOf(context, root);
      if (!code || cached.has(root.symbol) || isUnfit(code, queries)) return [];
      const isReport = /dashboard|stat|report|summary|overview|metric|analytic/i.test(root.symbol);
      if (figures.length < (isReport ? fewest : fewest + 2)) return [];
      // What an address names is one of many: figures of its own.
      if (!isReport && hasArguments(context, root)) return [];
      return [findingOf(context, root, figures)];
    });
  },
};

function hasArguments(
  { project: { program } }: RuleContext,
  { location: { path, range } }: RootInfo,
): boolean {
  const module = program.moduleOfFile(path);
  const symbol = module && program.functions(module).find(({ node }) => node.name.start === range.start);
  return symbol?.node.parameters.some(({ name }) => !/^(?:self|request)$/.test(name)) ?? false;
}

/** Figures that make a page expensive. */
const fewest = 3;

/** Counts and sums over a table, not over the rows of one object or of whoever asks, each place once. */
function figuresOf(context: RuleContext, calls: readonly QuerysetCall[]): readonly QuerysetCall[] {
  const figures = calls.filter(
    (call) =>
      /^(?:count|aggregate)$/.test(call.method) &&
      !belongToOne(context, call.queryset) &&
      !namesUserOfRequest(context, call.queryset, call),
  );
  return [...new Map(figures.map((call) => [placeKey(call.location), call])).values()];
}

/** The text of the view with its decorators. */
function codeOf(context: RuleContext, { location: { path, range } }: RootInfo): string | undefined {
  const module = context.project.program.moduleOfFile(path);
  if (!module?.firstParty) return undefined;
  const node = pathTo(module.file.tree, range).findLast(
    (each): each is FunctionDef | ClassDef =>
      "kind" in each && (each.kind === "FunctionDef" || each.kind === "ClassDef"),
  );
  return node && module.file.text.slice(node.start, node.end);
}

/** It changes something, handles a form, or is cached as a whole. */
function isUnfit(code: string, calls: readonly QuerysetCall[]): boolean {
  return (
    calls.some(({ method }) => writing.has(method)) ||
    /request\.POST|\.is_valid\(|\.save\(|cache_page|cache_control|\bcache\./.test(code)
  );
}

const writing: ReadonlySet<string> = new Set([
  "bulk_create",
  "bulk_update",
  "create",
  "delete",
  "get_or_create",
  "update",
  "update_or_create",
]);

function findingOf(context: RuleContext, root: RootInfo, figures: readonly QuerysetCall[]): Finding {
  const { location, symbol } = root;
  const models = [...new Set(figures.map(({ queryset }) => queryset.model.name))];
  return {
    ...findingBase(uncachedExpensiveView),
    remedy: "cache-call",
    confidence: "medium",
    message: `${nameOfRoot(context, root)} computes ${figures.length} figures over ${models.slice(0, 3).join(", ")}${models.length > 3 ? " …" : ""} on each request, and keeps none of them.`,
    help: "Compute them in a function of their own, and keep its result for some minutes: cache.get_or_set(key, function, 300).",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: figures.slice(0, 10).map((figure) => ({
      message: `${figure.method}() over ${figure.queryset.model.name}`,
      location: figure.location,
    })),
  };
}
