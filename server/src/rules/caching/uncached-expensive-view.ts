import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { QuerysetCall, RootInfo, RowsUse } from "../../interpret/facts.ts";
import type { ClassDef, FunctionDef } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, pathTo } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import { joinedRows } from "../query-shape/joined-rows.ts";
import { chainOf } from "../query-shape/query-chains.ts";
import { nameOfRoot } from "../request/request-finding.ts";
import { belongToOne, namesUserOfRequest } from "../rows-of-one.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround, namesIn } from "../writes/syntax-queries.ts";

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
    // What context processors ask for with each page is no matter of the view, but of query-on-every-request.
    const ofEveryRequest = new Set(
      factsOfKind(context.facts, "queriesOfRoot").flatMap(({ when, root }) =>
        when === "everyRequest" ? [root.symbol] : [],
      ),
    );
    const usesByRoot = groupBy(
      factsOfKind(context.facts, "rowsUse").filter(
        ({ exceptional, dormant, fromCache, symbol }) =>
          !exceptional && !dormant && !fromCache && !ofEveryRequest.has(symbol),
      ),
      ({ root }) => root.symbol,
    );
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
      const symbols = withCallees(root.symbol, (symbol) =>
        (callees.get(symbol) ?? []).map(({ callee }) => callee),
      );
      const queries = symbols.flatMap((symbol) => byRoot.get(symbol) ?? []);
      const code = codeOf(context, root);
      if (!code || symbols.some((symbol) => cached.has(symbol)) || isUnfit(code, queries)) return [];
      const isReport = reportName.test(root.symbol);
      // What an address names is one of many: figures of its own.
      const isOfOne = hasArguments(context, root);
      if (!isReport && isOfOne) return [];
      const uses = symbols.flatMap((symbol) => usesByRoot.get(symbol) ?? []);
      const figures = figuresOf(context, queries, uses);
      if (figures.length >= (isReport ? fewest : fewest + 2)) return [findingOf(context, root, figures)];
      if (isOfOne || editingName.test(root.symbol)) return [];
      const answers = distinct([...figures, ...uses.flatMap((use) => answerOf(context, use))]);
      return answers.length >= manyQueries ? [findingOf(context, root, answers)] : [];
    });
  },
};

const reportName = /dashboard|stat|report|summary|overview|metric|analytic/i;

/** Who changes something wants to see it as it is. */
const editingName = /edit|creat|updat|delet|add|chang|manag|admin|import/i;

/** The function, and what it calls, directly or through others. */
function withCallees(first: string, calleesOf: (symbol: string) => readonly string[]): readonly string[] {
  const found = new Set([first]);
  for (const symbol of found) for (const callee of calleesOf(symbol)) found.add(callee);
  return [...found];
}

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

/** Queries that do so, whatever they ask for. */
const manyQueries = 10;

/** What a query asks for, once for each place. */
interface Answer {
  readonly what: string;
  readonly isFigure: boolean;
  readonly model: Model;
  readonly location: Location;
}

/** Counts and sums over a table and its groups, not over the rows of one object or of whoever asks. */
function figuresOf(
  context: RuleContext,
  calls: readonly QuerysetCall[],
  uses: readonly RowsUse[],
): readonly Answer[] {
  const figures = calls.filter(
    (call) =>
      /^(?:count|aggregate)$/.test(call.method) &&
      !belongToOne(context, call.queryset) &&
      !namesUserOfRequest(context, call.queryset, call),
  );
  const groups = uses.filter((use) => fetching.has(use.operation) && isGrouped(context, use));
  return distinct([
    ...figures.map(({ method, queryset: { model }, location }) => ({
      what: `${method}()`,
      isFigure: true,
      model,
      location,
    })),
    ...groups.flatMap((use) =>
      answerOf(context, use).map((answer) => ({ ...answer, what: "Groups", isFigure: true })),
    ),
  ]);
}

