import type { Configuration } from "../lint/configuration.ts";
import type { RuleIdentity } from "../lint/selection.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { ProcessMemory } from "../platform/process-memory.ts";
import type { Workspace } from "../program/workspace.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { PythonParser } from "../syntax/python-parser.ts";

/** What a front end is given by whoever starts it, so that a test can give something else. */
export interface AnalysisEnvironment {
  readonly version: string;
  readonly files: FileSystem;
  readonly memory: ProcessMemory;
  /** The rules that the workspaces run. */
  readonly rules: readonly RuleMetadata[];
  /** The folder that the build filled for the embedded PostgreSQL; ends in a slash. */
  readonly embeddedPostgres: URL;
  /** Made at the first call. */
  pythonParser(): Promise<PythonParser>;
  openWorkspace(options: OpenWorkspaceOptions): Promise<Workspace>;
}

export interface OpenWorkspaceOptions {
  /** Absolute path with `/`. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** See `LoadedConfiguration.pathPrefix`. */
  readonly pathPrefix: string;
  /** Read instead of the disk. */
  readonly files?: FileSystem;
  /** Also count what views, tasks and commands send to the database as a whole. */
  readonly countQueries?: boolean;
  /** Whether a rule is asked; by default, all are. */
  readonly asks?: (rule: RuleIdentity) => boolean;
}
