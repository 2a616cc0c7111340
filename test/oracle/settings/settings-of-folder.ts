/** The settings of a folder of Python files, evaluated and imported with the same environment. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluateSettings, type Settings } from "../../../server/src/django/settings.ts";
import type { FileSystem } from "../../../server/src/platform/file-system.ts";
import { joinPath } from "../../../server/src/platform/paths.ts";
import { linkProject } from "../../../server/src/program/link-project.ts";
import type { Module } from "../../../server/src/python/symbols.ts";
import { pythonWith, runScript } from "../../support/django-environment.ts";
import { testParser } from "../../support/python-parser.ts";
import type { ImportedSettings } from "./compare-settings.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface SettingsModule {
  /** Dotted name. */
  readonly module: string;
  /** Folders on the import path, relative to the project's; its own where nothing is said. */
  readonly importPath?: readonly string[];
  /** All that is set; `DJANGO_SETTINGS_MODULE` is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Top-level names of modules that are not installed where these settings run. */
  readonly absent?: readonly string[];
}

function variablesOf({ module, environment }: SettingsModule): Readonly<Record<string, string>> {
  return { DJANGO_SETTINGS_MODULE: module, ...environment };
}

/**
 * What the evaluator is told beside the variables and the files of the folder: `"machine"`, which other files and which
 * libraries are there, as the import sees them; `"sources"`, nothing else, as the analysis of a folder knows it.
 */
export type Told = "machine" | "sources";

/** @param root absolute path of the folder */
export async function evaluateInFolder(
  files: FileSystem,
  root: string,
  settings: SettingsModule,
  told: Told = "machine",
): Promise<Settings> {
  const parser = await testParser();
  // A module is parsed when an import leads to it: a project has thousands of others.
  const load = (name: string): Module | undefined => {
    for (const folder of settings.importPath ?? ["."]) {
      const start = joinPath(folder, name.replaceAll(".", "/"));
      for (const path of [`${start}/__init__.py`, `${start}.py`]) {
        const text = files.readText(`${root}/${path}`);
        if (text.kind !== "text") continue;
        const isPackage = path.endsWith("/__init__.py");
        return { name, isPackage, file: parser.parse(path, text.text), firstParty: true, aliases: [] };
      }
    }
    return undefined;
  };
  const module = load(settings.module);
  const program = linkProject({
    modules: module ? [module] : [],
    settingsModule: settings.module,
    loadLibraryModule: load,
  });
  return evaluateSettings(program, module, () => {}, {
    environment: new Map(Object.entries(variablesOf(settings))),
    isOwnFile: (path) => files.stat(`${root}/${path}`) !== undefined,
    ...(told === "machine" && {
      fileExists: (path: string) => files.stat(path.startsWith("/") ? path : `${root}/${path}`) !== undefined,
      installed: {
        // Where they are imported, stand-ins are found for libraries that are not there.
        has: (library: string) => !(settings.absent ?? []).includes(library),
        hasEntryPoints: () => false,
      },
    }),
  });
}

/**
 * A Python with the libraries that settings import; making it takes most of a minute.
 * @throws Unavailable
 */
export function settingsPython(): Promise<string> {
  return pythonWith("settings", readFileSync(here("./requirements.txt"), "utf8").trim().split("\n"));
}

/**
 * @param root absolute path of a folder on the disk
 * @throws Error where the settings cannot be imported
 * @throws Unavailable
 */
export async function importFromFolder(root: string, settings: SettingsModule): Promise<ImportedSettings> {
  const python = await settingsPython();
  const request = {
    folder: root,
    module: settings.module,
    importPath: (settings.importPath ?? ["."]).map((folder) => (folder === "." ? root : `${root}/${folder}`)),
    environment: variablesOf(settings),
    ownPackages: [settings.module.split(".")[0]],
    absent: settings.absent ?? [],
  };
  const result = (await runScript(python, [here("./import_settings.py")], request)) as
    | { readonly settings: ImportedSettings }
    | { readonly error: string };
  if ("error" in result) throw new Error(`${settings.module}: ${result.error}`);
  return result.settings;
}
