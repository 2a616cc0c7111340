/**
 * All rules about indexes and migrations, where somebody has counted the rows of the tables that they speak of: the
 * specs' own projects, once with small tables and once with big ones.
 */
import { describe, expect, test } from "vitest";
import { rules } from "../../server/src/rules/registry.ts";
import type { Section, Spec } from "../support/markdown-spec.ts";
import { loadSpecs, projectFiles } from "../support/spec-files.ts";
import { analyzeFiles } from "./analyze-files.ts";

const aboutTables = new Set(rules.filter(({ code }) => code.startsWith("QS5")).map(({ name }) => name));

for (const spec of loadSpecs().filter(({ title }) => aboutTables.has(title))) {
  describe(spec.title, () => {
    for (const section of spec.sections.filter(isUncounted)) {
      test(section.name, async () => {
        const models = (await findingsOf(spec, section, {})).flatMap(({ model }) => model ?? []);
        const counted = (rows: number) => Object.fromEntries(models.map((model) => [model, rows]));
        expect(await findingsOf(spec, section, counted(200)), "small tables").toEqual([]);
        for (const finding of await findingsOf(spec, section, counted(2_000_000))) {
          const { model } = finding;
          expect(finding).toMatchObject({ model, tableRows: 2_000_000 });
          expect(finding.level, `of ${model}`).not.toBe("info");
        }
      });
    }
  });
}

/** Its findings don't rest on rows that it states itself. */
function isUncounted({ files, configuration = "" }: Section): boolean {
  return files.some(({ errors }) => errors.length > 0) && !/^\[table-rows\]|^select\b/m.test(configuration);
}

async function findingsOf(spec: Spec, section: Section, rows: Readonly<Record<string, number>>) {
  const files = new Map(projectFiles(spec, section.files));
  const { djangoVersions: [version] = ["5.2"], configuration = "" } = section;
  const counted = Object.entries(rows).map(([model, count]) => `${JSON.stringify(model)} = ${count}`);
  if (!files.has("requirements.txt")) files.set("requirements.txt", `Django==${version}\n`);
  files.set(
    "queryscope.toml",
    [`select = ["${spec.title}"]`, configuration, "[table-rows]", ...counted].join("\n"),
  );
  return (await analyzeFiles(files)).findings;
}
