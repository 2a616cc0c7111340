import { groupBy } from "../../base/group-by.ts";
import { atLeast } from "../../django/version.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { For } from "../../syntax/ast.ts";
import { pathTo, walk } from "../../syntax/walk.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { lowered } from "../levels.ts";
import { isWrittenInLoop } from "../n-plus-one/loop-writes.ts";
import { isOfUsers } from "../pagination/growing-models.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { usesPostgresql } from "./column-searches.ts";
import { mayGrow } from "./growing-tables.ts";

export const missingIterator: FactRule = {
  kind: "facts",
  code: "QS218",
  name: "missing-iterator",
  summary: "Batch code keeps all rows of a table in memory to go through them once",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const uses = factsOfKind(context.facts, "rowsUse").filter((use) => holdsManyRows(context, use));
    return [...groupBy(uses, ({ location }) => placeKey(location)).values()].flatMap((group) => {
      const loop = loopOver(context, group[0]);
      return loop && group.every(({ queryset }) => queryset.result.reused !== true)
        ? findingsOf(context, group, loop)
        : [];
    });
  },
};

const batchContexts: ReadonlySet<RowsUse["root"]["context"]> = new Set(["task", "command", "migration"]);

function holdsManyRows(context: RuleContext, use: RowsUse): boolean {
  const { around, fromCache, location, loops, operation, queryset, root } = use;
  const { bound, filters, model, prefetch, related, rows, streamed, unknownOperations } = queryset;
  return (
    operation === "iterate" &&
    !fromCache &&
    batchContexts.has(root.context) &&
    isPython(location) &&
    loops.length + around.length === 0 &&
    rows === "instances" &&
    bound.kind === "none" &&
    !streamed &&
    !unknownOperations &&
    !queryset.united &&
    related === undefined &&
    // Before that, it drops what is prefetched.
    (prefetch.size === 0 || atLeast(context.django, 4, 1)) &&
    filters.every(({ lookup }) => lookup === undefined || !/^(?:pk|id)(?:__in)?$|__in$/.test(lookup)) &&
    mayGrow(context, model)
  );
}

/** `for task in tasks:`, where the rows are not kept by the loop itself. */
function loopOver(context: RuleContext, { location, queryset }: RowsUse): For | undefined {
  const module = context.project.program.moduleOfFile(location.path);
  const path = module ? pathTo(module.file.tree, location.range) : [];
  const loop = path.findLast((node): node is For => "kind" in node && node.kind === "For");
  if (!loop || loop.async || loop.iterable !== path.at(-1) || keepsRows(loop)) return undefined;
  // What other databases do with rows that change under an open cursor is not defined.
  const isWritten = isWrittenInLoop(context.facts, loop, queryset.model.label);
  return isWritten && !usesPostgresql(context) ? undefined : loop;
}

/** `found.append(task)`, `tasks_by_id[task.pk] = task` */
function keepsRows({ body, target }: For): boolean {
  if (target.kind !== "Name") return false;
  const isRow = (node: { readonly kind: string } | undefined): boolean =>
    node?.kind === "Name" && (node as typeof target).name === target.name;
  return body.some((statement) => {
    let keeps = false;
    walk(statement, (node) => {
      if (!("kind" in node)) return !keeps;
      if (node.kind === "Yield") keeps = true;
      if (node.kind === "Call" && node.function.kind === "Attribute") {
        keeps ||=
          /^(?:append|add|setdefault|put)$/.test(node.function.attribute.name) && node.arguments.some(isRow);
      }
      if (node.kind === "Assign" && isRow(node.value)) {
        keeps ||= node.targets.some(({ kind }) => kind === "Subscript" || kind === "Attribute");
      }
      return !keeps;
    });
    return keeps;
  });
}

function findingsOf(
  context: RuleContext,
  group: readonly [RowsUse, ...RowsUse[]],
  { iterable }: For,
): readonly Finding[] {
  const [use] = group;
  const { location, queryset, symbol } = use;
  const { model } = queryset;
  const isWhole = queryset.filters.length === 0 && scoreOfQueryset(queryset) === 1;
  const at = { start: iterable.end, end: iterable.end };
  const isSimple = iterable.kind === "Call" || iterable.kind === "Name" || iterable.kind === "Attribute";
  return [
    {
      ...findingBase(missingIterator),
      // That requests lead there, too, is no batch, and no reason to count more than a command.
      level: group.some(({ root }) => root.context === "task")
        ? missingIterator.level
        : lowered(missingIterator.level),
      remedy: "query-shape",
      // Owners and configurations that somebody enters stay few.
      confidence: isWhole && isOfUsers(context, model) ? "high" : "medium",
      message: `The loop keeps every ${model.name}${isWhole ? "" : " that matches"} in memory at once, to go through them once.`,
      help: '"iterator()" fetches them in parts.',
      location,
      origin: location,
      symbol,
      model: model.label,
      evidence: [
        ...stepToQueryset(queryset),
        ...stepsTo(use),
        { message: `Goes through ${use.text}`, location },
      ],
      fixes: isSimple
        ? [
            {
              title: 'Add "iterator(chunk_size=2000)"',
              safety: "unsafe",
              preferred: true,
              edits: [{ path: location.path, range: at, newText: ".iterator(chunk_size=2000)" }],
            },
          ]
        : [],
    },
  ];
}
