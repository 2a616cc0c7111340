/** Writes that run once per round of a loop, one entry per place in the code. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { containsRange } from "../../base/text-range.ts";
import type { Loop, Write } from "../../interpret/facts.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { innerBlocks, someBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import { classOf, scoreOfContext } from "../confidence.ts";
import { placeKey } from "../finding-parts.ts";
import { type Multiplicity, multiplicityOf } from "../loop-weight.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isDeliberate } from "./deliberate-rounds.ts";
import { rarenessOf } from "./rare-rounds.ts";
import { waitsInRounds } from "./waiting-rounds.ts";

export interface WriteLoop {
  /** Of all ways on which the analysis came here, the one that tells most. */
  readonly write: Write;
  readonly all: readonly Write[];
  /** The innermost loop. */
  readonly loop: Loop;
  readonly multiplicity: Multiplicity;
  /** See `confidence.ts`. */
  readonly score: number;
}

/** For each call of a helper or method on the way from the loop to the write. */
const throughCall = 0.75;

/** Few of the rounds write. */
const fewRounds = 0.75;
/** The author has weighed it, or the rounds take longer for something else, and may still be glad to hear of the cost. */
const deliberate = 0.75;

const known = new AnswersOf<RuleContext, ReadonlyMap<Write["operation"], readonly WriteLoop[]>>();

/** Creates and saves, in the order in which the analysis came to them. */
export function writeLoops(context: RuleContext): readonly WriteLoop[] {
  return writeLoopsOf(context, "create", "save");
}

/** In the order in which the analysis came to them. */
export function writeLoopsOf(
  context: RuleContext,
  ...operations: readonly [Write["operation"], ...Write["operation"][]]
): readonly WriteLoop[] {
  let loops = known.get(context);
  if (!loops) {
    loops = groupBy(findWriteLoops(context), ({ write }) => groupOf(write));
    known.set(context, loops);
  }
  return [...new Set(operations.map((operation) => groupOf({ operation })))].flatMap(
    (group) => loops.get(group) ?? [],
  );
}

/** What creates a row on one way can save it on another. */
function groupOf({ operation }: Pick<Write, "operation">): Write["operation"] {
  return operation === "create" ? "save" : operation;
}

function findWriteLoops(context: RuleContext): readonly WriteLoop[] {
  const candidates = factsOfKind(context.facts, "write").flatMap((write) => {
    const writeLoop = writeLoopOf(context, write);
    return writeLoop && !isFallback(context, writeLoop) && !isRowOfForm(writeLoop) ? [writeLoop] : [];
  });
  const places = groupBy(candidates, ({ write }) => `${groupOf(write)} ${placeKey(write.location)}`);
  return [...places.values()].map((group) => ({
    ...group.reduce((best, other) => (isBetter(other, best) ? other : best)),
    all: group.map(({ write }) => write),
  }));
}

function writeLoopOf(context: RuleContext, write: Write): WriteLoop | undefined {
  const { innermostLoop: loop, operation, exceptional } = write;
  if (!loop || exceptional) return undefined;
  // What does not change with the loop does the same in every round; only inserts add another row.
  if (operation !== "create" && !write.varies.includes(loop.id)) return undefined;
  const multiplicity = multiplicityOf(write.loops);
  if (!multiplicity || leavesLoopAfter(write, loop)) return undefined;
  const rareness = rarenessOf(context, write, loop);
  if (rareness === "one") return undefined;
  const score =
    scoreOfContext(write) *
    throughCall ** Math.max(0, write.calls.length - loop.depth) *
    (rareness === "few" ? fewRounds : 1) *
    (isDeliberate(context, loop) || waitsInRounds(context.facts, loop) ? deliberate : 1);
  return { write, all: [write], loop, multiplicity, score };
}

/** On no way that was seen has the table a row for it already. */
export function isInsert({ all }: WriteLoop): boolean {
  return all.every(({ isNew }) => isNew);
}

/** Calls lead from the loop to the write. */
export function isThroughCall({ calls, innermostLoop }: Write): boolean {
  return innermostLoop !== undefined && calls.length > innermostLoop.depth;
}

function isBetter(candidate: WriteLoop, best: WriteLoop): boolean {
  if (classOf(candidate.score) !== classOf(best.score)) return candidate.score > best.score;
  return candidate.write.calls.length < best.write.calls.length;
}

/** `if found: task.save(); break`: there is one write at most. */
function leavesLoopAfter(write: Write, loop: Loop): boolean {
  if (loop.statement.kind !== "For" && loop.statement.kind !== "While") return false;
  const call = write.calls[loop.depth];
  const place = call ? call.location : write.location;
  return leavesAfter(loop.statement.body, place.range);
}

function leavesAfter(block: readonly Statement[], range: Write["location"]["range"]): boolean {
  const index = block.findIndex((statement) => containsRange(statement, range));
  const statement = block[index];
  if (!statement) return false;
  if (block.slice(index).some(({ kind }) => kind === "Break" || kind === "Return" || kind === "Raise"))
    return true;
  // Leaving an inner loop is something else.
  if (statement.kind === "For" || statement.kind === "While") return false;
  return innerBlocks(statement).some((inner) => leavesAfter(inner, range));
}

const bulkMethod = /^a?bulk_(create|update)$/;

/** `if bulk inserts return keys: … bulk_create(rows) else: for row in rows: row.save()` */
function isFallback({ project }: RuleContext, { write, loop: { location, statement } }: WriteLoop): boolean {
  if (groupOf(write) !== "save") return false;
  const module = project.program.moduleOfFile(location.path);
  if (!module || !mentions(module.file, /\bbulk_(create|update)\b/)) return false;
  return pathTo(module.file.tree, statement).some((around) => {
    if (!("kind" in around) || around.kind !== "If") return false;
    const others = innerBlocks(around).filter(
      (block) => !block.some((inner) => containsRange(inner, statement)),
    );
    return others.flat().some(callsBulkMethod);
  });
}

/** `for form in formset: row = form.save(commit=False); …; row.save()`: as many as somebody fills in on a page. */
function isRowOfForm({ write: { node }, loop: { statement } }: WriteLoop): boolean {
  const { function: save } = node;
  if (statement.kind !== "For" || statement.target.kind !== "Name") return false;
  if (save.kind !== "Attribute" || save.value.kind !== "Name") return false;
  const row = save.value.name;
  const form = statement.target.name;
  return someBlockStatement(
    statement.body,
    (inner) =>
      inner.kind === "Assign" &&
      inner.targets.some((target) => target.kind === "Name" && target.name === row) &&
      isSaveWithoutCommit(inner.value, form),
  );
}

function isSaveWithoutCommit(value: Expression, form: string): boolean {
  if (value.kind !== "Call" || value.function.kind !== "Attribute") return false;
  const { value: saved, attribute } = value.function;
  const commit = value.keywords.find(({ name }) => name?.name === "commit")?.value ?? value.arguments[0];
  return (
    attribute.name === "save" &&
    saved.kind === "Name" &&
    saved.name === form &&
    commit?.kind === "ConstantLiteral" &&
    commit.value === "False"
  );
}

function callsBulkMethod(statement: Statement): boolean {
  let found = false;
  walkExpressions(statement, (node) => {
    if (node.kind === "Attribute" && bulkMethod.test(node.attribute.name)) found = true;
    return !found;
  });
  return found;
}
