/** Which files of a project count as its size: what a user's findings can stand in without any configuration. */
import { isGeneratedPath } from "../../../server/src/lint/file-context.ts";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import { walkFolder } from "../../../server/src/program/folder-walk.ts";
import { isTestPath } from "../../../server/src/python/test-paths.ts";

export interface ScopeSize {
  readonly pythonLines: number;
  readonly templateLines: number;
}

/**
 * Physical lines of Python files and templates, without tests, migrations, generated files and what the analysis
 * leaves out anyway.
 * @param root absolute, with `/`
 */
export function sizeInDefaultScope(root: string): ScopeSize {
  const { files } = walkFolder(
    nodeFileSystem,
    root,
    { exclude: [], respectGitignore: true },
    (path) => (path.endsWith(".py") || isTemplate(path)) && isInDefaultScope(path),
  );
  const linesOf = (paths: readonly string[]): number =>
    paths.reduce((total, path) => total + physicalLines(`${root}/${path}`), 0);
  return {
    pythonLines: linesOf(files.filter((path) => path.endsWith(".py"))),
    templateLines: linesOf(files.filter(isTemplate)),
  };
}

function isInDefaultScope(path: string): boolean {
  return !isTestPath(path) && !isGeneratedPath(path) && !path.split("/").includes("migrations");
}

function isTemplate(path: string): boolean {
  return /(^|\/)(templates|jinja2)\/.*\.(html|djhtml|jinja2?|txt|xml|email)$/.test(path);
}

function physicalLines(path: string): number {
  const result = nodeFileSystem.readText(path);
  if (result.kind !== "text" || result.text === "") return 0;
  const breaks = result.text.match(/\r\n|\n|\r/g)?.length ?? 0;
  return /[\r\n]$/.test(result.text) ? breaks : breaks + 1;
}
