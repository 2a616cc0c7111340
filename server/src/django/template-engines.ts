/** The template engines of a project, in the order in which Django asks them: `TEMPLATES`, and what was before it. */
import type { PythonProgram } from "../python/program.ts";
import type { TemplateLanguage } from "../syntax/template/template-tree.ts";
import type { DjangoApp } from "./project.ts";
import type { Settings } from "./settings.ts";
import { joinPath, parentPath } from "./static-paths.ts";
import {
  alternativesOf,
  isMapping,
  isSequence,
  type MappingValue,
  type StaticValue,
  stringOf,
  truthOf,
} from "./static-value.ts";

export interface TemplateEngine {
  readonly language: TemplateLanguage;
  /** Where it looks for templates, in order; names start below one of these. */
  readonly folders: readonly string[];
  /** Whether it looks for a template of this name at all. */
  accepts(name: string): boolean;
}

const djangoJinja: ReadonlySet<string> = new Set([
  "django_jinja.backend.Jinja2",
  "django_jinja.jinja2.Jinja2",
  "django_jinja.backend.Jinja2Engine",
]);

export function templateEngines(
  settings: Settings,
  apps: readonly DjangoApp[],
  program: PythonProgram,
): readonly TemplateEngine[] {
  const inApps = (folder: string): readonly string[] =>
    apps.flatMap(({ moduleName }) => applicationFolders(program, moduleName, folder));
  const engines = mappingsIn(settings.evaluateSetting("TEMPLATES")).map((engine) => engineOf(engine, inApps));
  return engines.length > 0 ? engines : enginesOfLoaders(settings, inApps);
}

function engineOf({ entries }: MappingValue, inApps: (folder: string) => readonly string[]): TemplateEngine {
  const backends = textsOf(entries.get("BACKEND"));
  const options = mappingsOf(entries.get("OPTIONS"));
  const option = (name: string): readonly string[] =>
    options.flatMap((each) => textsOf(each.entries.get(name)));
  const configured = [...textsOf(entries.get("DIRS")), ...options.flatMap(loaderFolders)].map((folder) =>
    joinPath(folder),
  );
  const appDirectories = entries.get("APP_DIRS");
  const jinjaApps = (folder: string): readonly string[] =>
    appDirectories !== undefined && truthOf(appDirectories) === false ? [] : inApps(folder);
  if (backends.includes("django.template.backends.jinja2.Jinja2")) {
    return { language: "jinja", folders: [...configured, ...jinjaApps("jinja2")], accepts: () => true };
  }
  if (!backends.some((backend) => djangoJinja.has(backend))) {
    return { language: "django", folders: [...configured, ...inApps("templates")], accepts: () => true };
  }
  const [folder = "templates"] = option("app_dirname");
  const isGiven = options.some((each) => each.entries.has("match_extension"));
  const extensions = isGiven ? option("match_extension").filter((text) => text !== "") : [".jinja"];
  const [pattern] = option("match_regex");
  return {
    language: "jinja",
    folders: [...configured, ...jinjaApps(folder)],
    accepts: (name) =>
      (extensions.length === 0 || extensions.some((extension) => name.endsWith(extension))) &&
      (pattern === undefined || startsWith(name, pattern)),
  };
}

/** Python's `re.match()`. A pattern that JavaScript does not know accepts everything. */
function startsWith(name: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`, "u").test(name);
  } catch {
    return true;
  }
}

/** `TEMPLATE_LOADERS` and `TEMPLATE_DIRS`, until Django 1.9. */
function enginesOfLoaders(
  settings: Settings,
  inApps: (folder: string) => readonly string[],
): readonly TemplateEngine[] {
  const loaders = textsOf(settings.evaluateSetting("TEMPLATE_LOADERS"));
  const folders = [
    ...textsOf(settings.evaluateSetting("TEMPLATE_DIRS")).map((folder) => joinPath(folder)),
    ...inApps("templates"),
  ];
  const django: TemplateEngine = { language: "django", folders, accepts: () => true };
  if (loaders.includes("jingo.Loader")) {
    const excluded = new Set(textsOf(settings.evaluateSetting("JINGO_EXCLUDE_APPS")));
    const accepts = (name: string): boolean => !excluded.has(name.split("/", 1)[0] ?? "");
    return [{ language: "jinja", folders, accepts }, django];
  }
  if (loaders.some((loader) => loader.startsWith("django_jinja.loaders."))) {
    const [extension = ".jinja"] = textsOf(settings.evaluateSetting("DEFAULT_JINJA2_TEMPLATE_EXTENSION"));
    return [{ language: "jinja", folders, accepts: (name) => name.endsWith(extension) }, django];
  }
  return [django];
}

export function mappingsIn(value: StaticValue | undefined): readonly MappingValue[] {
  const items = value ? alternativesOf(value) : [];
  return items.flatMap((item) => (isSequence(item) ? item.elements : [])).flatMap(mappingsOf);
}

export function mappingsOf(value: StaticValue | undefined): readonly MappingValue[] {
  return value ? alternativesOf(value).filter(isMapping) : [];
}

export function textsOf(value: StaticValue | undefined): readonly string[] {
  if (!value) return [];
  return alternativesOf(value).flatMap((item) =>
    isSequence(item)
      ? item.elements.flatMap((element) => stringOf(element) ?? [])
      : typeof item === "string"
        ? [item]
        : [],
  );
}

/** `("django.template.loaders.filesystem.Loader", [folder])` */
function loaderFolders({ entries }: MappingValue): readonly string[] {
  const loaders = entries.get("loaders");
  if (!loaders) return [];
  const folders: string[] = [];
  const visit = (value: StaticValue): void => {
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

function applicationFolders(program: PythonProgram, moduleName: string, name: string): readonly string[] {
  const path = program.module(moduleName)?.file.path;
  // Without `__init__.py` the package has no module: its `models`, `apps` or `views` tell where it lies.
  const folder =
    path === undefined
      ? ["models", "apps", "views", "urls"]
          .map((each) => program.module(`${moduleName}.${each}`)?.file.path)
          .find((found) => found !== undefined)
      : path;
  return folder === undefined ? [] : [joinPath(parentPath(folder), name)];
}
