import { type CancellationToken, CancelledError, throwIfCancelled } from "../base/cancellation.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { deploymentComments } from "../deployment/deployment-comments.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Fact, Gap } from "../interpret/facts.ts";
import type { EndpointQueries } from "../interpret/roots/endpoints.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { joinPath, parentPath } from "../platform/paths.ts";
import type { FileEdit, Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { RuleOptions } from "../rules/rule-context.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { FileStore } from "./file-store.ts";
import type { WalkResult } from "./folder-walk.ts";
import { ProjectAnalysis, type ProjectResult } from "./project-analysis.ts";
import { discoveryKey } from "./project-discovery.ts";
import type { EnvironmentHints } from "./python-environment.ts";
import { type DiscoveredSources, listSources, projectsAmong } from "./source-discovery.ts";
import { isTemplatePath } from "./template-paths.ts";
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
  /** Also count what views, tasks and commands send to the database as a whole. */
  readonly countQueries?: boolean | undefined;
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
  /** Grows with every change. */
  #version = 0;
  /** Undefined while files may have come or gone. */
  #listing: WalkResult | undefined;
  /** Undefined while a change may have moved a project or its settings. */
  #sources: DiscoveredSources | undefined;
  #analysis: Analysis | undefined;
  /** The last one that was finished. */
  #latest: Analysis | undefined;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#files = new FileStore(options.fileSystem, options.root, options.parser);
  }

  setBuffer(path: string, text: string): void {
    const isNew = !this.#files.hasBuffer(path) && !this.#isListed(path);
    this.#change(path, () => this.#files.setBuffer(path, text));
    if (isNew) this.#forgetListing();
  }

  closeBuffer(path: string): void {
    this.#change(path, () => this.#files.closeBuffer(path));
    if (!this.#exists(path)) this.#forgetListing();
  }

  filesChanged(paths: readonly string[]): void {
    for (const path of paths) {
      this.#change(path, () => this.#files.invalidate(path));
      // Other paths may be those of folders.
      if (!isSource(path) || this.#exists(path) !== this.#isListed(path)) this.#forgetListing();
    }
  }

  #change(path: string, change: () => void): void {
    const before = discoveryKey(path, this.#files.readText(path));
    change();
    this.#version += 1;
    this.#analysis = undefined;
    if (discoveryKey(path, this.#files.readText(path)) !== before) this.#sources = undefined;
    for (const project of this.#projects.values()) project.changed(path);
  }

  #forgetListing(): void {
    this.#listing = undefined;
    this.#sources = undefined;
  }

  #isListed(path: string): boolean {
    return this.#listing?.files.includes(path) ?? false;
  }

  #exists(path: string): boolean {
    return this.#files.readText(path) !== undefined;
  }

  async analyze(
    token: CancellationToken,
    progress?: (done: number, total: number) => void,
  ): Promise<Analysis> {
    while (this.#analysis === undefined) {
      const version = this.#version;
      const isOutdated = (): boolean => version !== this.#version;
      try {
        this.#analysis = await this.#analyze(
          {
            get isCancellationRequested() {
              return token.isCancellationRequested || isOutdated();
            },
          },
          progress,
        );
      } catch (error) {
        // A change came in between: the analysis starts again with what it has.
        if (!(error instanceof CancelledError) || token.isCancellationRequested) throw error;
      }
    }
    this.#latest = this.#analysis;
    return this.#analysis;
  }

  preview(path: string): Analysis | undefined {
    const latest = this.#latest;
    if (!latest || !this.#listing || !this.#sources) return undefined;
    const previews = [...this.#projects.values()].flatMap((project) => project.preview(path) ?? []);
    if (previews.length === 0) return undefined;
    const file = this.#files.get(path);
    return {
      ...latest,
      projects: latest.projects.map(
        (project) => previews.find((preview) => preview.project.root === project.root)?.project ?? project,
      ),
      findings: this.#ordered(previews.flatMap(({ findings }) => findings)),
      text: (asked) => (asked === path ? file?.text : latest.text(asked)),
      comments: (asked) => (asked === path ? (file?.tree.comments ?? []) : latest.comments(asked)),
    };
  }

  dispose(): void {
    this.#files.dispose();
  }

  #ordered(findings: readonly Finding[]): readonly Finding[] {
    return uniqueFindings(findings)
      .map((finding) => this.#withoutStaleFixes(finding))
      .toSorted(byPlace);
  }

  async #analyze(
    token: CancellationToken,
    progress: ((done: number, total: number) => void) | undefined,
  ): Promise<Analysis> {
    const sources = this.#discover();
    const findings: Finding[] = [];
    const problems: Problem[] = [...sources.problems];
    const projects: DjangoProject[] = [];
    const deployments: Deployment[] = [];
    const deploymentFiles = new Set<string>();
    const rendered: string[] = [];
    const endpoints: EndpointQueries[] = [];
    const gaps: Gap[] = [];
    const factsOfProjects: ((path: string) => readonly Fact[])[] = [];
    const refactoringsOfProjects: ProjectResult["refactoringsIn"][] = [];
    const total = sources.projectRoots.reduce((sum, { modules }) => sum + modules.length, 0);
    let done = 0;
    for (const project of sources.projectRoots) {
      const analysis = this.#project(project.root);
      const result = await analysis.run(project, token, async () => {
        done += 1;
        if (done % progressInterval === 0) progress?.(Math.min(done, total), total);
        // A completion waits for no more than one file.
        await this.#options.yieldToOthers();
      });
      findings.push(...result.findings);
      problems.push(...result.problems);
      projects.push(result.project);
      deployments.push(result.deployment);
      for (const path of project.deploymentFiles) if (!path.endsWith(".py")) deploymentFiles.add(path);
      rendered.push(...result.templates);
      endpoints.push(...result.endpoints);
      gaps.push(...result.gaps);
      factsOfProjects.push(result.factsOf);
      refactoringsOfProjects.push(result.refactoringsIn);
    }
    throwIfCancelled(token);
    const analysed = sources.projectRoots.length > 0 ? sources.files : [];
    const loaded = new Map<string, SourceFile | undefined>();
    const templates = new Map(rendered.map((path) => [path, this.#files.template(path, "django")]));
    for (const path of analysed) {
      if (!this.#files.isLoaded(path)) continue;
      loaded.set(path, this.#files.get(path));
      const problem = this.#files.problem(path);
      if (problem) problems.push(problem);
    }
    // Files without a tree of their own, in which findings may stand.
    const others = new Map([...deploymentFiles].map((path) => [path, this.#files.readText(path)]));
    const file = (path: string): SourceFile | undefined => {
      if (!loaded.has(path)) loaded.set(path, this.#files.get(path));
      return loaded.get(path);
    };
    return {
      projects,
      deployments,
      findings: this.#ordered(findings),
      problems,
      endpoints,
      gaps,
      files: analysed.length + templates.size,
      text: (path) => others.get(path) ?? (templates.get(path) ?? file(path))?.text,
      refactorings: (path) =>
        this.#files.isCurrent(path)
          ? refactoringsOfProjects.flatMap((refactoringsIn) => refactoringsIn(path))
          : [],
      facts: (path) => factsOfProjects.flatMap((factsOf) => factsOf(path)),
      comments: (path) => {
        const text = others.get(path);
        return text === undefined
          ? ((templates.get(path) ?? file(path))?.tree.comments ?? [])
          : deploymentComments(text);
      },
    };
  }

  /** Where the last good version of a half-typed file was analysed, an edit would go to the wrong place. */
  #withoutStaleFixes(finding: Finding): Finding {
    const isCurrent = ({ path }: FileEdit): boolean => this.#files.isCurrent(path);
    const fixes = finding.fixes.filter(({ edits }) => edits.every(isCurrent));
    return fixes.length === finding.fixes.length ? finding : { ...finding, fixes };
  }

  #discover(): DiscoveredSources {
    const { fileSystem, root, exclude, settingsModule } = this.#options;
    const options = { exclude, respectGitignore: true, settingsModule };
    this.#listing ??= this.#withNewBuffers(listSources(fileSystem, root, options));
    this.#sources ??= projectsAmong(this.#listing, (path) => this.#files.readText(path), options);
    return this.#sources;
  }

  /** Open files that were never saved count where a saved one would be found. */
  #withNewBuffers(listing: WalkResult): WalkResult {
    const { fileSystem, root } = this.#options;
    const isNew = (path: string): boolean =>
      isSource(path) &&
      listing.folders.has(parentPath(path)) &&
      fileSystem.stat(joinPath(root, path)) === undefined;
    const added = this.#files.bufferPaths().filter(isNew);
    return added.length === 0 ? listing : { ...listing, files: [...listing.files, ...added].sort() };
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

/** Of which only the coming and going changes what is listed. */
function isSource(path: string): boolean {
  return path.endsWith(".py") || isTemplatePath(path);
}

/** Files between two reports of progress. */
const progressInterval = 16;

/** An app that two projects share is analysed with each of them. */
function uniqueFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ code, fields, origin: { path, range } }: Finding): string =>
    `${code}:${path}:${range.start}:${range.end}:${fields.join()}`;
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
