/**
 * The templates of a project: which file a name stands for, as its engines look for it, and which libraries of tags
 * and filters templates can load.
 */
import type { PythonProgram } from "../python/program.ts";
import type { TemplateFile } from "../syntax/template/template-tree.ts";
import type { DjangoApp, DjangoProject } from "./project.ts";
import type { Settings } from "./settings.ts";
import { joinPath, parentPath } from "./static-paths.ts";
import {
  alternativesOf,
  isMapping,
  isSequence,
  type MappingValue,
  stringOf,
  type stringsOf,
} from "./static-value.ts";

/** The files that may be templates. Paths are relative to the workspace root. */
export interface TemplateFiles {
  readonly paths: readonly string[];
  /** Undefined where the file cannot be read. */
  read(path: string): TemplateFile | undefined;
}

/** Stands in `visited` for every template: which one a name means depends on which of them exist. */
export const anyTemplate = "<templates>";

export interface ProjectTemplates {
  /** The template of Django's language that the name stands for: the first that an engine finds. */
  find(name: string): TemplateFile | undefined;
  /** Dotted names of the modules that `{% load name %}` may mean, the last installed first. */
  libraries(name: string): readonly string[];
  /** Dotted names of the modules whose tags every template has. */
  readonly builtins: readonly string[];
  /** Dotted names of the functions that add to the context of every request. */
  readonly contextProcessors: readonly string[];
}

const jinja = "django.template.backends.jinja2.Jinja2";

export function projectTemplates(
  { apps, program, settings }: Pick<DjangoProject, "apps" | "program" | "settings">,
  files: TemplateFiles,
): ProjectTemplates {
  const engines = enginesOf(settings);
  const options = engines.flatMap(({ entries }) => mappingsOf(entries.get("OPTIONS")));
  const strings = (name: string): readonly string[] => [
    ...new Set(options.flatMap(({ entries }) => textsOf(entries.get(name)))),
  ];
  const named = options.flatMap(({ entries }) => mappingsOf(entries.get("libraries")));
  const finder = new TemplateFinder(engines, apps, program, files);
  return {
    find: (name) => finder.find(name),
    libraries: (name) => [
      ...named.flatMap(({ entries }) => textsOf(entries.get(name))),
      ...libraryModules(program, apps, name),
    ],
    builtins: strings("builtins"),
    contextProcessors: strings("context_processors"),
  };
}

/** `TEMPLATES`, without the engines of other languages. */
function enginesOf(settings: Settings): readonly MappingValue[] {
  const value = settings.evaluateSetting("TEMPLATES");
  const elements = value
    ? alternativesOf(value).flatMap((item) => (isSequence(item) ? item.elements : []))
    : [];
  return elements
    .flatMap(mappingsOf)
    .filter(({ entries }) => !textsOf(entries.get("BACKEND")).some((backend) => backend === jinja));
}

function mappingsOf(value: Parameters<typeof alternativesOf>[0] | undefined): readonly MappingValue[] {
  return value ? alternativesOf(value).filter(isMapping) : [];
}

function textsOf(value: Parameters<typeof stringsOf>[0] | undefined): readonly string[] {
  if (!value) return [];
  return alternativesOf(value).flatMap((item) =>
    isSequence(item)
      ? item.elements.flatMap((element) => stringOf(element) ?? [])
      : typeof item === "string"
        ? [item]
        : [],
  );
}

/** `templatetags` modules of this name: those of installed applications, the last one first, as it hides the others. */
function libraryModules(program: PythonProgram, apps: readonly DjangoApp[], name: string): readonly string[] {
  return apps
    .map(({ moduleName }) => `${moduleName}.templatetags.${name}`)
    .filter((module) => program.module(module))
    .reverse();
}

/** A folder in which templates are looked for; their names start below it. */
type Folder = string;

class TemplateFinder {
  readonly #files: TemplateFiles;
  readonly #folders: readonly Folder[];
  readonly #paths: ReadonlySet<string>;
  /** Paths by each of the names that they have below a folder called `templates`. */
  readonly #byName: ReadonlyMap<string, readonly string[]>;
  readonly #found = new Map<string, string | undefined>();

  constructor(
    engines: readonly MappingValue[],
    apps: readonly DjangoApp[],
    program: PythonProgram,
    files: TemplateFiles,
  ) {
    this.#files = files;
    this.#paths = new Set(files.paths);
    this.#byName = namesOf(files.paths);
    const configured = engines.flatMap(({ entries }) => [
      ...textsOf(entries.get("DIRS")),
      ...mappingsOf(entries.get("OPTIONS")).flatMap((options) => loaderFolders(options)),
    ]);
    this.#folders = [
      ...configured.map((folder) => joinPath(folder)),
      ...apps.flatMap(({ moduleName }) => applicationFolders(program, moduleName)),
    ];
  }

  find(name: string): TemplateFile | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#pathOf(name));
    const path = this.#found.get(name);
    return path === undefined ? undefined : this.#files.read(path);
  }

  #pathOf(name: string): string | undefined {
    for (const folder of this.#folders) {
      const path = joinPath(folder, name);
      if (this.#paths.has(path)) return path;
    }
    // Settings that are not understood, or applications that are not seen to be installed.
    return this.#byName.get(name)?.[0] ?? this.#onlyOneBelow(name);
  }

  /** `DIRS` may lead into a folder for templates: `shop/templates/shop` for `orders/list.html`. */
  #onlyOneBelow(name: string): string | undefined {
    if (!name.includes("/")) return undefined;
    const [path, ...others] = [...this.#byName.keys()].filter((known) => known.endsWith(`/${name}`));
    return path === undefined || others.length > 0 ? undefined : this.#byName.get(path)?.[0];
  }
}

/** `("django.template.loaders.filesystem.Loader", [folder])` */
function loaderFolders({ entries }: MappingValue): readonly string[] {
  const loaders = entries.get("loaders");
  if (!loaders) return [];
  const folders: string[] = [];
  const visit = (value: Parameters<typeof alternativesOf>[0]): void => {
    for (const item of alternativesOf(value)) {
      if (!isSequence(item)) continue;
      const [first, second] = item.elements;
      const loader = first && stringOf(first);
      if (loader?.endsWith(".filesystem.Loader") && second) folders.push(...textsOf(second));
      else item.elements.forEach(visit);
    }
  };
  visit(loaders);
  return folders;
}

function applicationFolders(program: PythonProgram, moduleName: string): readonly Folder[] {
  const path = program.module(moduleName)?.file.path;
  // Without `__init__.py` the package has no module: its `models`, `apps` or `views` tell where it lies.
  const folder =
    path === undefined
      ? ["models", "apps", "views", "urls"]
          .map((name) => program.module(`${moduleName}.${name}`)?.file.path)
          .find((found) => found !== undefined)
      : path;
  return folder === undefined ? [] : [joinPath(parentPath(folder), "templates")];
}

function namesOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const path of paths) {
    for (const match of path.matchAll(/(?:^|\/)templates\//g)) {
      const name = path.slice(match.index + match[0].length);
      const known = names.get(name);
      if (known) known.push(path);
      else names.set(name, [path]);
    }
  }
  return names;
}
