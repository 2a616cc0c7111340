import { type CancellationToken, CancelledError, throwIfCancelled } from "../base/cancellation.ts";
import type { DjangoProject } from "../django/project.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { FileEdit, Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { RuleOptions } from "../rules/rule-context.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import { FileStore } from "./file-store.ts";
import { ProjectAnalysis } from "./project-analysis.ts";
import type { EnvironmentHints } from "./python-environment.ts";
import { type DiscoveredSources, discoverSources } from "./source-discovery.ts";
import type { Analysis, Problem, Workspace } from "./workspace.ts";

export interface WorkspaceOptions {
  /** Absolute path with `/`. */
  readonly root: string;
  readonly fileSystem: FileSystem;
  readonly parser: PythonParser;
  readonly rules: readonly Rule[];
  readonly ruleOptions: RuleOptions;
  /** Patterns in the syntax of `.gitignore`. */
  readonly exclude: readonly string[];
  readonly settingsModule: string | undefined;
  /** Where the project's libraries may be: a configured interpreter or folder, and the active virtual environment. */
  readonly environment: EnvironmentHints;
  /** Whether functions of this file are looked at for their own sake, rather than only where others call them. */
  readonly isStartingPoint: (path: string) => boolean;
  /** Lets other work run; awaited between the files of a long analysis. */
  readonly yieldToOthers: () => Promise<void>;
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  return new OpenWorkspace(options);
}

class OpenWorkspace implements Workspace {
  readonly #options: WorkspaceOptions;
  readonly #files: FileStore;
  readonly #projects = new Map<string, ProjectAnalysis>();
  #sources: DiscoveredSources | undefined;
  #analysis: Analysis | undefined;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#files = new FileStore(options.fileSystem, options.root, options.parser);
  }

  setBuffer(path: string, text: string): void {
    const known = this.#sources?.files.includes(path) ?? false;
    this.#files.setBuffer(path, text);
    this.#changed(path, !known);
  }

  closeBuffer(path: string): void {
    this.#files.closeBuffer(path);
    this.#changed(path, false);
  }

  filesChanged(paths: readonly string[]): void {
    for (const path of paths) {
      this.#files.invalidate(path);
      const isPython = path.endsWith(".py");
      const known = this.#sources?.files.includes(path) ?? false;
      const exists = this.#files.readText(path) !== undefined;
      this.#changed(path, !isPython || known !== exists);
    }
  }

  #changed(path: string, layout: boolean): void {
    this.#analysis = undefined;
    if (layout) this.#sources = undefined;
    for (const project of this.#projects.values()) project.changed(path);
  }

  async analyze(
    token: CancellationToken,
    progress?: (done: number, total: number) => void,
  ): Promise<Analysis> {
    if (this.#analysis) return this.#analysis;
    const sources = this.#discover();
    const findings: Finding[] = [];
    const problems: Problem[] = [...sources.problems];
    const projects: DjangoProject[] = [];
    const total = sources.projectRoots.reduce((sum, { modules }) => sum + modules.length, 0);
    let done = 0;
    for (const project of sources.projectRoots) {
      const analysis = this.#project(project.root);
      const result = await analysis.run(project, token, async () => {
        done += 1;
        if (done % yieldInterval === 0) {
          progress?.(Math.min(done, total), total);
          await this.#options.yieldToOthers();
          throwIfCancelled(token);
        }
      });
      findings.push(...result.findings);
      problems.push(...result.problems);
      projects.push(result.project);
    }
    if (token.isCancellationRequested) throw new CancelledError("cancelled");
    const analysed = sources.projectRoots.length > 0 ? sources.files : [];
    for (const path of analysed) {
      const problem = this.#files.problem(path);
      if (problem) problems.push(problem);
    }
    this.#analysis = {
      projects,
      findings: uniqueFindings(findings)
        .map((finding) => this.#withoutStaleFixes(finding))
        .toSorted(byPlace),
      problems,
      files: analysed.length,
      text: (path) => this.#files.get(path)?.text,
      comments: (path) => this.#files.get(path)?.tree.comments ?? [],
    };
    return this.#analysis;
  }

  /** Where the last good version of a half-typed file was analysed, an edit would go to the wrong place. */
  #withoutStaleFixes(finding: Finding): Finding {
    const isCurrent = ({ path }: FileEdit): boolean => this.#files.isCurrent(path);
    const fixes = finding.fixes.filter(({ edits }) => edits.every(isCurrent));
    return fixes.length === finding.fixes.length ? finding : { ...finding, fixes };
  }

  #discover(): DiscoveredSources {
    this.#sources ??= discoverSources(this.#options.fileSystem, this.#options.root, {
      exclude: this.#options.exclude,
      respectGitignore: true,
      settingsModule: this.#options.settingsModule,
    });
    return this.#sources;
  }

  #project(root: string): ProjectAnalysis {
    let project = this.#projects.get(root);
    if (!project) {
      project = new ProjectAnalysis(this.#options, this.#files);
      this.#projects.set(root, project);
    }
    return project;
  }
}

/** Files between two pauses. */
const yieldInterval = 16;

/** An app that two projects share is analysed with each of them. */
function uniqueFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ code, origin: { path, range } }: Finding): string =>
    `${code}:${path}:${range.start}:${range.end}`;
  return [...new Map(findings.map((finding) => [key(finding), finding])).values()];
}

function byPlace(first: Finding, second: Finding): number {
  if (first.location.path !== second.location.path)
    return first.location.path < second.location.path ? -1 : 1;
  return (
    first.location.range.start - second.location.range.start ||
    (first.code < second.code ? -1 : first.code > second.code ? 1 : 0)
  );
}
