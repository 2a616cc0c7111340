/**
 * What must hold for a project in any state, however broken: the analysis finishes, no rule fails, findings and fixes
 * stay inside of the text, and the result does not depend on the edits that led to it.
 */
import fc from "fast-check";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { applyEdits } from "../../server/src/edits/text-edit.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import type { Analysis, Workspace } from "../../server/src/program/workspace.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { openTestWorkspace } from "../support/memory-workspace.ts";
import { applyDamage, type Damage, damages } from "./damage.ts";

type Files = ReadonlyMap<string, string>;

/** An edit of one of the files, chosen as a share of their number. */
interface Step {
  readonly file: number;
  readonly damage: Damage;
}

const root = "/project";
const slowestAnalysisMs = 60_000;

const steps = fc.array(fc.record({ file: fc.double({ min: 0, max: 1, noNaN: true }), damage: damages }), {
  minLength: 1,
  maxLength: 6,
});

/** @throws Error with the smallest sequence of edits for which something does not hold */
export async function tryDamage(files: Files, runs: number, seed?: number): Promise<void> {
  const property = fc.asyncProperty(steps, (sequence) => checkSequence(files, sequence));
  await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
}

async function checkSequence(files: Files, sequence: readonly Step[]): Promise<void> {
  const edited = new Map(files);
  const workspace = await workspaceOf(files);
  await workspace.analyze(neverCancelled);
  let analysis: Analysis | undefined;
  for (const { file, damage } of sequence) {
    const path = [...edited.keys()][Math.floor(file * (edited.size - 1))] ?? "";
    const text = applyDamage(edited.get(path) ?? "", damage);
    edited.set(path, text);
    workspace.setBuffer(path, text);
    analysis = await analyzeInTime(workspace);
    checkAnalysis(analysis, edited);
  }
  const fresh = await analyzeInTime(await workspaceOf(edited));
  // While a file is half-typed, its last good version stands for it, which a fresh workspace does not know.
  if (analysis === undefined || [...edited].some(([path, text]) => analysis?.text(path) !== text)) return;
  const [edits = [], scratch = []] = [analysis, fresh].map(({ findings }) => findings.map(describe));
  const onlyEdits = edits.filter((finding) => !scratch.includes(finding));
  const onlyScratch = scratch.filter((finding) => !edits.includes(finding));
  if (onlyEdits.length + onlyScratch.length > 0) {
    throw new Error(
      `only after edits: ${onlyEdits.join("\n")}\nonly from scratch: ${onlyScratch.join("\n")}`,
    );
  }
}

function describe(finding: Finding): string {
  return `${finding.location.path} ${finding.code} ${finding.message} ${JSON.stringify(finding)}`;
}

async function workspaceOf(files: Files): Promise<Workspace> {
  const fileSystem = new MemoryFileSystem();
  for (const [path, text] of files) fileSystem.write(`${root}/${path}`, text);
  return openTestWorkspace(fileSystem, { root });
}

async function analyzeInTime(workspace: Workspace): Promise<Analysis> {
  const start = performance.now();
  const analysis = await workspace.analyze(neverCancelled);
  const duration = performance.now() - start;
  if (duration > slowestAnalysisMs) throw new Error(`the analysis took ${Math.round(duration)} ms`);
  return analysis;
}

function checkAnalysis({ findings, problems, text: analysedText }: Analysis, files: Files): void {
  const failed = problems.filter(({ message }) => /failed/i.test(message));
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  for (const { location, fixes } of findings) {
    const text = analysedText(location.path) ?? "";
    if (location.range.end > text.length) throw new Error(`${location.path}: a finding outside of the text`);
    for (const { edits } of fixes) {
      for (const path of new Set(edits.map((edit) => edit.path))) {
        const isStale = analysedText(path) !== undefined && analysedText(path) !== files.get(path);
        if (isStale) throw new Error(`${path}: a fix for an older version of the text`);
        applyEdits(
          files.get(path) ?? "",
          edits.filter((edit) => edit.path === path),
        );
      }
    }
  }
}
