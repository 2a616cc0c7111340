/** Runs the analyser on one section of a spec and compares everything that the section states. */
import { unifiedDiff } from "../../server/src/edits/unified-diff.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { type FixedVariant, fixedFiles, type Section, type SpecFile } from "../support/markdown-spec.ts";
import { applyFixes, chooseFix, type Files } from "./apply-fixes.ts";
import { checkConsistency } from "./check-consistency.ts";
import { type Analyzed, compareFindings } from "./compare-findings.ts";

export type Analyze = (files: Files) => Promise<Analyzed>;

export interface SectionResult {
  /** Readable, one per difference; none when all is as stated. */
  readonly complaints: readonly string[];
  /** The fixed files as they are, for the update mode. */
  readonly fixed: readonly { readonly file: SpecFile; readonly text: string }[];
}

/**
 * @param files the whole project of the section
 * @param analyze the analyser under test
 */
export async function checkSection(
  section: Section,
  files: Files,
  analyzer: Analyze,
): Promise<SectionResult> {
  const analyze = analyzedOnce(analyzer);
  const analyzed = await analyze(files);
  const complaints = [...compareFindings(section.files, analyzed), ...checkConsistency(analyzed)];
  const fixed: { file: SpecFile; text: string }[] = [];
  for (const variant of section.fixes) {
    const after = await applyFixes(files, variant.title, analyze);
    const name = variant.title === undefined ? "after the fixes" : `after the fix "${variant.title}"`;
    const fixedCode = await analyze(after);
    const differences = [
      ...compareTexts(variant, files, after),
      ...compareFindings(withoutReads(fixedFiles(section, variant)), fixedCode),
      ...repeatedFixes(variant, analyzed, fixedCode),
    ];
    complaints.push(...differences.map((difference) => `${name}: ${difference}`));
    fixed.push(...variant.files.map((file) => ({ file, text: after.get(file.path) ?? "" })));
  }
  if (section.expectsNoFix) complaints.push(...unwantedFixes(analyzed));
  return { complaints, fixed };
}

/** Each variant of the fixed code begins with the same analysis. */
function analyzedOnce(analyze: Analyze): Analyze {
  const known = new Map<Files, Promise<Analyzed>>();
  return (files) => {
    const analyzed = known.get(files) ?? analyze(files);
    known.set(files, analyzed);
    return analyzed;
  };
}

/**
 * Fixes that are applied change nothing when they are applied again: the code that they leave is offered none of the rule.
 * It may be offered another suggestion, which are taken one at a time, and one for a finding too doubtful to be shown.
 */
function repeatedFixes({ title }: FixedVariant, before: Analyzed, after: Analyzed): readonly string[] {
  const applied = before.findings.flatMap((finding) => appliedFix(finding, title) ?? []);
  return after.findings.flatMap((finding) => {
    const offered = appliedFix(finding, title);
    if (!offered) return [];
    const mayDiffer = offered.safety === "suggestion" || finding.confidence === "low";
    const isRepeated = applied.some(
      (each) => each.place === offered.place && (!mayDiffer || each.title === offered.title),
    );
    return isRepeated ? [`a fix is offered again: ${offered.place} ${offered.title}`] : [];
  });
}

function appliedFix(finding: Finding, title: string | undefined) {
  const fix = chooseFix(finding, title);
  return fix && { ...fix, place: `[${finding.rule}] ${finding.location.path}:` };
}

/** What is read where is stated of the code before the fix. */
function withoutReads(files: readonly SpecFile[]): readonly SpecFile[] {
  return files.map((file) => ({ ...file, reads: [] }));
}

/** Fixed blocks must be the text after the fix; files without one must not have changed. */
function compareTexts(variant: FixedVariant, before: Files, after: Files): readonly string[] {
  const paths = new Set([...after.keys(), ...variant.files.map(({ path }) => path)]);
  return [...paths].flatMap((path) => {
    const text = after.get(path) ?? "";
    const stated = variant.files.find((file) => file.path === path)?.text ?? before.get(path) ?? "";
    if (stated === text) return [];
    return [`the code differs (- stated, + fixed):\n${unifiedDiff(path, stated, text).trimEnd()}`];
  });
}

function unwantedFixes(analyzed: Analyzed): readonly string[] {
  return analyzed.findings.flatMap(({ rule, fixes }) =>
    fixes.map(({ title }) => `[${rule}] offers a fix where none is expected: ${title}`),
  );
}
