/**
 * Runs the analyser on the Markdown specs; see README.md. `QUERYSCOPE_MDTEST=text` chooses sections,
 * `QUERYSCOPE_MDTEST_UPDATE=1` writes the fixed code into the specs.
 */
import { afterAll, describe, expect, test } from "vitest";
import { loadSpecs } from "../support/spec-files.ts";
import { SpecUpdate } from "../support/spec-update.ts";
import { analyzeFiles } from "./analyze-files.ts";
import { checkSection } from "./check-section.ts";
import { commentedSections, complaintsAboutComments } from "./kept-comments.ts";
import { defaultVersion, filesOf } from "./section-project.ts";

const updating = process.env.QUERYSCOPE_MDTEST_UPDATE === "1";
const update = new SpecUpdate();

for (const spec of loadSpecs()) {
  describe(spec.title, () => {
    for (const section of spec.sections) {
      test.each(section.djangoVersions ?? [defaultVersion])(
        `${section.name} (Django %s)`,
        async (version) => {
          const { complaints, fixed } = await checkSection(
            section,
            filesOf(spec, section, version),
            analyzeFiles,
          );
          if (updating) for (const { file, text } of fixed) update.setText(spec, file, text);
          if (complaints.length > 0) expect.fail(`${spec.path}:${section.line}\n${complaints.join("\n")}`);
        },
      );
    }
    const [fixed] = commentedSections(spec);
    if (fixed) {
      test(`${fixed.name}: the fixes keep all comments`, async () => {
        const version = fixed.djangoVersions?.at(-1) ?? defaultVersion;
        expect(await complaintsAboutComments(fixed, filesOf(spec, fixed, version))).toEqual([]);
      });
    }
  });
}

afterAll(() => {
  if (updating) update.write();
});
