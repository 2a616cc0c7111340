/** Keeps what is known about one Django project from one state of its files to the next. */
import { type CancellationToken, throwIfCancelled } from "../base/cancellation.ts";
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { Steps } from "../base/steps.ts";
import { consumers } from "../consumers/index.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { readDeployment } from "../deployment/read-deployment.ts";
import { readDjangoProject } from "../django/django-project.ts";
import type { DjangoProject } from "../django/project.ts";
import { evaluateSettings } from "../django/settings.ts";
import { anyTemplate, projectTemplates } from "../django/templates.ts";
import type { Version } from "../django/version.ts";
import type { Fact, Gap } from "../interpret/facts.ts";
import type { EndpointQueries } from "../interpret/roots/endpoints.ts";
import {
  createModuleInterpreter,
  type ModuleFacts,
  type ModuleInterpreter,
} from "../interpret/roots/interpret-project.ts";
import { baseName, joinPath } from "../platform/paths.ts";
import type { Module } from "../python/symbols.ts";
import type { Finding } from "../rules/finding.ts";
import { type Refactoring, refactoringsIn } from "../rules/refactorings/refactoring.ts";
import type { RuleContext } from "../rules/rule-context.ts";
import { type RuleRun, ruleSteps } from "../rules/run-rules.ts";
import type { TemplateFile, TemplateLanguage } from "../syntax/template/template-tree.ts";
import type { FileStore } from "./file-store.ts";
import { type LibrarySources, librarySources } from "./library-sources.ts";
import { projectLibraryVersions } from "./library-versions.ts";
import { linkProject } from "./link-project.ts";
import { isSameList, keepLinks, type LinkedProject } from "./linked-project.ts";
import type { WorkspaceOptions } from "./open-workspace.ts";
import { runPreviewRules } from "./preview-rules.ts";
import type { ProjectSources } from "./project-discovery.ts";
import { type PreviewedProject, ProjectPreview } from "./project-preview.ts";
import { findSitePackages } from "./python-environment.ts";
import { isTemplatePath } from "./template-paths.ts";
import type { Problem } from "./workspace.ts";

/** Assumed where nothing tells the version: the oldest that is supported, so that no fix needs more. */
const oldestDjango: Version = { major: 4, minor: 2 };

export interface ProjectResult {
  readonly project: DjangoProject;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Paths of the templates that were rendered. */
  readonly templates: readonly string[];
  readonly endpoints: readonly EndpointQueries[];
  readonly gaps: readonly Gap[];
  readonly deployment: Deployment;
  /** What the roots of a module taught. */
  factsOf(path: string): readonly Fact[];
  refactoringsIn(path: string): readonly Refactoring[];
}

/** What the project runs with. */
interface Environment {
  readonly sitePackages: string | undefined;
  readonly libraries: LibrarySources | undefined;
  readonly versions: ReadonlyMap<string, Version>;
}

interface ReadTemplate {
  readonly language: TemplateLanguage;
  readonly template: TemplateFile | undefined;
}

export class ProjectAnalysis {
  readonly #options: WorkspaceOptions;
  readonly #files: FileStore;
  readonly #facts = new Map<string, ModuleFacts>();
  /** The templates that the facts were derived from, by path. */
  readonly #templates = new Map<string, ReadTemplate>();
  #templatePaths: readonly string[] = [];
  #environment: Environment | undefined;
  #environmentIsCertain = false;
  #linked:
    | (LinkedProject & { readonly settingsModule: string | undefined; readonly environment: Environment })
    | undefined;
  #preview: ProjectPreview | undefined;
  /** Of the last run that was finished. */
  #finished: ProjectResult | undefined;
  #deployed: { readonly texts: readonly string[]; readonly deployment: Deployment } | undefined;

  constructor(options: WorkspaceOptions, files: FileStore) {
    this.#options = options;
    this.#files = files;
  }

  /** To be told of every file that changed, the project's or not. */
  changed(path: string): void {
    if (isTemplatePath(path) || (path.endsWith(".py") && baseName(path) !== "setup.py")) return;
    this.#environmentIsCertain = false;
  }

