/** A Django project of the workspace: where its code lies and what its settings say. */
import type { PythonProgram } from "../python/program.ts";
import type { ModelGraph } from "./model-graph.ts";
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
  /** Installed version where lock files or the environment tell. */
  readonly django: Version | undefined;
  readonly apps: readonly DjangoApp[];
  readonly program: PythonProgram;
  readonly models: ModelGraph;
}
