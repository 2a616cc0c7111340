/** The expressions of a real project that the analysis takes for querysets. */
import { pathToFileURL } from "node:url";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { lineIndexOf } from "../../../server/src/base/line-index.ts";
import { containsRange, type TextRange } from "../../../server/src/base/text-range.ts";
import { nodeEnvironment } from "../../../server/src/composition/node-environment.ts";
import type { DjangoProject } from "../../../server/src/django/project.ts";
import { type ExplainProject, explainProjectOf } from "../../../server/src/explain/explain-project.ts";
import { type KnownQueryset, knownQuerysets } from "../../../server/src/explain/known-querysets.ts";
import { type QuerysetExpression, querysetAt } from "../../../server/src/explain/queryset-at.ts";
import { loadConfiguration } from "../../../server/src/lint/configuration-loading.ts";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import type { Analysis } from "../../../server/src/program/workspace.ts";
import type { Module } from "../../../server/src/python/symbols.ts";
import { isTestPath } from "../../../server/src/python/test-paths.ts";
import type { OriginSiteKind } from "../../../server/src/queryset/origin.ts";
import { rules } from "../../../server/src/rules/registry.ts";
import { inRepository } from "../../support/repository.ts";

export interface TypedQueryset {
  /** `helpdesk/views/staff.py:120:14` */
  readonly place: string;
  readonly module: string;
  readonly expression: QuerysetExpression;
  /** What the analysis knows of the querysets in it. */
  readonly known: readonly KnownQueryset[];
}

export interface TypedProject {
  readonly project: ExplainProject;
  readonly querysets: readonly TypedQueryset[];
}

/** Sites that are expressions of Python whose value is a queryset. */
const expressionSites: ReadonlySet<OriginSiteKind> = new Set([
  "chain",
  "managerMethod",
  "helper",
  "attribute",
  "shared",
]);

/**
 * Each longest chain counts once; tests and migrations are left out.
 * @param settings dotted name of the settings module
 */
export async function typedQuerysets(folder: string, settings: string): Promise<TypedProject> {
  const environment = nodeEnvironment(pathToFileURL(inRepository("dist/")));
  const { configuration, pathPrefix } = loadConfiguration({ root: folder, files: nodeFileSystem, rules });
  const workspace = await environment.openWorkspace({
    folder,
    pathPrefix,
    configuration: { ...configuration, settingsModule: settings },
  });
  const analysis = await workspace.analyze(neverCancelled);
  const django = analysis.projects.find(({ settingsModule }) => settingsModule === settings);
  if (django === undefined) throw new Error(`no project in ${folder} has the settings ${settings}`);
  const found = explainProjectOf(django, folder);
  if (found.kind === "failed") throw new Error(found.error.message);
  return {
    project: found.project,
    querysets: ownModules(django).flatMap((module) => within(analysis, module)),
  };
}

function ownModules({ program }: DjangoProject): readonly Module[] {
  return program.modules.filter(
    ({ firstParty, file: { path } }) =>
      firstParty && !isTestPath(path) && !path.split("/").includes("migrations"),
  );
}

function within(analysis: Analysis, { name, file }: Module): readonly TypedQueryset[] {
  const lines = lineIndexOf(file.text);
  return longest(rangesIn(analysis, file.path)).flatMap((range) => {
    const expression = querysetAt(file, range);
    if (expression === undefined) return [];
    const { line, column } = lines.positionAt(range.start);
    const known = knownQuerysets(file, analysis.facts(file.path), range);
    return [{ place: `${file.path}:${line + 1}:${column + 1}`, module: name, expression, known }];
  });
}

function rangesIn(analysis: Analysis, path: string): readonly TextRange[] {
  const ranges = new Map<string, TextRange>();
  for (const fact of analysis.facts(path)) {
    if (!("queryset" in fact) || fact.queryset === undefined) continue;
    for (const { kind, location } of fact.queryset.origin.sites) {
      if (location.path !== path || !expressionSites.has(kind)) continue;
      ranges.set(`${location.range.start} ${location.range.end}`, location.range);
    }
  }
  return [...ranges.values()];
}

/** Without the beginnings of longer chains. A queryset in the argument of another one counts. */
function longest(ranges: readonly TextRange[]): readonly TextRange[] {
  return ranges
    .filter((range) =>
      ranges.every((other) => other === range || other.start !== range.start || !containsRange(other, range)),
    )
    .toSorted((a, b) => a.start - b.start);
}
