/**
 * The fixes of missing-index-filter under real Django: each gives its model exactly the index that the finding names,
 * changes nothing else of the model, passes Django's checks, and the database accepts it.
 */

import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type DjangoVersion, openDjango, skipIfUnavailable } from "../../support/django-environment.ts";
import { fixedFiles, type Section, type Spec } from "../../support/markdown-spec.ts";
import { loadSpecs, projectFiles } from "../../support/spec-files.ts";

interface Schema {
  readonly checks: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Columns and name, by model. */
  readonly indexes: Readonly<Record<string, readonly (readonly [readonly string[], string])[]>>;
  /** Names of the indexes in the database. */
  readonly created: readonly string[];
}

const script = fileURLToPath(new URL("./describe_schema.py", import.meta.url));
const spec = loadSpecs().find(({ title }) => title === "missing-index-filter");
const sections = spec?.sections.filter(({ fixes }) => fixes.length > 0) ?? [];
const versions: readonly DjangoVersion[] = ["4.2", "5.2"];

function projectOf(owner: Spec, files: Section["files"]): object {
  // Views may need packages that are not installed; the schema depends on the models alone.
  const needed = [...projectFiles(owner, files)].filter(([path]) => !path.endsWith("/views.py"));
  return { settings: `${owner.project}.settings`, files: Object.fromEntries(needed) };
}

describe.each(versions)("under Django %s", (version) => {
  let schemas: Readonly<Record<string, Schema>> = {};
  let unavailable: unknown;

  beforeAll(async () => {
    const django = await openDjango(version).catch((error: unknown) => {
      unavailable = error;
    });
    if (!django || !spec) return;
    const projects = sections.flatMap((section) =>
      section.fixes.slice(0, 1).flatMap((fix) => [
        [`${section.name} before`, projectOf(spec, section.files)],
        [`${section.name} after`, projectOf(spec, fixedFiles(section, fix))],
      ]),
    );
    schemas = (await django.run(script, Object.fromEntries(projects))) as typeof schemas;
  }, 10 * 60_000);

  for (const section of sections)
    test(section.name, ({ skip }) => {
      const { name } = section;
      if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
      const [before, after] = [schemas[`${name} before`], schemas[`${name} after`]];
      if (!before || !after) throw new Error("was not described");
      expect(after.checks).toEqual(before.checks);
      expect(after.options).toEqual(before.options);
      const added = Object.entries(after.indexes).flatMap(([model, indexes]) =>
        indexes.slice(before.indexes[model]?.length ?? 0),
      );
      expect(added).toHaveLength(section.files.reduce((sum, { errors }) => sum + errors.length, 0));
      for (const [columns, indexName] of added) {
        expect(columns).toHaveLength(1);
        expect(indexName.length).toBeLessThanOrEqual(30);
        expect(after.created).toContain(indexName);
      }
      expect(after.created).toHaveLength(before.created.length + added.length);
    });
});
