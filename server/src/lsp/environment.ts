import type { FileSystem } from "../platform/file-system.ts";
import type { Workspace } from "../program/workspace.ts";
import type { RuleMetadata } from "../rules/rule.ts";

/** What the server is given by whoever starts it, so that a test can give something else. */
export interface ServerEnvironment {
  readonly version: string;
  readonly files: FileSystem;
  /** The rules that the workspaces run. */
  readonly rules: readonly RuleMetadata[];
  /** @param folder absolute path with `/` */
  openWorkspace(folder: string): Promise<Workspace>;
}
