/**
 * The templates of a project: which file a name stands for, as its engines look for it, and which libraries of tags
 * and filters templates can load.
 */
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import type { TemplateFile, TemplateLanguage } from "../syntax/template/template-tree.ts";
import type { DjangoApp, DjangoProject } from "./project.ts";
import { joinPath } from "./static-paths.ts";
import { mappingsIn, mappingsOf, type TemplateEngine, templateEngines, textsOf } from "./template-engines.ts";

/** The files that may be templates. Paths are relative to the workspace root. */
export interface TemplateFiles {
  readonly paths: readonly string[];
  /** Undefined where the file cannot be read. */
  read(path: string, language: TemplateLanguage): TemplateFile | undefined;
}

/** Stands in `visited` for every template: which one a name means depends on which of them exist. */
export const anyTemplate = "<templates>";

export interface ProjectTemplates {
  /** The template that the name stands for: the first that an engine finds. */
  find(name: string): TemplateFile | undefined;
  /** Dotted names of the modules that `{% load name %}` may mean, the last installed first. */
  libraries(name: string): readonly string[];
  /** Dotted names of the modules whose tags every template has. */
  readonly builtins: readonly string[];
  /** Dotted names of the functions that add to the context of every request. */
  readonly contextProcessors: readonly string[];
  /** What settings add to every Jinja template: names with the dotted names of what they stand for. */
  readonly jinjaNames: Readonly<Record<"globals" | "filters", readonly (readonly [string, string])[]>>;
}

export function projectTemplates(
  { apps, program, settings }: Pick<DjangoProject, "apps" | "program" | "settings">,
  files: TemplateFiles,
): ProjectTemplates {
  const engines = mappingsIn(settings.evaluateSetting("TEMPLATES"));
  const options = engines.flatMap(({ entries }) => mappingsOf(entries.get("OPTIONS")));
  const strings = (name: string): readonly string[] => [
    ...new Set(options.flatMap(({ entries }) => textsOf(entries.get(name)))),
  ];
  const named = options.flatMap(({ entries }) => mappingsOf(entries.get("libraries")));
  const finder = new TemplateFinder(templateEngines(settings, apps, program), files);
  const libraries = new Map<string, readonly string[]>();
  const librariesNamed = (name: string): readonly string[] => [
    ...named.flatMap(({ entries }) => textsOf(entries.get(name))),
    ...libraryModules(program, apps, name),
  ];
  return {
    find: (name) => finder.find(name),
    libraries: (name) => remembered(libraries, name, () => librariesNamed(name)),
    builtins: strings("builtins"),
    contextProcessors: [
      ...new Set([
        ...strings("context_processors"),
        ...textsOf(settings.evaluateSetting(oldContextProcessors)),
      ]),
    ],
    jinjaNames: {
      globals: options.flatMap(({ entries }) => namedIn(entries.get("globals"))),
      filters: options.flatMap(({ entries }) => namedIn(entries.get("filters"))),
    },
  };
}

/** Until Django 1.9. */
const oldContextProcessors = "TEMPLATE_CONTEXT_PROCESSORS";

/** `{"markdown": "shop.filters.markdown"}` */
function namedIn(value: Parameters<typeof mappingsOf>[0]): readonly (readonly [string, string])[] {
  return mappingsOf(value).flatMap(({ entries }) =>
    [...entries].flatMap(([name, dotted]) => textsOf(dotted).map((text) => [name, text] as const)),
  );
}

/** `templatetags` modules of this name: those of installed applications, the last one first, as it hides the others. */
function libraryModules(program: PythonProgram, apps: readonly DjangoApp[], name: string): readonly string[] {
  return apps
    .map(({ moduleName }) => `${moduleName}.templatetags.${name}`)
    .filter((module) => program.module(module))
    .reverse();
}

class TemplateFinder {
  readonly #files: TemplateFiles;
  readonly #engines: readonly TemplateEngine[];
  readonly #paths: ReadonlySet<string>;
  /** Paths by each of the names that they have below a folder for templates. */
  readonly #byName: ReadonlyMap<string, readonly string[]>;
  readonly #found = new Map<string, FoundPath | undefined>();

  constructor(engines: readonly TemplateEngine[], files: TemplateFiles) {
    this.#files = files;
    this.#engines = engines;
    this.#paths = new Set(files.paths);
    this.#byName = namesOf(files.paths);
  }

  find(name: string): TemplateFile | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#pathOf(name));
    const found = this.#found.get(name);
    return found && this.#files.read(found.path, found.language);
  }

  #pathOf(name: string): FoundPath | undefined {
    const engines = this.#engines.filter((engine) => engine.accepts(name));
    for (const { folders, language } of engines) {
      for (const folder of folders) {
        const path = joinPath(folder, name);
        if (this.#paths.has(path)) return { path, language };
      }
    }
    // Settings that are not understood, or applications that are not seen to be installed.
    const path = this.#byName.get(name)?.[0] ?? this.#onlyOneBelow(name);
    return path === undefined ? undefined : { path, language: languageOf(path, engines[0]?.language) };
  }

  /** `DIRS` may lead into a folder for templates: `shop/templates/shop` for `orders/list.html`. */
  #onlyOneBelow(name: string): string | undefined {
    if (!name.includes("/")) return undefined;
    const [path, ...others] = [...this.#byName.keys()].filter((known) => known.endsWith(`/${name}`));
    return path === undefined || others.length > 0 ? undefined : this.#byName.get(path)?.[0];
  }
}

interface FoundPath {
  readonly path: string;
  readonly language: TemplateLanguage;
}

/** What the path says, or else the engine that would be asked first. */
function languageOf(path: string, ofEngine: TemplateLanguage = "django"): TemplateLanguage {
  return /(^|\/)jinja2\/|\.(jinja2?|j2)$/.test(path) ? "jinja" : ofEngine;
}

function namesOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const path of paths) {
    for (const match of path.matchAll(/(?:^|\/)(?:templates|jinja2)\//g)) {
      const name = path.slice(match.index + match[0].length);
      const known = names.get(name);
      if (known) known.push(path);
      else names.set(name, [path]);
    }
  }
  return names;
}
