import { AnswersOf } from "../../base/answers-of.ts";
import type { TextRange } from "../../base/text-range.ts";
import { isToOne } from "../../django/model-graph.ts";
import type { Fact, RelationRead, Write } from "../../interpret/facts.ts";
import { mayWrite } from "../../interpret/querysets/repeated-queries.ts";
import { isExpression } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";
import { leavesStaleCopies } from "./stale-copies.ts";

const changing: ReadonlySet<Write["operation"]> = new Set([
  "add",
  "create",
  "delete",
  "getOrCreate",
  "remove",
  "set",
  "update",
]);

/** The loop changes related rows before it reads them: what was fetched before the loop would be out of date. */
export function isChangedBefore(context: RuleContext, read: RelationRead): boolean {
  const { changes, positions } = changesIn(context.facts);
  if (read.relation.kind === "genericForeignKey" && isToldToWrite(context, read)) return true;
  const writes = read.loops.flatMap(({ id }) => changes.get(id) ?? []);
  if (isToOne(read.relation)) return leavesStaleCopies(context, read, writes);
  const { kind } = read.relation;
  if ((kind === "manyToMany" || kind === "reverseManyToMany") && leavesStaleCopies(context, read, writes))
    return true;
  const position = positions.get(read) ?? -1;
  return read.loops.some(({ id }) =>
    changes
      .get(id)
      ?.some(
        (write) =>
          changing.has(write.operation) &&
          write.root.symbol === read.root.symbol &&
          write.model.label === read.relation.target &&
          (positions.get(write) ?? position) < position,
      ),
  );
}

/** `revision.content_object.publish()`: of whatever model it is, the next row with the same object needs its new state. */
function isToldToWrite(context: RuleContext, { node, location }: RelationRead): boolean {
  const around = codeAround(context, location)?.path ?? [];
  return around.some(
    (method) =>
      isExpression(method) &&
      method.kind === "Call" &&
      method.function.kind === "Attribute" &&
      isSamePlace(method.function.value, node) &&
      mayWrite.test(method.function.attribute.name),
  );
}

function isSamePlace(first: TextRange, second: TextRange): boolean {
  return first.start === second.start && first.end === second.end;
}

interface Changes {
  /** By loop. */
  readonly changes: ReadonlyMap<number, readonly Write[]>;
  /** Facts are in the order in which things happen. */
  readonly positions: ReadonlyMap<Fact, number>;
}

const known = new AnswersOf<readonly Fact[], Changes>();

function changesIn(facts: readonly Fact[]): Changes {
  const before = known.get(facts);
  if (before) return before;
  const changes = new Map<number, Write[]>();
  const positions = new Map<Fact, number>();
  for (const [index, fact] of facts.entries()) {
    if (fact.kind === "relationRead") positions.set(fact, index);
    if (fact.kind !== "write") continue;
    positions.set(fact, index);
    for (const { id } of fact.loops) {
      const inLoop = changes.get(id);
      if (inLoop) inLoop.push(fact);
      else changes.set(id, [fact]);
    }
  }
  const result = { changes, positions };
  known.set(facts, result);
  return result;
}
