import { groupBy } from "../../base/group-by.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import { atLeast } from "../../django/version.ts";
import type { OwnWrite } from "../../interpret/facts.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { isInRequestOrAdmin } from "../functions-in-requests.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { listsNames } from "../table-sizes.ts";
import { type Cascade, cascadesOf } from "./cascades.ts";

export const cascadeDeleteInRequest: FactRule = {
  kind: "facts",
  code: "QS313",
  name: "cascade-delete-in-request",
  summary: "A response waits while a row is deleted with the rows of many other tables",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const deletions = factsOfKind(context.facts, "singleWrite").flatMap(({ write }) =>
      write?.operation === "delete" && !write.exceptional ? [write] : [],
    );
    if (deletions.length === 0) return [];
    const inRequests = deletions.filter(({ root }) => isInRequestOrAdmin(context, root));
    return [...groupBy(inRequests, ({ location }) => placeKey(location)).values()].flatMap((writes) => {
      const [write] = writes;
      if (listsNames(context.facts, context.project, write.model)) return [];
      const cascades = cascadesOf(context.project, write.model);
      const heard = cascades.filter(({ model }) => isHeard(context, model.label));
      return cascades.length >= many || heard.length > 0 ? [findingOf(context, writes, cascades, heard)] : [];
    });
  },
};

/** Tables whose rows go along, from which on it takes its time. */
const many = 5;

/** Django loads each row for whoever listens to its deletion. */
function isHeard({ project: { program, models } }: RuleContext, label: string): boolean {
  return signalReceivers(program, models).all.some(
    ({ signal, sender }) => /(?:^|\.)(?:pre|post)_delete$/.test(signal) && sender?.label === label,
  );
}

/** How many rows hang on the one, only the data tell. */
const unknownRows = 0.7;

function findingOf(
  context: RuleContext,
  writes: readonly [OwnWrite, ...OwnWrite[]],
  cascades: readonly Cascade[],
  heard: readonly Cascade[],
): Finding {
  const [write] = writes;
  const { location, model, symbol } = write;
  const tables = cascades.length === 1 ? "another table" : `${cascades.length} other tables`;
  const [first] = heard;
  const listening = first ? `, and loads each ${first.model.name} for a receiver of its deletion` : "";
  const inDatabase = atLeast(context.django, 6, 1) ? ", or let the database do it with DB_CASCADE" : "";
  return {
    ...findingBase(cascadeDeleteInRequest),
    level: levelInRoots(context, cascadeDeleteInRequest.level, writes),
    remedy: "cascade",
    confidence: atMostHigh(classOf(scoreOfContext(write) * unknownRows)),
    message: `delete() of ${model.name} collects the rows of ${tables} that go with it${listening}: the response waits for all of them.`,
    help: `Mark the row as deleted and delete it in a task${inDatabase}.`,
    location,
    origin: location,
    symbol,
    model: model.label,
    accesses: [{ location, relationPath: "", code: cascadeDeleteInRequest.code }],
    evidence: [
      ...cascades
        .slice(0, shown)
        .flatMap(({ model: dependent, field }) =>
          field.location
            ? [{ message: `Goes along: ${dependent.name} by "${field.name}"`, location: field.location }]
            : [],
        ),
      { message: `Deletes: ${model.name}`, location },
    ],
  };
}

const shown = 10;