  async run(
    sources: ProjectSources,
    token: CancellationToken,
    step: () => Promise<void>,
  ): Promise<ProjectResult> {
    const modules = new Map<string, Module>();
    for (const { path, name, isPackage, aliases } of sources.modules) {
      if (!this.#mayMatter(path)) continue;
      const file = this.#files.get(path);
      if (!file) continue;
      const previous = this.#linked?.modules.get(path);
      modules.set(
        path,
        previous?.file === file && previous.name === name && isSameList(previous.aliases, aliases)
          ? previous
          : { name, isPackage, file, firstParty: true, aliases },
      );
    }
    throwIfCancelled(token);
    const project = this.#link(sources, modules);
    this.#forgetChangedTemplates(sources.templates);
    const interpreter = this.#interpreter(project);
    for (const module of modules.values()) {
      const { path } = module.file;
      if (!this.#facts.has(path) && this.#options.isStartingPoint(path)) {
        this.#finished = undefined;
        this.#facts.set(path, await this.#inSteps(interpreter.steps(module), token));
      }
      await step();
      throwIfCancelled(token);
    }
    const deployment = this.#deployment(sources);
    const finished = this.#finished;
    // A file was opened or closed, or is too broken to replace its last good version: nothing new is known.
    if (finished?.project === project && finished.deployment === deployment) return finished;
    const facts = [...this.#facts.values()].flatMap((module) => module.facts);
    const context = this.#ruleContext({ project, modules }, deployment, facts);
    const outcome = await this.#inSteps(ruleSteps(context, this.#options.rules), token);
    this.#preview = new ProjectPreview(
      { project, modules, findings: outcome.findings },
      (linked, module, within) => {
        const around = this.#interpreter(linked.project).around(module, within).facts;
        const context = this.#ruleContext(linked, deployment, around);
        return runPreviewRules(context, this.#options.rules, { module, whole: project });
      },
    );
    this.#finished = this.#result(project, facts, outcome, context);
    return this.#finished;
  }

  /** What the findings of a file are while it is typed in; undefined where only a run can tell. */
  preview(path: string): PreviewedProject | undefined {
    const file = this.#files.get(path);
    return file && this.#preview?.of(path, file, this.#files.isCurrent(path));
  }

  #interpreter(project: DjangoProject): ModuleInterpreter {
    return createModuleInterpreter({
      program: project.program,
      models: project.models,
      django: project.django ?? oldestDjango,
      consumers,
      countQueries: this.#options.countQueries,
      templates: projectTemplates(project, {
        paths: this.#templatePaths,
        read: (path, language) => this.#readTemplate(path, language),
      }),
    });
  }

  #link(sources: ProjectSources, modules: ReadonlyMap<string, Module>): DjangoProject {
    const { settingsModule } = sources;
    const environment = this.#environmentOf(sources);
    const previous = this.#linked;
    const isComparable =
      previous && previous.settingsModule === settingsModule && previous.environment === environment;
    const kept = isComparable ? keepLinks(previous, modules) : undefined;
    if (kept) this.#forgetFactsAbout(kept.changed);
    // Facts of other files rest on the outlines that they were linked with.
    else this.#facts.clear();
    const project = kept?.project ?? this.#read(sources, [...modules.values()], environment);
    this.#linked = { project, modules, settingsModule, environment };
    return project;
  }

