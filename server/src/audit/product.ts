/** Everything that the judgements of the report rest on, taken from one analysis. Plain questions to it are in `judging.ts`. */
import { groupBy } from "../base/group-by.ts";
import type { Location } from "../base/text-range.ts";
import { emptyDeployment } from "../deployment/deployment.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Fact, RootContext } from "../interpret/facts.ts";
import type { EndpointQueries } from "../interpret/roots/endpoints.ts";
import type { Configuration } from "../lint/configuration.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import { isSelected, type RuleIdentity } from "../lint/selection.ts";
import type { Analysis } from "../program/workspace.ts";
import { isTestPath } from "../python/test-paths.ts";
import { type EndpointEstimate, estimateEndpoints } from "../rules/endpoint-estimate.ts";
import type { RuleCode } from "../rules/finding.ts";
import { placeKey } from "../rules/finding-parts.ts";
import type { RuleContext } from "../rules/rule-context.ts";
import { type ProductionSettings, productionSettings } from "../rules/settings/production-settings.ts";
import type { LiveMeasurements } from "./live-measurements.ts";

/** A finding, and what somebody was doing when its code ran. */
export interface AuditFinding extends ReportedFinding {
  /** Undefined for what stands in no code that runs: settings, models. */
  readonly context: RootContext | undefined;
}

export interface Product {
  readonly project: DjangoProject;
  /** Roots of the other projects of the folder. */
  readonly others: readonly string[];
  readonly configuration: Configuration;
  /** Undefined where no settings for production are known. */
  readonly production: ProductionSettings | undefined;
  /** Those of at least medium confidence, in the order of the analysis. */
  readonly findings: readonly AuditFinding[];
  /** Those of less. */
  readonly doubtful: readonly AuditFinding[];
  readonly endpoints: readonly EndpointQueries[];
  /** The most expensive first. */
  readonly estimates: readonly EndpointEstimate[];
  /** The rules that there are. */
  readonly known: ReadonlySet<RuleCode>;
  /** Those that the configuration turns off. */
  readonly ignored: ReadonlySet<RuleCode>;
  /** What rules ask, for the questions that they answer as well. */
  readonly context: RuleContext;
  readonly live: LiveMeasurements;
}

export interface ProductInput {
  readonly analysis: Analysis;
  /** What is reported of the analysis, every confidence. */
  readonly findings: readonly ReportedFinding[];
  readonly configuration: Configuration;
  /** The rules that there are. */
  readonly rules: readonly RuleIdentity[];
  readonly live: LiveMeasurements;
}

/** Undefined where the folder has no Django project. */
export function productOf(input: ProductInput): Product | undefined {
  const { analysis, findings, configuration, rules, live } = input;
  const contexts = new Map(
    analysis.projects.map((project) => [project, contextOf(project, analysis, configuration)]),
  );
  const project = mainProject(contexts);
  const context = project && contexts.get(project);
  if (!project || !context) return undefined;
  const running = rootContexts(context.facts);
  const all = findings.map((finding) => ({ ...finding, context: running(finding) }));
  return {
    project,
    others: analysis.projects.filter((other) => other !== project).map(({ root }) => root),
    configuration,
    production: productionSettings(context),
    findings: all.filter(({ confidence }) => confidence !== "low"),
    doubtful: all.filter(({ confidence }) => confidence === "low"),
    endpoints: analysis.endpoints,
    estimates: estimateEndpoints(analysis.endpoints),
    known: new Set(rules.map(({ code }) => code)),
    ignored: new Set(rules.filter((rule) => !isSelected(rule, configuration)).map(({ code }) => code)),
    context,
    live,
  };
}

function contextOf(project: DjangoProject, analysis: Analysis, configuration: Configuration): RuleContext {
  const paths = project.program.modules
    .filter(({ firstParty }) => firstParty)
    .map(({ file: { path } }) => path);
  return {
    project,
    deployment: analysis.deployments[analysis.projects.indexOf(project)] ?? emptyDeployment,
    django: project.django ?? { major: 4, minor: 2 },
    facts: [...new Set(paths)].flatMap((path) => analysis.facts(path)),
    options: { smallLoop: configuration.smallLoop },
    text: (path) => analysis.text(path) ?? "",
  };
}

/** The one with settings for production and the most models: sandboxes and examples lie beside what they try out. */
function mainProject(contexts: ReadonlyMap<DjangoProject, RuleContext>): DjangoProject | undefined {
  const ranked = [...contexts].map(([project, context]) => ({
    project,
    isDeployed: productionSettings(context) !== undefined,
    models: project.models.models.size,
  }));
  return ranked.toSorted(
    (first, second) => Number(second.isDeployed) - Number(first.isDeployed) || second.models - first.models,
  )[0]?.project;
}

/** What was being done where the code of a finding ran, the most urgent of several. */
function rootContexts(facts: readonly Fact[]): (finding: ReportedFinding) => RootContext | undefined {
  const located = facts.flatMap((fact) =>
    "root" in fact && "location" in fact
      ? [{ key: placeKey(fact.location), context: fact.root.context }]
      : [],
  );
  const byPlace = groupBy(located, ({ key }) => key);
  return ({ accesses, location, evidence }) => {
    const places: readonly Location[] = [
      ...accesses.map((access) => access.location),
      location,
      ...evidence.map((step) => step.location),
    ];
    const found = new Set(
      places.flatMap((place) => (byPlace.get(placeKey(place)) ?? []).map(({ context }) => context)),
    );
    return urgency.find((context) => found.has(context));
  };
}

const urgency: readonly RootContext[] = [
  "request",
  "admin",
  "signal",
  "other",
  "task",
  "import",
  "command",
  "migration",
  "test",
];

/** Lines of first-party code that does not test anything. */
export function linesOf({ project }: Product): number {
  let lines = 0;
  for (const { firstParty, file } of project.program.modules) {
    if (!firstParty || isTestPath(file.path)) continue;
    for (let at = file.text.indexOf("\n"); at !== -1; at = file.text.indexOf("\n", at + 1)) lines += 1;
  }
  return lines;
}
