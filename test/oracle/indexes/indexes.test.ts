/**
 * The fixes of rules about indexes under real Django: each gives its model exactly the index that the finding names, or
 * takes one away, changes nothing else of the model, passes Django's checks, and the database accepts it.
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
  /** The statements that made the indexes of the database, by name. */
  readonly created: Readonly<Record<string, string>>;
}

const script = fileURLToPath(new URL("./describe_schema.py", import.meta.url));
/** By what a fix does to the number of declared indexes. */
const adding: ReadonlySet<string> = new Set([
  "generic-fk-index",
  "json-lookup-without-gin",
  "lookup-by-non-unique-field",
  "missing-composite-index",
  "missing-index-filter",
  "missing-index-order-by",
  "startswith-without-pattern-index",
  "tenant-index",
]);
const changing: ReadonlySet<string> = new Set([
  "low-selectivity-index",
  "redundant-index",
  "unindexed-fk",
  "wrong-functional-index",
]);
const cases = loadSpecs()
  .filter(({ title }) => adding.has(title) || changing.has(title))
  .flatMap((spec) =>
    spec.sections
      .filter(({ fixes }) => fixes.length > 0)
      // Classes for PostgreSQL need its driver.
      .filter((section) => !usesPostgres(section))
      // The edit of `Meta` has many forms, all of them in the first rule's specification.
      .slice(0, spec.title === "missing-index-filter" ? undefined : 1)
      .map((section) => ({ spec, section })),
  );
const versions: readonly DjangoVersion[] = ["4.2", "5.2"];

function usesPostgres({ files, fixes }: Section): boolean {
  const texts = [...files, ...fixes.flatMap((fix) => fix.files)].map(({ text }) => text);
  return texts.some((text) => text.includes("django.contrib.postgres"));
}

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
    if (!django) return;
    const projects = cases.flatMap(({ spec, section }) =>
      section.fixes.slice(0, 1).flatMap((fix) => [
        [`${spec.title} ${section.name} before`, projectOf(spec, section.files)],
        [`${spec.title} ${section.name} after`, projectOf(spec, fixedFiles(section, fix))],
      ]),
    );
    schemas = (await django.run(script, Object.fromEntries(projects))) as typeof schemas;
  }, 10 * 60_000);

  for (const { spec, section } of cases)
    test(`${spec.title} › ${section.name}`, ({ skip }) => {
      const name = `${spec.title} ${section.name}`;
      if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
      const [before, after] = [schemas[`${name} before`], schemas[`${name} after`]];
      if (!before || !after) throw new Error("was not described");
      expect(after.checks).toEqual(before.checks);
      expect(after.options).toEqual(before.options);
      if (changing.has(spec.title)) {
        expect(after.created).not.toEqual(before.created);
        return;
      }
      const added = Object.entries(after.indexes).flatMap(([model, indexes]) =>
        indexes.slice(before.indexes[model]?.length ?? 0),
      );
      const errors = section.files.flatMap((file) => file.errors);
      expect(added).toHaveLength(errors.length);
      for (const [, indexName] of added) {
        expect(indexName.length).toBeLessThanOrEqual(30);
        expect(Object.keys(after.created)).toContain(indexName);
      }
      expect(Object.keys(after.created)).toHaveLength(Object.keys(before.created).length + added.length);
    });
});
