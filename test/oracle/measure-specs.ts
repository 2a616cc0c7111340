/** Executes the sections of specs, as written and after each fix, under one version of Django. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { DjangoEnvironment } from "../support/django-environment.ts";
import { fixedFiles, type Section, type Spec, type SpecFile } from "../support/markdown-spec.ts";
import { confirmingSizes, firstSizes, type Size, stages } from "../support/query-shape.ts";
import { loadProject } from "../support/spec-files.ts";

/** What a call did; see `measure.py`. */
export interface Outcome {
  readonly queries: number;
  readonly raised: string | null;
  readonly message: string | null;
  readonly result: unknown;
  readonly written: unknown;
  readonly mails: unknown;
  readonly statements: readonly string[];
}

export type JobOutcome =
  | { readonly error: string }
  /** By `entryName`. */
  | { readonly entries: Readonly<Record<string, Outcomes>> };

/** By `sizeName`, or `gaps`. A call whose count does not grow is not measured at the sizes of all `stages`. */
export type Outcomes = Readonly<Record<string, Outcome>>;

interface Project {
  readonly settings: string;
  readonly files: Readonly<Record<string, string>>;
}

interface Group {
  /** Name of the base project. */
  readonly project: string;
  /** In place of the project's or beside them. */
  readonly files: Readonly<Record<string, string>>;
  readonly jobs: Job[];
}

interface Job {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly entries: readonly { module: string; name: string; kind: string }[];
}

/** Setting up and populating a project costs as much as some ten jobs. */
const jobsPerProcess = 50;

const driver = fileURLToPath(new URL("./measure.py", import.meta.url));

export function sizeName({ n, m, k }: Size): string {
  return `${n}·${m}·${k}`;
}

export function jobId(spec: Spec, section: Section, variant: string): string {
  return `${spec.title}:${section.line}:${variant}`;
}

export function entryName(file: SpecFile, name: string): string {
  return `${moduleName(file.path)}.${name}`;
}

/** Identifies a fixed variant: the title by which it was chosen, or that of the preferred fix. */
export function variantName(title: string | undefined): string {
  return title === undefined ? "fixed" : `fixed by ${title}`;
}

/** `determine` calls at every size that the shape of a call needs, `confirm` only where a shape that is known can be checked. */
export type Purpose = "determine" | "confirm";

/** @returns outcomes by `jobId` */
export async function measureSpecs(
  django: DjangoEnvironment,
  chosen: readonly { readonly spec: Spec; readonly section: Section }[],
  purpose: Purpose = "determine",
): Promise<ReadonlyMap<string, JobOutcome>> {
  const groups = new Map<string, Group>();
  for (const { spec, section } of chosen) {
    addJob(groups, spec, jobId(spec, section, "original"), section.files);
    for (const variant of section.fixes) {
      addJob(groups, spec, jobId(spec, section, variantName(variant.title)), fixedFiles(section, variant));
    }
  }
  const asLists = (some: readonly Size[]) => some.map(({ n, m, k }) => [n, m, k]);
  const measured = {
    projects: Object.fromEntries([...groups.values()].map(({ project }) => [project, asProject(project)])),
    sizes: asLists(purpose === "determine" ? firstSizes : confirmingSizes),
    stages: (purpose === "determine" ? stages : []).map(({ probe, sizes }) => ({
      probe: asLists(probe),
      sizes: asLists(sizes),
    })),
  };
  const outcomes = new Map<string, JobOutcome>();
  // Without processes of its own, the driver can set up one project per run.
  const all = [...groups.values()];
  const runs = (django.hasProcesses ? [all.flatMap(inParts)] : all.map((group) => [group])).values();
  const worker = async () => {
    for (const run of runs) {
      const answer = (await django.run(driver, { ...measured, groups: run })) as Record<string, JobOutcome>;
      for (const [id, outcome] of Object.entries(answer)) outcomes.set(id, outcome);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

/** A large group as several, which can be measured at the same time. */
function inParts(group: Group): readonly Group[] {
  const parts: Group[] = [];
  for (let start = 0; start < group.jobs.length; start += jobsPerProcess) {
    parts.push({ ...group, jobs: group.jobs.slice(start, start + jobsPerProcess) });
  }
  return parts;
}

/**
 * Sections that only add modules share one project, which is set up and populated once. A section with models,
 * settings or changed files of the base project gets a project of its own.
 */
function addJob(groups: Map<string, Group>, spec: Spec, id: string, files: readonly SpecFile[]): void {
  if (spec.project === undefined) throw new Error(`${spec.path}: a spec needs a line "Project: name"`);
  if (files.every((file) => file.measures.length === 0)) return;
  const base = loadProject(spec.project);
  const isSetUp = (file: SpecFile) => base.has(file.path) || isLoadedByDjango(file.path);
  const setUp = files.some(isSetUp)
    ? files.filter((file) => isSetUp(file) || file.measures.length === 0)
    : [];
  const added = files.filter((file) => !setUp.includes(file));
  const key = JSON.stringify([spec.project, setUp.map(({ path, text }) => [path, text])]);
  const group = groups.get(key) ?? {
    project: spec.project,
    files: Object.fromEntries(setUp.map(({ path, text }) => [path, text])),
    jobs: [],
  };
  groups.set(key, group);
  group.jobs.push({
    id,
    files: Object.fromEntries(added.map(({ path, text }) => [path, text])),
    entries: files.flatMap((file) =>
      file.measures.map(({ name, kind }) => ({ module: moduleName(file.path), name, kind })),
    ),
  });
}

function asProject(name: string): Project {
  return { settings: `${name}.settings`, files: Object.fromEntries(loadProject(name)) };
}

function isLoadedByDjango(path: string): boolean {
  return /(^|\/)(models|apps|populate|settings|templatetags)(\.py$|\/)/.test(path);
}

function moduleName(path: string): string {
  return path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
}
