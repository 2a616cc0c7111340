/** How many querysets of real projects become SQL without the project's interpreter, and whether it is Django's. */
import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import { described, prepareProject, readJson, startableNames } from "./prepare-project.ts";
import { compareSql } from "./project-sql.ts";

/**
 * Those that rest on their own models. The others' models, forms and serializers are built on libraries that stand-ins
 * cannot be: they are counted, and held to nothing.
 */
const held = new Set(["dj-stripe", "django-helpdesk", "django-oscar", "mezzanine", "misago", "rdmo"]);

describe("SQL of the querysets of", () => {
  test.for(startableNames)("%s", async (name, { skip, task }) => {
    const project = await prepareProject(name).catch((error: unknown) => skipIfUnavailable(error, skip));
    const { outcomes, ...figures } = await compareSql(project);
    const different = outcomes.filter(({ verdict }) => verdict !== "equal" && verdict !== "rejected");
    const reasons = knownReasons(name);
    Object.assign(task.meta, {
      figures: {
        ...figures,
        others: different.map(({ place, verdict, own }) => ({
          place,
          verdict,
          reason: own.kind === "failed" ? own.error.kind : reasons[place],
        })),
      },
    });
    // With the expressions and their SQL, which are not ours to keep.
    if (process.env.QUERYSCOPE_DETAILS !== undefined)
      writeFileSync(
        `${process.env.QUERYSCOPE_DETAILS}/${name}.json`,
        JSON.stringify({ ...figures, outcomes: different }, null, 1),
      );
    console.log(name, JSON.stringify(figures));
    if (!held.has(name)) return;
    const { querysets, rejected, compiled, uncompared, equal } = figures;
    expect(compiled / (querysets - rejected)).toBeGreaterThanOrEqual(0.9);
    expect(equal / (compiled - uncompared)).toBeGreaterThanOrEqual(0.95);
    const compiledOnly = different.filter(({ verdict }) => verdict !== "refused").map(({ place }) => place);
    expect(Object.keys(reasons).toSorted(), "places with a reason").toEqual(compiledOnly.toSorted());
  });
});

/** By place, why SQL that Queryscope makes is not that of the project's environment: each one was looked at. */
function knownReasons(name: string): Readonly<Record<string, string>> {
  const file = described(name, "sql-differences.json");
  return existsSync(file) ? readJson(file) : {};
}