  #forgetFactsAbout(changed: readonly Module[]): void {
    for (const [path, { visited }] of this.#facts) {
      if (changed.some(({ file }) => visited.has(file.path))) this.#facts.delete(path);
    }
  }

  #readTemplate(path: string, language: TemplateLanguage): TemplateFile | undefined {
    const template = this.#files.template(path, language);
    this.#templates.set(path, { language, template });
    return template;
  }

  #forgetChangedTemplates(paths: readonly string[]): void {
    const changed = new Set<string>();
    if (!isSameList(paths, this.#templatePaths)) changed.add(anyTemplate);
    this.#templatePaths = paths;
    for (const [path, { language, template }] of this.#templates) {
      if (this.#files.template(path, language) === template) continue;
      changed.add(path);
      this.#templates.delete(path);
    }
    if (changed.size === 0) return;
    for (const [path, { visited }] of this.#facts) {
      if ([...changed].some((template) => visited.has(template))) this.#facts.delete(path);
    }
  }

  /** Tests and migrations that are not looked at for their own sake are hardly ever imported by what is. */
  #mayMatter(path: string): boolean {
    return (
      this.#options.isStartingPoint(path) ||
      !/(^|\/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$|\/migrations\//.test(path)
    );
  }

  #read(
    sources: ProjectSources,
    modules: readonly Module[],
    { libraries, versions }: Environment,
  ): DjangoProject {
    const { fileSystem, root } = this.#options;
    const folders = [joinPath(root, sources.root), root];
    return readDjangoProject({
      root: sources.root,
      program: linkProject({
        modules,
        settingsModule: sources.settingsModule,
        loadLibraryModule: libraries?.loadLibraryModule,
      }),
      settingsModule: sources.settingsModule,
      isSettingsModuleConfigured: sources.isSettingsModuleConfigured,
      django: versions.get("django"),
      libraries: versions,
      isOwnFile: (path) => folders.some((folder) => fileSystem.stat(joinPath(folder, path)) !== undefined),
    });
  }

  /** The same object while nothing about it changed. */
  #environmentOf(sources: ProjectSources): Environment {
    const { fileSystem, root, parser, environment } = this.#options;
    const previous = this.#environment;
    if (previous && this.#environmentIsCertain) return previous;
    this.#environmentIsCertain = true;
    const folders = [...new Set([joinPath(root, sources.root), root])];
    const sitePackages = findSitePackages(fileSystem, folders, environment);
    const versions = projectLibraryVersions(fileSystem, folders, sitePackages);
    if (previous && previous.sitePackages === sitePackages && isSameTable(previous.versions, versions))
      return previous;
    const libraries =
      sitePackages === undefined
        ? undefined
        : librarySources(fileSystem, sitePackages, (path, text) => parser.parse(path, text));
    this.#environment = { sitePackages, libraries, versions };
    return this.#environment;
  }

  /** The same object while no file of the deployment changed. */
  #deployment({ deploymentFiles }: ProjectSources): Deployment {
    const paths = deploymentFiles.filter(this.#options.isStartingPoint);
    const texts = paths.flatMap((path) => [path, this.#files.readText(path) ?? ""]);
    const previous = this.#deployed;
    if (previous && isSameList(previous.texts, texts)) return previous.deployment;
    const deployment = this.#readDeployment(paths);
    this.#deployed = { texts, deployment };
    return deployment;
  }

  #readDeployment(paths: readonly string[]): Deployment {
    return readDeployment({
      paths,
      text: (path) => this.#files.readText(path),
      // A program of its own: its name is no module's name.
      python: (path) => {
        const file = this.#files.get(path);
        if (!file) return undefined;
        const module: Module = { name: path, isPackage: false, file, firstParty: true, aliases: [] };
        return evaluateSettings(linkProject({ modules: [module], settingsModule: undefined }), module);
      },
    });
  }

  #ruleContext(
    { project, modules }: LinkedProject,
    deployment: Deployment,
    facts: readonly Fact[],
  ): RuleContext {
    return {
      project,
      deployment,
      django: project.django ?? oldestDjango,
      facts,
      options: this.#options.ruleOptions,
      text: (path) => modules.get(path)?.file.text ?? this.#templates.get(path)?.template?.text ?? "",
    };
  }

  async #inSteps<Result>(steps: Steps<Result>, token: CancellationToken): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await this.#options.yieldToOthers();
      throwIfCancelled(token);
    }
  }

  #result(
    project: DjangoProject,
    facts: readonly Fact[],
    { findings, failures }: RuleRun,
    context: RuleContext,
  ): ProjectResult {
    const { deployment } = context;
    const problems: Problem[] = failures.map(({ rule, reason }) => ({
      path: project.root,
      message: `rule ${rule} failed and reports nothing: ${reason}`,
    }));
    problems.push(...deployment.problems, ...(this.#environment?.libraries?.problems() ?? []));
    for (const [path, { failures: failed }] of this.#facts) {
      for (const { symbol, reason } of failed) {
        problems.push({
          path,
          message: `${symbol} could not be analysed, a defect of Queryscope: ${reason}`,
        });
      }
    }
    const abandoned = [...this.#facts].flatMap(([path, { abandoned: symbols }]) =>
      symbols.map((symbol) => ({ path, symbol })),
    );
    for (const [path, group] of groupBy(abandoned, (item) => item.path)) {
      const names = group.map(({ symbol }) => symbol).join(", ");
      problems.push({
        path,
        message: `analysed in part: ${names} leads through more code than the limit allows`,
      });
    }
    const visited = new Set([...this.#facts.values()].flatMap((module) => [...module.visited]));
    const templates = this.#templatePaths.filter((path) => visited.has(path));
    const endpoints = [...this.#facts.values()].flatMap((module) => module.endpoints);
    const byModule = new Map(this.#facts);
    const factsOf = (path: string): readonly Fact[] => byModule.get(path)?.facts ?? [];
    const gaps = gapsAmong(facts);
    const refactorings = new Map<string, readonly Refactoring[]>();
    const refactoringsOf = (path: string): readonly Refactoring[] =>
      remembered(refactorings, path, () => refactoringsIn(context, path));
    const result = { project, findings, problems, endpoints, templates, gaps, deployment, factsOf };
    return { ...result, refactoringsIn: refactoringsOf };
  }
}

/** Each once: several modules render the same template. */
function gapsAmong(facts: readonly Fact[]): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const fact of facts) {
    if (fact.kind !== "gap") continue;
    const { path, range } = fact.location;
    gaps.set(`${fact.reason} ${path}:${range.start}`, fact);
  }
  return [...gaps.values()];
}

function isSameTable(first: ReadonlyMap<string, Version>, second: ReadonlyMap<string, Version>): boolean {
  return JSON.stringify([...first]) === JSON.stringify([...second]);
}
