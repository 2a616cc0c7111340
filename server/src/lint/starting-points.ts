import { isTestPath } from "../python/test-paths.ts";
import type { Configuration } from "./configuration.ts";
import { isGeneratedPath } from "./file-context.ts";
import { pathMatcher } from "./path-patterns.ts";

/**
 * Whether findings in a file can be reported at all, as far as its path tells. Other files matter only where these
 * use them, so that the analysis need not look at them for their own sake.
 */
export function startingPointFilter(
  { exclude, includeTests }: Pick<Configuration, "exclude" | "includeTests">,
  pathPrefix: string,
): (path: string) => boolean {
  const isExcluded = pathMatcher(exclude, pathPrefix);
  return (path) => !isExcluded(path) && !isGeneratedPath(path) && (includeTests || !isTestPath(path));
}
