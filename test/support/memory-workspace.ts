import type { FileSystem } from "../../server/src/platform/file-system.ts";
import { openWorkspace, type WorkspaceOptions } from "../../server/src/program/open-workspace.ts";
import type { Workspace } from "../../server/src/program/workspace.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { testParser } from "./python-parser.ts";

/** A workspace in `/project` of a file system in memory, with every rule and no configuration. */
export async function openTestWorkspace(
  fileSystem: FileSystem,
  options: Partial<WorkspaceOptions> = {},
): Promise<Workspace> {
  return openWorkspace({
    root: "/project",
    fileSystem,
    parser: await testParser(),
    rules,
    ruleOptions: { smallLoop: 5 },
    exclude: [],
    settingsModule: undefined,
    isStartingPoint: () => true,
    environment: {},
    yieldToOthers: () => Promise.resolve(),
    ...options,
  });
}