/** The uses of rows that fetch them. */
const fetching: ReadonlySet<string> = new Set(["iterate", "list", "index", "len", "bool"]);

/** `values("status").annotate(number=Count("pk"))`: a row for each group of rows. */
function isGrouped(context: RuleContext, { queryset }: RowsUse): boolean {
  const chain = chainOf(context, queryset);
  const values = chain?.findIndex(({ method }) => method === "values" || method === "values_list") ?? -1;
  return (
    chain !== undefined &&
    values >= 0 &&
    joinedRows(context, chain).aggregates.some(
      ({ step }) => step.method === "annotate" && chain.indexOf(step) > values,
    )
  );
}

/** A query that is the same for everybody. Those of loops are one after the repair of the loop, which others ask for. */
function answerOf(context: RuleContext, use: RowsUse): readonly Answer[] {
  const { loops, location, operation, queryset } = use;
  if (loops.length > 0 || belongToOne(context, queryset) || !isSameForAll(context, use)) return [];
  const what = fetching.has(operation) ? "Rows" : `${operation}()`;
  return [{ what, isFigure: false, model: queryset.model, location }];
}

/** No code that builds the queryset names a parameter, and so nothing of the request, nor what a loop goes through. */
function isSameForAll(context: RuleContext, { queryset: { origin }, location }: RowsUse): boolean {
  const places = [
    ...origin.sites.map((site) => ({ path: site.location.path, range: site.node })),
    { path: location.path, range: location.range },
  ];
  return places.every(({ path, range }) => {
    const module = context.project.program.moduleOfFile(path);
    const node = module && pathTo(module.file.tree, range).findLast(isExpression);
    const scope = module && functionAround(module.file.tree, range);
    if (!node || !scope) return node !== undefined;
    const names = new Set(flowingInto(flowsOf(scope), node).flatMap((part) => [...namesIn(part)]));
    return [...names].every((name) =>
      bindingsOf(scope, name).every(({ kind }) => kind === "assignment" || kind === "import"),
    );
  });
}

function distinct(answers: readonly Answer[]): readonly Answer[] {
  return [...new Map(answers.map((answer) => [placeKey(answer.location), answer])).values()];
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

function findingOf(context: RuleContext, root: RootInfo, answers: readonly Answer[]): Finding {
  const { location, symbol } = root;
  const models = [...new Set(answers.map(({ model }) => model.name))];
  const over = `${models.slice(0, 3).join(", ")}${models.length > 3 ? " …" : ""}`;
  const name = nameOfRoot(context, root);
  const areFigures = answers.every(({ isFigure }) => isFigure);
  const { text, seconds } = usualTimeout(symbol);
  return {
    ...findingBase(uncachedExpensiveView),
    remedy: "cache-call",
    confidence: "medium",
    message: areFigures
      ? `${name} computes ${answers.length} figures over ${over} on each request, and keeps none of them.`
      : `${name} sends ${answers.length} queries over ${over} on each request that are the same for everybody, and keeps no answer.`,
    help: `Compute them in a function of their own, and keep its result for ${text}: cache.get_or_set(key, function, ${seconds}).`,
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: answers.slice(0, 10).map(({ what, model, location: place }) => ({
      message: `${what} ${what === "Rows" || what === "Groups" ? "of" : "over"} ${model.name}`,
      location: place,
    })),
  };
}

/** How long such answers are usually kept, by what the view is called. */
function usualTimeout(symbol: string): { readonly text: string; readonly seconds: number } {
  const name = symbol.slice(symbol.lastIndexOf(".views.") + 1);
  if (/config|preferences|settings/i.test(name)) return { text: "a day", seconds: 86_400 };
  if (/plan(?:s|\b|_)|pricing|feature/i.test(name)) return { text: "an hour", seconds: 3600 };
  if (/profile|permission/i.test(name)) return { text: "15 minutes", seconds: 900 };
  return { text: "5 minutes", seconds: 300 };
}
