/**
 * Real projects under real Django: asks each for its listed endpoints, with rows of several sizes, and records the counts
 * in `NAME/measured.json`. What is recorded depends on the project and on Django only; estimates.long.ts holds the
 * analyser against it.
 */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import { growthOf } from "./compare-estimate.ts";
import {
  described,
  type Measurement,
  measureProject,
  prepareProject,
  projectNames,
} from "./prepare-project.ts";

describe("queries of", () => {
  test.for(projectNames)("%s", async (name, { skip, task }) => {
    const project = await prepareProject(name).catch((error: unknown) => skipIfUnavailable(error, skip));
    const measurement = await measureProject(project);
    writeFileSync(described(name, "measured.json"), formatMeasurement(measurement));
    const answered = measurement.endpoints.filter(({ result }) => result === 200);
    Object.assign(task.meta, {
      figures: {
        version: measurement.version,
        endpoints: measurement.endpoints.length,
        answered: answered.length,
        withoutShape: answered.filter(({ counts }) => !growthOf(counts).shape).map((each) => each.name),
        unpopulated: measurement.unpopulated,
      },
    });
    expect(answered.length).toBeGreaterThan(0);
  });
});

/** One line per endpoint, so that a change shows as such. */
function formatMeasurement({ version, endpoints, unpopulated }: Measurement): string {
  const lines = endpoints.map((endpoint) => `    ${JSON.stringify(endpoint)}`).join(",\n");
  return `{\n  "version": ${JSON.stringify(version)},\n  "endpoints": [\n${lines}\n  ],\n  "unpopulated": ${JSON.stringify(unpopulated)}\n}\n`;
}
