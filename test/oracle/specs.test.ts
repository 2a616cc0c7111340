/**
 * Executes the Markdown specs under real Django: the counts of queries that they state are measured, and every fix is
 * applied and executed again. `QUERYSCOPE_MDTEST=text` chooses sections, `QUERYSCOPE_MDTEST_UPDATE=1` writes the
 * measured counts into the specs.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DjangoVersion,
  djangoVersions,
  openDjango,
  skipIfUnavailable,
} from "../support/django-environment.ts";
import { fixedFiles, type Section, type Spec } from "../support/markdown-spec.ts";
import { loadSpecs } from "../support/spec-files.ts";
import { SpecUpdate } from "../support/spec-update.ts";
import { compareWithOriginal, compareWithSpec, measuredShapes } from "./compare-outcomes.ts";
import { type JobOutcome, jobId, measureSpecs, type Purpose, variantName } from "./measure-specs.ts";
import { missingSavings } from "./saved-queries.ts";

interface Chosen {
  readonly spec: Spec;
  readonly section: Section;
}

type OutcomeOf = (variant: string) => JobOutcome | undefined;

const defaultVersions: readonly string[] = ["4.2", "5.2"];
const updating = process.env.QUERYSCOPE_MDTEST_UPDATE === "1";
const setUpLimitMs = 30 * 60_000;

const all: readonly Chosen[] = loadSpecs().flatMap((spec) =>
  spec.sections.map((section) => ({ spec, section })),
);

for (const version of djangoVersions) {
  const chosen = all.filter(({ section }) => (section.djangoVersions ?? defaultVersions).includes(version));
  if (chosen.length > 0) describe(`under Django ${version}`, () => testUnder(version, chosen));
}

/** The newest version of a section determines how its counts grow; the others confirm it. */
function purposeUnder(version: DjangoVersion, { section }: Chosen): Purpose {
  return (section.djangoVersions ?? defaultVersions).at(-1) === version ? "determine" : "confirm";
}

function testUnder(version: DjangoVersion, chosen: readonly Chosen[]): void {
  let outcomes: ReadonlyMap<string, JobOutcome> = new Map();
  let unavailable: unknown;

  beforeAll(async () => {
    const django = await openDjango(version).catch((error: unknown) => {
      unavailable = error;
    });
    if (!django) return;
    const purposes: readonly Purpose[] = ["determine", "confirm"];
    const measured = [];
    for (const purpose of purposes) {
      const some = chosen.filter((each) => purposeUnder(version, each) === purpose);
      if (some.length > 0) measured.push(...(await measureSpecs(django, some, purpose)));
    }
    outcomes = new Map(measured);
  }, setUpLimitMs);

  for (const each of chosen) {
    const { spec, section } = each;
    test(`${spec.title} › ${section.name}`, ({ skip }) => {
      if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
      const outcomeOf: OutcomeOf = (variant) => outcomes.get(jobId(spec, section, variant));
      const complaints = complaintsAbout(each, outcomeOf, purposeUnder(version, each));
      if (complaints.length > 0) expect.fail(`${spec.path}:${section.line}\n${complaints.join("\n")}`);
    });
  }

  afterAll(() => {
    if (updating) {
      const determined = chosen.filter((each) => purposeUnder(version, each) === "determine");
      updateCounts(determined, outcomes);
    }
  });
}

function complaintsAbout(
  { spec, section }: Chosen,
  outcomeOf: OutcomeOf,
  purpose: Purpose,
): readonly string[] {
  if (section.files.every((file) => file.measures.length === 0)) return [];
  const original = outcomeOf("original");
  const complaints = [...compareWithSpec(section.files, original, purpose)];
  for (const variant of section.fixes) {
    const name = variantName(variant.title);
    const files = fixedFiles(section, variant);
    const fixed = outcomeOf(name);
    for (const complaint of [
      ...compareWithSpec(files, fixed, purpose),
      ...compareWithOriginal(section, files, original, fixed),
      ...missingSavings(section, variant, spec, files, original, fixed),
    ]) {
      complaints.push(`${name}: ${complaint}`);
    }
  }
  return complaints;
}

function updateCounts(chosen: readonly Chosen[], outcomes: ReadonlyMap<string, JobOutcome>): void {
  const update = new SpecUpdate();
  for (const { spec, section } of chosen) {
    const variants = section.fixes.map(({ title, files }) => ({ name: variantName(title), files }));
    for (const { name, files } of [{ name: "original", files: section.files }, ...variants]) {
      const job = outcomes.get(jobId(spec, section, name));
      if (job) update.setMeasured(spec, measuredShapes(files, job));
    }
  }
  update.write();
}
