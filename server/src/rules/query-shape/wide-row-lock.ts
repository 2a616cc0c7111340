import { groupBy } from "../../base/group-by.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { EagerLoadingCall } from "../../interpret/facts.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { usesPostgresql } from "./column-searches.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export const wideRowLock: FactRule = {
  kind: "facts",
  code: "QS233",
  name: "wide-row-lock",
  summary: "select_for_update() locks the rows of joined tables, too",
  level: "warning",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const engines = databaseEngines(context.project.settings);
    // SQLite has no row locks, and MariaDB does not know "of".
    if (usesOnly(engines, "sqlite") || usesOnly(engines, "mysql")) return [];
    const joins = groupBy(factsOfKind(context.facts, "eagerLoading"), ({ call }) => call);
    const found = queryChains(context).flatMap((chain) => {
      const loads = chain.flatMap(({ call }) => joins.get(call) ?? []);
      return wideLock(context, chain, loads) ?? [];
    });
    return [...groupBy(found, ({ lock }) => placeKey(lock.location)).values()].map(([each]) =>
      findingOf(context, each),
    );
  },
};

interface WideLock {
  readonly lock: QueryStep;
  readonly joined: EagerLoadingCall;
  /** PostgreSQL refuses to lock the side of a join that may be missing. */
  readonly nullable: string | undefined;
}

function wideLock(
  context: RuleContext,
  chain: QueryChain,
  loads: readonly EagerLoadingCall[],
): WideLock | undefined {
  const lock = chain.findLast(({ method }) => method === "select_for_update");
  if (!lock || lock.root.context === "test") return undefined;
  const { arguments: positional, keywords } = lock.call;
  const isNarrow =
    positional.length > 2 || keywords.some(({ name }) => name === undefined || name.name === "of");
  const joined = loads.findLast(({ method }) => method === "select_related");
  if (isNarrow || !joined || joined.lookups.length === 0) return undefined;
  const nullable = joined.lookups.find(({ lookup }) =>
    resolvedLookup(context, { queryset: joined.queryset, lookup })?.relations.some((each) => each.nullable),
  );
  return { lock, joined, nullable: nullable?.lookup };
}

function findingOf(context: RuleContext, { joined, lock, nullable }: WideLock): Finding {
  const { location, queryset, symbol } = lock;
  const paths = joined.lookups.map(({ lookup }) => lookup);
  const raises = nullable !== undefined && usesPostgresql(context);
  const named = paths.map((path) => `"${path}"`).join(", ");
  return {
    ...findingBase(wideRowLock),
    level: raises ? "error" : levelInRoots(context, wideRowLock.level, [lock]),
    remedy: "query-shape",
    confidence: scoreOfQueryset(queryset) < 1 ? "medium" : "high",
    message: raises
      ? `select_for_update() with select_related("${nullable}") raises: PostgreSQL cannot lock rows that may be missing.`
      : `select_for_update() locks the joined rows of ${named}, too: whoever needs them waits.`,
    help: 'Add of=("self",) to lock the rows of the model alone.',
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    relationPaths: paths,
    evidence: [
      ...stepToQueryset(queryset),
      { message: `Joins ${named}`, location: joined.location },
      { message: "Locks the rows", location },
    ],
    fixes: ofFix(context, lock),
  };
}

function ofFix(context: RuleContext, { call, location: { path } }: QueryStep): readonly Fix[] {
  const parts = [...call.arguments, ...call.keywords];
  const end = Math.max(call.argumentsRange.start + 1, ...parts.map((part) => part.end));
  const rest = context.text(path).slice(end, call.argumentsRange.end);
  if (!/^\s*,?\s*\)$/.test(rest)) return [];
  const newText = `${parts.length > 0 ? ", " : ""}of=("self",)`;
  return [
    {
      title: 'Lock the rows of the model alone: of=("self",)',
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start: end, end }, newText }],
    },
  ];
}
