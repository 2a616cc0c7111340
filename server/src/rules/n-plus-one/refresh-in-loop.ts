import { groupBy } from "../../base/group-by.ts";
import type { ObjectQuery, Write } from "../../interpret/facts.ts";
import { walk } from "../../syntax/walk.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";
import { objectQueryFinding } from "./object-query-finding.ts";

export const refreshInLoop: FactRule = {
  kind: "facts",
  code: "QS126",
  name: "refresh-in-loop",
  summary: "Rows are read again one by one",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const writes = factsOfKind(context.facts, "write");
    const refreshes = factsOfKind(context.facts, "objectQuery").filter(
      (query) =>
        query.purpose === "refresh" &&
        !query.exceptional &&
        multiplicityOf(query.loops) &&
        query.conditions === 0 &&
        comesFirst(query) &&
        !writes.some((write) => isInSameLoop(write, query)),
    );
    return [...groupBy(refreshes, ({ location }) => placeKey(location)).values()].map(([refresh]) =>
      objectQueryFinding(context, refresh, {
        ...findingBase(refreshInLoop),
        message: `"${refresh.text}" reads one ${refresh.model.name} again in each round`,
        help: `Read them again at once, before the loop: "in_bulk()" with their keys.`,
        queriesPerRow: 1,
        queriesAfter: 2,
      }),
    );
  },
};

/** A round that writes may change what a later round, or this one, has to read again. */
function isInSameLoop({ innermostLoop, loops }: Write, { loops: own }: ObjectQuery): boolean {
  return own.some((loop) => loop === innermostLoop || loops.includes(loop));
}

/** What a round has done with its row before, code elsewhere included, may be what the row has to be read again for. */
function comesFirst({ calls, location, loops }: ObjectQuery): boolean {
  const loop = loops.at(-1);
  if (!loop || calls.length > loop.depth || !("kind" in loop.statement)) return false;
  if (loop.statement.kind !== "For") return loop.statement.kind === "Comprehension";
  const before = loop.statement.body.filter(({ end }) => end <= location.range.start);
  return !before.some((statement) => {
    let hasCall = false;
    walk(statement, (node) => {
      hasCall ||= "kind" in node && node.kind === "Call";
      return !hasCall;
    });
    return hasCall;
  });
}
