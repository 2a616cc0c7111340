/** Where a project's code names a library. */
import type { Location } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import { isTestPath } from "../../python/test-paths.ts";

export interface Mention {
  /** `Imports sentry_sdk` */
  readonly text: string;
  readonly location: Location;
}

/** The first import of a package whose name the pattern matches, tests left out. */
export function importOf(project: DjangoProject, pattern: RegExp): Mention | undefined {
  for (const { firstParty, file } of project.program.modules) {
    if (!firstParty || isTestPath(file.path) || !pattern.test(file.text)) continue;
    for (const match of file.text.matchAll(/^[ \t]*(?:import|from)[ \t]+([\w.]+)/gm)) {
      const [statement, name = ""] = match;
      const root = new RegExp(`^(?:${pattern.source})(?:\\.|$)`);
      if (!root.test(name)) continue;
      const start = match.index + statement.length - statement.trimStart().length;
      const range = { start, end: match.index + statement.length };
      return { text: `Imports ${name}`, location: { path: file.path, range } };
    }
  }
  return undefined;
}

/** Where any module of settings, also one for development, names something. */
export function settingsMention(project: DjangoProject, pattern: RegExp): Mention | undefined {
  for (const { firstParty, name, file } of project.program.modules) {
    if (
      !firstParty ||
      !/settings|config|conf\b|installed_apps|\b(?:base|common|dev|development|local|prod|production|staging)$/i.test(
        name,
      )
    )
      continue;
    const found = pattern.exec(file.text);
    if (!found) continue;
    const location: Location = {
      path: file.path,
      range: { start: found.index, end: found.index + found[0].length },
    };
    return { text: `The settings name ${found[0].replace(/["']/g, "")}`, location };
  }
  return undefined;
}
