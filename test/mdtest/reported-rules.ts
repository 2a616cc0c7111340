/** For libraries that cannot be installed beside Django: what is reported of a project that is written in a test. */
import { analyzeFiles } from "./analyze-files.ts";

/**
 * The rule of each finding, and the relation paths that it names.
 * @param apps what is installed; the last one is the project's own package
 * @param files by their path in that package
 */
export async function reportedRules(
  apps: readonly [string, ...string[]],
  files: Readonly<Record<string, string>>,
): Promise<readonly (readonly string[])[]> {
  const own = apps.at(-1);
  const { findings } = await analyzeFiles(
    new Map([
      ["manage.py", 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n'],
      ["settings.py", `INSTALLED_APPS = ${JSON.stringify(apps)}\n`],
      [`${own}/__init__.py`, ""],
      ...Object.entries(files).map(([path, text]): [string, string] => [`${own}/${path}`, text]),
    ]),
  );
  return findings.map(({ relationPaths, rule }) => [rule, ...relationPaths]);
}
