/** Fixes that prefetch with a queryset of their own what `prefetch_related("tasks")` alone would fetch too widely. */
import type { Model } from "../../django/model-graph.ts";
import { importName } from "../../edits/imports.ts";
import { hasPrefetchLookup, replacePrefetchLookup } from "../../edits/prefetch-lookups.ts";
import { extendQuerysetChain, quoteOf } from "../../edits/queryset-chain.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { RelationRead } from "../../interpret/facts.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import { noPaths, type Queryset } from "../../queryset/queryset.ts";
import type { Fix } from "../finding.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";
import { type EagerLoadingPlan, planEagerLoading } from "./eager-loading-plan.ts";
import { listPrefetch, listPrefetchEdits } from "./list-prefetch.ts";
import { rowAccessOfRead } from "./row-access.ts";

/** The related rows are read in slices only: each row needs the first few of them. */
export function readsSlices(reads: readonly RelationRead[]): boolean {
  return reads.every(({ operation }) => operation === "slice");
}

/** A prefetch of the slice, into a list. It takes the place of the one read that there is. */
export function slicedPrefetchFix(context: RuleContext, reads: readonly RelationRead[]): Fix | undefined {
  const [read, ...others] = reads;
  if (!read || others.some(({ node }) => node !== read.node)) return undefined;
  const { target: label } = read.relation;
  const target = label === undefined ? undefined : context.project.models.model(label);
  const access = rowAccessOfRead(context, read);
  const list = access && target && listPrefetch(context, access, plainQueryset(read.queryset, target));
  const edits = list && listPrefetchEdits(access, list, false);
  return (
    edits && {
      title: `Prefetch the slice: ${list.summary}`,
      safety: "unsafe",
      preferred: true,
      edits: inFile(read.location.path, edits),
    }
  );
}

/**
 * `Prefetch("tasks", queryset=Task.objects.select_related("assignee"))` joins what the plan would fetch with a query of
 * its own.
 */
export function joinedPrefetchFix(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  plan: EagerLoadingPlan,
): Fix | undefined {
  const code = codeAround(context, site.location);
  const [path, ...others] = plan.prefetch;
  // One nested path is clear enough to be rewritten; several would need an object each.
  if (!code || path === undefined || others.length > 0 || plan.select.length > 0) return undefined;
  const [head = "", ...tail] = path.split("__");
  const relation = queryset.model.relations.get(head);
  const target = relation?.target === undefined ? undefined : context.project.models.model(relation.target);
  if (!target || tail.length === 0) return undefined;
  const nested = planEagerLoading(context.project.models, plainQueryset(queryset, target), [tail]);
  if (nested.prefetch.length > 0 || nested.select.length === 0 || !nested.complete) return undefined;
  const isLiteral = hasPrefetchLookup(site.node, head);
  if (queryset.prefetch.has(head) && !isLiteral) return undefined;
  const model = modelName(context.project.program, code.module, target, code.scope);
  const prefetch = importName(code.module.file, "django.db.models", "Prefetch");
  if (!model || !prefetch || !target.defaultManager) return undefined;
  const { text } = code.module.file;
  const quote = quoteOf(text, site.node);
  const quoted = (name: string): string => quote + name + quote;
  const joined = `${model.expression}.${target.defaultManager}.select_related(${nested.select.map(quoted).join(", ")})`;
  const object = `${prefetch.expression}(${quoted(head)}, queryset=${joined})`;
  const replaced = isLiteral ? replacePrefetchLookup(site.node, head, object) : undefined;
  const extended = replaced
    ? [replaced]
    : extendQuerysetChain(text, site, {
        additions: [],
        code: [{ method: "prefetch_related", arguments: [object] }],
        columnsForOnly: [],
        managerName: site.kind === "model" ? queryset.model.defaultManager : undefined,
        chunkedIterator: queryset.streamed,
      });
  if (!extended) return undefined;
  return {
    title: `Join it into the prefetch: Prefetch("${head}", queryset=${target.name}…select_related(…))`,
    safety: queryset.combined || queryset.unknownOperations ? "unsafe" : "safe",
    preferred: false,
    edits: inFile(site.location.path, [...prefetch.edits, ...model.edits, ...extended]),
  };
}

/** A queryset of another model to which nothing was done yet. */
function plainQueryset(queryset: Queryset, model: Model): Queryset {
  return {
    ...queryset,
    model,
    select: noPaths,
    selectsAllNonNull: false,
    prefetch: new Map(),
    load: { kind: "all" },
    rows: "instances",
    locksRows: false,
    unknownOperations: false,
  };
}

function inFile(path: string, edits: readonly TextEdit[]): Fix["edits"] {
  return edits.map((edit) => ({ path, ...edit }));
}
