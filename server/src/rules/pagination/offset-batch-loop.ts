import { groupBy } from "../../base/group-by.ts";
import { containsRange } from "../../base/text-range.ts";
import type { RootContext, RowList, RowSlice } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type BatchLoop, loopOfPaginator, loopOfSlice } from "./batch-loops.ts";
import { type IsTenant, isBounded } from "./bounded-rows.ts";
import { growthOf } from "./growing-models.ts";

export const offsetBatchLoop: FactRule = {
  kind: "facts",
  code: "QS608",
  name: "offset-batch-loop",
  summary: "A loop takes the rows of a table part by part, and each part reads all rows before it",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const batches = [...slices(context), ...paginators(context)];
    if (batches.length === 0) return [];
    const isTenant = tenantModels(context, queryShapes(context));
    return [...groupBy(batches, ({ fact }) => placeKey(fact.location)).values()].flatMap((group) => {
      const [first] = group;
      return first ? [findingOf(context, first, group, isTenant)] : [];
    });
  },
};

interface Batches {
  readonly fact: RowSlice | RowList;
  readonly queryset: Queryset;
  readonly loop: BatchLoop;
}

const ignored: ReadonlySet<RootContext> = new Set(["test"]);

function slices(context: RuleContext): readonly Batches[] {
  return factsOfKind(context.facts, "rowSlice").flatMap((fact) => {
    const loop = isConcerned(context, fact, fact.queryset) ? loopOfSlice(context, fact) : undefined;
    return loop ? [{ fact, queryset: fact.queryset, loop }] : [];
  });
}

/** In a request, the numbers of the pages are links. */
function paginators(context: RuleContext): readonly Batches[] {
  return factsOfKind(context.facts, "rowList").flatMap((fact) => {
    const { by, rows, root } = fact;
    if (by !== "paginator" || rows.kind !== "queryset") return [];
    if (root.context === "request" || root.context === "admin" || !isConcerned(context, fact, rows))
      return [];
    const loop = loopOfPaginator(context, fact);
    return loop ? [{ fact, queryset: rows, loop }] : [];
  });
}

function isConcerned(
  context: RuleContext,
  { location, root }: RowSlice | RowList,
  queryset: Queryset,
): boolean {
  return (
    isPython(location) &&
    !ignored.has(root.context) &&
    context.project.program.moduleOfFile(location.path)?.firstParty === true &&
    queryset.bound.kind === "none" &&
    queryset.rows !== "raw" &&
    growthOf(context, queryset.model) !== "fixed"
  );
}

/** The rows of one parent or one user may be few. */
const ofOneParent = 0.75;

function findingOf(
  context: RuleContext,
  { fact, queryset, loop }: Batches,
  group: readonly Batches[],
  isTenant: IsTenant,
): Finding {
  const { location, symbol } = fact;
  const { model } = queryset;
  const skips = queryset.filters.length > 0 && changesRows(context, queryset, loop, location.path);
  const score = scoreOfQueryset(queryset) * (isBounded(context, queryset, isTenant) ? ofOneParent : 1);
  return {
    ...findingBase(offsetBatchLoop),
    level: levelInRoots(
      context,
      offsetBatchLoop.level,
      group.map(({ fact }) => fact),
    ),
    remedy: "query-shape",
    confidence: atMostHigh(classOf(score)),
    message: `Each part of ${model.name} is found by its place: the database reads all rows before it again${skips ? ", and rows that the loop has changed move the others out of its way: it skips some" : ""}.`,
    help: 'Take the next rows behind the last key: filter(pk__gt=last).order_by("pk")[:1000]; or stream them with iterator(chunk_size=1000).',
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [
      ...stepToQueryset(queryset),
      { message: "The loop moves the part", location: { path: location.path, range: headOf(loop) } },
      { message: "The part is taken here", location },
    ],
  };
}

function headOf(loop: BatchLoop) {
  return loop.kind === "For"
    ? { start: loop.start, end: loop.iterable.end }
    : { start: loop.start, end: loop.test.end };
}

/** The loop writes rows of the table, which may not meet the conditions any more. */
function changesRows({ facts }: RuleContext, { model }: Queryset, loop: BatchLoop, path: string): boolean {
  return factsOfKind(facts, "write").some(
    (write) =>
      write.model.label === model.label &&
      (write.operation === "save" || write.operation === "update" || write.operation === "delete") &&
      [write.location, ...write.calls.map((call) => call.location)].some(
        (place) => place.path === path && containsRange(loop, place.range),
      ),
  );
}
