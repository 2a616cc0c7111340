/** Each live check has a case on a real server where it finds something, and one where it finds nothing. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { liveChecks } from "../../server/src/audit/live-measurements.ts";

type Case = readonly [file: string, title: string];

const tidy: Case = ["postgres-checks", "that are well kept have nothing to report"];
const untidy: Case = ["postgres-checks", "that are not are named with their models"];
const good: Case = ["redis-checks", "has nothing to report"];
const full: Case = ["redis-checks", "finds nothing in a cache, in a memory that is full"];
const neglected: Case = ["redis-checks", "drops tasks, keeps nothing, and nobody works"];

/** Titles of tests that name the check. */
const cases: Readonly<Record<string, { readonly finds: Case; readonly findsNothing: Case }>> = {
  QS880: {
    finds: ["postgres-checks", "are held against the memory of the machine"],
    findsNothing: ["postgres-checks", "are held against the memory of the machine"],
  },
  QS881: {
    finds: ["postgres-checks", "of the planner are those of disks that turn, unless they are set"],
    findsNothing: ["postgres-checks", "of the planner are those of disks that turn, unless they are set"],
  },
  QS882: { finds: ["postgres-checks", "that fill the server, or stay in a transaction"], findsNothing: tidy },
  QS883: { finds: untidy, findsNothing: tidy },
  QS884: { finds: untidy, findsNothing: tidy },
  QS885: {
    finds: untidy,
    findsNothing: ["postgres-deployment", "statements that take no time have nothing to report"],
  },
  QS886: { finds: untidy, findsNothing: tidy },
  QS887: {
    finds: ["postgres-deployment", "that stopped replaying is behind, as the primary and the replica see it"],
    findsNothing: ["postgres-deployment", "that has everything is not behind"],
  },
  QS888: { finds: untidy, findsNothing: tidy },
  QS889: { finds: untidy, findsNothing: tidy },
  QS890: { finds: full, findsNothing: good },
  QS891: { finds: full, findsNothing: good },
  QS892: { finds: neglected, findsNothing: good },
  QS893: { finds: neglected, findsNothing: good },
  QS894: { finds: full, findsNothing: good },
  QS895: { finds: ["celery-checks", "a queue fills, and nobody works"], findsNothing: good },
  QS896: {
    finds: ["celery-checks", "a worker empties it, and a tenth of the tasks fail"],
    findsNothing: good,
  },
  QS897: { finds: ["celery-checks", "a queue fills, and nobody works"], findsNothing: good },
  QS898: { finds: full, findsNothing: good },
};

it("every check has both", () => {
  expect(Object.keys(cases)).toEqual(liveChecks.map(({ code }) => code));
});

it.each(
  Object.entries(cases).flatMap(([code, { finds, findsNothing }]) => [
    { code, file: finds[0], title: finds[1] },
    { code, file: findsNothing[0], title: findsNothing[1] },
  ]),
)("$code is looked at in $file: $title", ({ code, file, title }) => {
  const text = readFileSync(new URL(`./${file}.test.ts`, import.meta.url), "utf8");
  const [, body = ""] = text.split(`it("${title}"`);
  expect(body.split(/\n {0,2}it\(/)[0]).toContain(`"${code}`);
});
