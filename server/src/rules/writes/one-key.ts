/** Writes of a queryset in a loop that concern the rows of one key in each round: `filter(pk=key)`. */
import { containsRange } from "../../base/text-range.ts";
import type { ModelGraph } from "../../django/model-graph.ts";
import type { Write } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { type Node, pathTo } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { comparedColumn } from "./compared-column.ts";
import { isAllThatRoundCalls } from "./helper-writes.ts";
import { roundsOf } from "./rounds.ts";
import type { WriteLoop } from "./write-loop.ts";

export function isForOneKey(context: RuleContext, writeLoop: WriteLoop): boolean {
  const { write } = writeLoop;
  const { program, models } = context.project;
  if (!isAllThatRoundCalls(context, writeLoop)) return false;
  if (handlesErrors(program, write) || worksOnModel(context, writeLoop)) return false;
  switch (write.receiver.kind) {
    case "queryset":
      return hasOneKey(models, write.receiver, write);
    case "manager":
      return write.receiver.related?.instance.varies.includes(writeLoop.loop.id) === true;
    default:
      return false;
  }
}

/** Each round has an answer to its own failure: a protected row is skipped, the others go. */
export function handlesErrors(
  program: PythonProgram,
  { calls, location, innermostLoop: loop }: Write,
): boolean {
  const places = [location, ...(loop ? calls.slice(loop.depth).map((call) => call.location) : [])];
  return places.some(({ path, range }) => {
    const tree = program.moduleOfFile(path)?.file.tree;
    const isAroundLoop = (node: Node): boolean =>
      path === loop?.location.path && containsRange(node, loop.statement);
    return (
      tree === undefined ||
      pathTo(tree, range).some(
        (node) =>
          "kind" in node &&
          node.kind === "Try" &&
          node.handlers.length > 0 &&
          !isAroundLoop(node) &&
          node.body.some((inner) => containsRange(inner, range)),
      )
    );
  });
}

/** Each round asks for rows of the model, makes or changes some: what it writes is a step of that. */
function worksOnModel({ facts }: RuleContext, { write: { model }, loop }: WriteLoop): boolean {
  const { read, saved } = roundsOf(facts, loop);
  return read.has(model.label) || saved.has(model.label);
}

/**
 * `filter(pk=key)`: of the conditions that change with the loop there is one, and it asks for a value. More than one
 * can't become `pk__in`, and conditions like `pk__in=chunk` are one query for many rows already.
 */
function hasOneKey(
  models: ModelGraph,
  { model, filters, related, bound }: Queryset,
  { loops }: Write,
): boolean {
  if (bound.kind === "slice" || bound.kind === "empty") return false;
  const changes = (varies: LoopSet): boolean => loops.some(({ id }) => varies.includes(id));
  const changing = filters.filter(({ varies }) => changes(varies));
  const isOfRow = related !== undefined && changes(related.instance.varies);
  if (isOfRow) return changing.length === 0;
  const [only, ...others] = changing;
  if (!only?.lookup || others.length > 0 || only.method !== "filter") return false;
  return comparedColumn(models, model, only.lookup) !== undefined;
}
