/** Compares what was measured with what a spec promises. Each complaint is one readable line. */
import { isDeepStrictEqual } from "node:util";
import type { Section, SpecFile } from "../support/markdown-spec.ts";
import {
  confirmingSizes,
  evaluateShape,
  firstSizes,
  fitShape,
  formatShape,
  grandchildrenStage,
  growthStage,
  type Shape,
  type Size,
  stages,
} from "../support/query-shape.ts";
import type { Measure } from "../support/spec-assertions.ts";
import { entryName, type JobOutcome, type Outcomes, type Purpose, sizeName } from "./measure-specs.ts";
import { isAboutDatabaseWork } from "./saved-queries.ts";

const sizes: readonly Size[] = [...firstSizes, ...stages.flatMap((stage) => stage.sizes)];

/** A size at which a fix must not cost more than what it replaces. */
const large = { n: 100, m: 20, k: 10 };

export interface Measured {
  readonly file: SpecFile;
  readonly measure: Measure;
  readonly shape: Shape | undefined;
}

/** The shapes that the calls of a job turned out to have; undefined for those without one, or that raise. */
export function measuredShapes(files: readonly SpecFile[], job: JobOutcome): readonly Measured[] {
  if ("error" in job) return [];
  return files.flatMap((file) =>
    file.measures.map((measure) => {
      const outcomes = job.entries[entryName(file, measure.name)];
      return { file, measure, shape: outcomes && shapeOf(outcomes) };
    }),
  );
}

export function compareWithSpec(
  files: readonly SpecFile[],
  job: JobOutcome | undefined,
  purpose: Purpose,
): readonly string[] {
  if (job === undefined) return ["was not measured"];
  if ("error" in job) return [`could not be executed:\n${job.error}`];
  return files.flatMap((file) =>
    file.measures.flatMap((measure) =>
      compareMeasure(measure, job.entries[entryName(file, measure.name)] ?? {}, purpose).map(
        (complaint) => `${file.path}: ${measure.name}: ${complaint}`,
      ),
    ),
  );
}

function compareMeasure({ expected }: Measure, outcomes: Outcomes, purpose: Purpose): readonly string[] {
  const sized = sizes.flatMap((size) => outcomes[sizeName(size)] ?? []);
  const failed = sized.find((outcome) => outcome.raised !== null);
  switch (expected.kind) {
    case "raises":
      return sized.every((outcome) => outcome.raised === expected.exception)
        ? []
        : [`should raise ${expected.exception}, but ${failed ? `raised ${failed.message}` : "returned"}`];
    case "unknown":
    case "queries": {
      if (failed) return [`raised ${failed.message}`];
      if (purpose === "confirm") return expected.kind === "queries" ? confirm(expected.shape, outcomes) : [];
      const shape = shapeOf(outcomes);
      const wanted = expected.kind === "queries" ? formatShape(expected.shape) : "?";
      if (shape !== undefined && formatShape(shape) === wanted) return [];
      const measured = shape === undefined ? `no sum of terms: ${countsOf(outcomes)}` : formatShape(shape);
      return [`expected queries: ${wanted}, measured ${measured}\n${statementsOf(outcomes)}`];
    }
  }
}

function confirm(expected: Shape, outcomes: Outcomes): readonly string[] {
  const wrong = confirmingSizes.filter(
    (size) => outcomes[sizeName(size)]?.queries !== evaluateShape(expected, size),
  );
  return wrong.length === 0
    ? []
    : [
        `expected queries: ${formatShape(expected)}, measured ${countsOf(outcomes)}\n${statementsOf(outcomes)}`,
      ];
}

/** A fix must answer, write and send the same (where it corrects an answer: the right one), and need no more queries, but for one that counts rows. */
export function compareWithOriginal(
  section: Section,
  fixed: readonly SpecFile[],
  original: JobOutcome | undefined,
  after: JobOutcome | undefined,
): readonly string[] {
  if (!original || !after || "error" in original || "error" in after) return [];
  return section.files.flatMap((file) =>
    file.measures.flatMap((measure) => {
      const name = `${file.path}: ${measure.name}`;
      const counterpart = fixed
        .find((each) => each.path === file.path)
        ?.measures.find((each) => each.name === measure.name);
      if (!counterpart) return [`${name}: the fixed code has no such measured function`];
      if (measure.expected.kind === "raises") return [];
      const entry = entryName(file, measure.name);
      const right = section.corrected.get(measure.name);
      const expected = right === undefined ? entry : entryName(file, right);
      const [before = {}, now = {}] = [original.entries[expected], after.entries[entry]];
      return [
        ...compareAnswers(before, now),
        ...compareCounts(section, original.entries[entry] ?? {}, now),
        ...compareCosts(section, measure, counterpart),
      ].map((complaint) => `${name}: ${complaint}`);
    }),
  );
}

function compareAnswers(before: Outcomes, after: Outcomes): readonly string[] {
  for (const [size, expected] of Object.entries(before)) {
    const actual = after[size];
    if (!actual) continue; // Measured only where the count grows, which a fix may end.
    for (const aspect of ["raised", "result", "written", "mails"] as const) {
      if (isDeepStrictEqual(expected[aspect], actual[aspect])) continue;
      const [was, is] = [expected[aspect], actual[aspect]].map((value) =>
        JSON.stringify(value)?.slice(0, 2000),
      );
      return [`the fix changes what is ${aspect} at ${size}:\n  before ${was}\n  after  ${is}`];
    }
  }
  return [];
}

/** At no size that was measured more queries than before. Rows that lack what eager loading asks for may cost it one. */
function compareCounts(section: Section, before: Outcomes, after: Outcomes): readonly string[] {
  for (const [size, { queries }] of Object.entries(before)) {
    const now = size === "gaps" && !isAboutDatabaseWork(section) ? undefined : after[size]?.queries;
    if (now !== undefined && now > queries + (section.countsRows ? 1 : 0))
      return [`the fix sends ${now} queries at ${size} instead of ${queries}`];
  }
  return [];
}

/** Beyond the sizes that are measured, too. */
function compareCosts(
  { countsRows }: Section,
  { expected: before }: Measure,
  { expected: after }: Measure,
): readonly string[] {
  if (before.kind !== "queries" || after.kind !== "queries") return [];
  const allowed = evaluateShape(before.shape, large) + (countsRows ? 1 : 0);
  return evaluateShape(after.shape, large) > allowed
    ? [`the fix costs more queries: ${formatShape(after.shape)} instead of ${formatShape(before.shape)}`]
    : [];
}

function shapeOf(outcomes: Outcomes): Shape | undefined {
  if (firstSizes.some((size) => outcomes[sizeName(size)] === undefined)) return undefined;
  if (sizes.some((size) => (outcomes[sizeName(size)]?.raised ?? null) !== null)) return undefined;
  const countAt = (size: Size) => outcomes[sizeName(size)]?.queries;
  const fewGrandchildren = grandchildrenStage.probe[0].k;
  const whereNothingGrows = countAt(growthStage.probe[0]) ?? Number.NaN;
  return fitShape((size) => countAt(size) ?? countAt({ ...size, k: fewGrandchildren }) ?? whereNothingGrows);
}

function countsOf(outcomes: Outcomes): string {
  return Object.entries(outcomes)
    .map(([size, outcome]) => `${outcome.queries} at ${size}`)
    .join(", ");
}

function statementsOf(outcomes: Outcomes): string {
  const statements = Object.values(outcomes)[0]?.statements ?? [];
  return statements.map((sql) => `  ${sql.slice(0, 200)}`).join("\n");
}
