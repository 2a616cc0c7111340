import picomatch from "picomatch";

export type PathMatcher = (path: string) => boolean;

/**
 * Compiles glob patterns. A pattern without `/` matches a file or folder of that name at any depth, one with `/` from
 * the top; a folder that matches contains everything below it.
 * @param pathPrefix put before every path: the analysed folder as seen from the patterns' folder
 */
export function pathMatcher(patterns: readonly string[], pathPrefix: string): PathMatcher {
  if (patterns.length === 0) return () => false;
  const globs = patterns.flatMap((pattern) => {
    const trimmed = pattern.replace(/^\.?\//, "").replace(/\/+$/, "");
    const anchored = pattern.replace(/\/+$/, "").includes("/") ? trimmed : `**/${trimmed}`;
    return [anchored, `${anchored}/**`];
  });
  const matches = picomatch(globs, { dot: true });
  return (path) => matches(pathPrefix === "" ? path : `${pathPrefix}/${path}`);
}
