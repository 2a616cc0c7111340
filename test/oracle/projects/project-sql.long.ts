/** How many querysets of real projects become SQL without the project's interpreter, and whether it is Django's. */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import { prepareProject, projectNames } from "./prepare-project.ts";
import { compareSql } from "./project-sql.ts";

describe("SQL of the querysets of", () => {
  test.for(projectNames)("%s", async (name, { skip, task }) => {
    const project = await prepareProject(name).catch((error: unknown) => skipIfUnavailable(error, skip));
    const { outcomes, ...figures } = await compareSql(project);
    const different = outcomes.filter(({ verdict }) => verdict !== "equal" && verdict !== "rejected");
    Object.assign(task.meta, {
      figures: {
        ...figures,
        others: different.map(({ place, verdict, own }) => ({
          place,
          verdict,
          reason: own.kind === "failed" ? own.error.kind : undefined,
        })),
      },
    });
    if (process.env.QUERYSCOPE_DETAILS !== undefined)
      writeFileSync(
        `${process.env.QUERYSCOPE_DETAILS}/${name}.json`,
        JSON.stringify({ ...figures, outcomes: different }, null, 1),
      );
    const counted = figures.querysets - figures.rejected;
    console.log(name, JSON.stringify(figures));
    expect(figures.compiled / counted).toBeGreaterThanOrEqual(0.9);
  });
});
