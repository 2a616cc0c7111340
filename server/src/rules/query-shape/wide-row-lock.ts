import { groupBy } from "../../base/group-by.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { EagerLoadingCall, RowsUse } from "../../interpret/facts.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots, lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { usesPostgresql } from "./column-searches.ts";
import { isOutsideOfTransactions } from "./lock-transaction.ts";
import { chainOf, type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";
import { takesFromQueue } from "./queue-lock.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export const wideRowLock: FactRule = {
  kind: "facts",
  code: "QS233",
  name: "wide-row-lock",
  summary:
    "select_for_update() locks rows of joined tables, stands outside of transactions, or lets a queue wait",
  level: "warning",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const engines = databaseEngines(context.project.settings);
    // SQLite has no row locks.
    if (usesOnly(engines, "sqlite")) return [];
    const isMysql = usesOnly(engines, "mysql");
    const joins = groupBy(factsOfKind(context.facts, "eagerLoading"), ({ call }) => call);
    const found = queryChains(context).flatMap((chain) => {
      const loads = chain.flatMap(({ call }) => joins.get(call) ?? []);
      return wideLock(context, chain, loads) ?? [];
    });
    return [
      // Older MySQL and MariaDB know neither "of" nor, for long, "skip_locked".
      ...(isMysql
        ? []
        : [...groupBy(found, ({ lock }) => placeKey(lock.location)).values()].map(([each]) =>
            findingOf(context, each),
          )),
      ...lockedUses(context, isMysql),
    ];
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
    level: levelInRoots(context, raises ? "error" : wideRowLock.level, [lock]),
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

/** What fetches rows. `count()` locks none, whatever was asked before. */
const fetching: ReadonlySet<string> = new Set(["iterate", "list", "get", "first", "last", "index"]);

/** Rows that are fetched outside of a transaction, and those that are taken from a queue; each place once. */
function lockedUses(context: RuleContext, isMysql: boolean): readonly Finding[] {
  const uses = factsOfKind(context.facts, "rowsUse").filter(
    ({ fromCache, operation, queryset, root }) =>
      queryset.locksRows && !fromCache && fetching.has(operation) && root.context !== "test",
  );
  const found = uses.flatMap((use): readonly Finding[] => {
    const chain = chainOf(context, use.queryset);
    const lock = chain?.findLast(({ method }) => method === "select_for_update");
    if (!chain || !lock) return [];
    if (isOutsideOfTransactions(context, use)) return [outsideFinding(context, use, lock, isMysql)];
    return !isMysql && takesFromQueue(context, use, chain, lock) ? [queueFinding(context, use, lock)] : [];
  });
  return [...groupBy(found, ({ location }) => placeKey(location)).values()].map(([first]) => first);
}

function outsideFinding(context: RuleContext, use: RowsUse, lock: QueryStep, isMysql: boolean): Finding {
  const { location, queryset, root, symbol } = use;
  const raises = isMysql || usesPostgresql(context);
  return {
    ...findingBase(wideRowLock),
    level: levelInRoots(context, raises ? "error" : wideRowLock.level, [use]),
    remedy: "query-shape",
    confidence: raises && scoreOfQueryset(queryset) === 1 ? "high" : "medium",
    message: `No transaction is open where select_for_update() fetches rows of ${queryset.model.name}: Django raises TransactionManagementError.`,
    help: "Open one that lasts until the rows are written: with transaction.atomic(): …",
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: [
      { message: `${root.symbol} starts without a transaction`, location: root.location },
      { message: "Locks the rows", location: lock.location },
      { message: "Fetches them", location },
    ],
  };
}

function queueFinding(context: RuleContext, use: RowsUse, lock: QueryStep): Finding {
  const { location, queryset, symbol } = use;
  return {
    ...findingBase(wideRowLock),
    level: levelInRoots(context, lowered(wideRowLock.level), [use]),
    remedy: "query-shape",
    // One worker waits for nobody.
    confidence: "medium",
    message: `Each worker locks the next ${queryset.model.name}: all others wait for the one that has it.`,
    help: "Add skip_locked=True, so that a worker takes a row that nobody else works on.",
    location: lock.location,
    origin: lock.location,
    symbol,
    model: queryset.model.label,
    evidence: [
      { message: "Locks the rows", location: lock.location },
      { message: "Takes the first", location },
    ],
    fixes: addedArgument(context, lock, "skip_locked=True", "Pass over rows that somebody else has locked"),
  };
}

function ofFix(context: RuleContext, lock: QueryStep): readonly Fix[] {
  return addedArgument(context, lock, 'of=("self",)', "Lock the rows of the model alone");
}

function addedArgument(
  context: RuleContext,
  { call, location: { path } }: QueryStep,
  argument: string,
  title: string,
): readonly Fix[] {
  const parts = [...call.arguments, ...call.keywords];
  const end = Math.max(call.argumentsRange.start + 1, ...parts.map((part) => part.end));
  const rest = context.text(path).slice(end, call.argumentsRange.end);
  if (!/^\s*,?\s*\)$/.test(rest)) return [];
  const newText = `${parts.length > 0 ? ", " : ""}${argument}`;
  return [
    {
      title: `${title}: ${argument}`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start: end, end }, newText }],
    },
  ];
}
