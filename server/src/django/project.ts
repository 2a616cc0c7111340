/** A Django project of the workspace: where its code lies and what its settings say. */
import type { PythonProgram } from "../python/program.ts";
import type { ModelGraph } from "./model-graph.ts";
import type { Settings } from "./settings.ts";
import type { Version } from "./version.ts";

export interface DjangoApp {
  /** `shop.orders` */
  readonly moduleName: string;
  readonly label: string;
}

export interface DjangoProject {
  /** Relative to the workspace root; `.` for the root itself. */
  readonly root: string;
  /** `shop.settings`, where one is known. */
  readonly settingsModule: string | undefined;
  /** Whether the configuration names it: then it is that of production where the project has it, whatever the sources say. */
  readonly isSettingsModuleConfigured: boolean;
  readonly settings: Settings;
  /** Installed version where lock files or the environment tell. */
  readonly django: Version | undefined;
  /** Versions of the libraries that it asks for, by normalised distribution name: `celery`, `djangorestframework`. */
  readonly libraries: ReadonlyMap<string, Version>;
  /** Whether its folder has a file, by a path as the settings write it; undefined where nobody can tell. */
  readonly isOwnFile: ((path: string) => boolean) | undefined;
  readonly apps: readonly DjangoApp[];
  readonly program: PythonProgram;
  readonly models: ModelGraph;
  /**
   * Files from whose function bodies `models` was concluded: constructors of field classes, functions that return
   * fields. An edit of a body there changes the model graph, which one of any other body does not.
   */
  readonly bodiesRead: ReadonlySet<string>;
}
