/** Reads a Django project from its linked Python sources: settings, applications, models. */
import type { PythonProgram } from "../python/program.ts";
import type { Module } from "../python/symbols.ts";
import { buildModelGraph } from "./model-graph-builder.ts";
import type { DjangoProject } from "./project.ts";
import { evaluateSettings } from "./settings.ts";
import { findSettingsModule } from "./settings-module.ts";
import type { Version } from "./version.ts";

export interface DjangoProjectInput {
  /** Relative to the workspace root; `.` for the root itself. */
  readonly root: string;
  readonly program: PythonProgram;
  /** As the configuration names it; undefined to find it in the sources. */
  readonly settingsModule: string | undefined;
  readonly isSettingsModuleConfigured?: boolean;
  readonly django: Version | undefined;
  readonly libraries?: ReadonlyMap<string, Version>;
  /** By a path as the settings write it: relative to the folder where the project is started. */
  readonly isOwnFile?: (path: string) => boolean;
}

export function readDjangoProject(input: DjangoProjectInput): DjangoProject {
  const {
    root,
    program,
    django,
    isOwnFile,
    libraries = new Map(),
    isSettingsModuleConfigured = false,
  } = input;
  const bodiesRead = new Set<string>();
  const bodyRead = (module: Module): void => {
    bodiesRead.add(module.file.path);
  };
  const settingsModule = input.settingsModule ?? findSettingsModule(program);
  const module = settingsModule === undefined ? undefined : program.module(settingsModule);
  const settings = evaluateSettings(program, module, bodyRead, { ...(isOwnFile && { isOwnFile }) });
  const { models, apps } = buildModelGraph(program, settings, django, bodyRead);
  return {
    root,
    settingsModule,
    isSettingsModuleConfigured,
    settings,
    django,
    libraries,
    isOwnFile,
    apps,
    program,
    models,
    bodiesRead,
  };
}
