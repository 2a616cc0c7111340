import type { Configuration } from "../lint/configuration.ts";
import type { RuleIdentity } from "../lint/selection.ts";
import type { CacheFolder } from "../platform/cache-folder.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { Workspace } from "../program/workspace.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import type { CheckInThread } from "./check/threads.ts";

/** Everything that a command has of the world, so that a test can give it another one. */
export interface CliEnvironment {
  /** Absolute, with `/`. */
  readonly workingFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readStdin(): Promise<string>;
  readonly version: string;
  /** Differs from that of every other build, also of the same version. */
  readonly build: string;
  /** Where results are kept from one run to the next; undefined where nothing is kept. */
  readonly cache: CacheFolder | undefined;
  readonly files: FileSystem;
  /** The rules that the workspaces run. */
  readonly rules: readonly RuleMetadata[];
  /** The folder that the build filled for the embedded PostgreSQL; ends in a slash. */
  readonly embeddedPostgres: URL;
  /** The page of a rule in Markdown, where there is one. */
  rulePage(name: string): string | undefined;
  openWorkspace(options: OpenWorkspaceOptions): Promise<Workspace>;
  /** Serves the Language Server Protocol on standard input and output until the client leaves. */
  startServer(): Promise<void>;
  pythonParser(): Promise<PythonParser>;
  /** `checkFolder` in a thread of its own, where there are threads. */
  readonly checkInThread?: CheckInThread;
  /** Processors that this process may use. */
  readonly processors: number;
  /** Asks for a yes or no; undefined where nobody is at a terminal. */
  confirm(question: string): Promise<boolean | undefined>;
}

export interface OpenWorkspaceOptions {
  /** Absolute path with `/`. */
  readonly folder: string;
  readonly files: FileSystem;
  readonly configuration: Configuration;
  /** See `LoadedConfiguration.pathPrefix`. */
  readonly pathPrefix: string;
  /** Also count what views, tasks and commands send to the database as a whole. */
  readonly countQueries?: boolean;
  /** Whether a rule is asked; by default, all are. */
  readonly asks?: (rule: RuleIdentity) => boolean;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}
