/** All sections; `npm test` asks this of the first one of each spec that has fixes. */
import { describe, expect, test } from "vitest";
import { loadSpecs } from "../support/spec-files.ts";
import { commentedSections, complaintsAboutComments } from "./kept-comments.ts";
import { defaultVersion, filesOf } from "./section-project.ts";

for (const spec of loadSpecs()) {
  const fixed = commentedSections(spec);
  if (fixed.length === 0) continue;
  describe(`${spec.title}: fixes keep all comments`, () => {
    test.each(fixed.map((section) => [section.name, section] as const))("%s", async (_, section) => {
      const version = section.djangoVersions?.at(-1) ?? defaultVersion;
      expect(await complaintsAboutComments(section, filesOf(spec, section, version))).toEqual([]);
    });
  });
}
