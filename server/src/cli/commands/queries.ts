import { neverCancelled } from "../../base/cancellation.ts";
import type { ConfigurationLayer } from "../../lint/configuration.ts";
import { joinPath } from "../../platform/paths.ts";
import { type EndpointEstimate, estimateEndpoints } from "../../rules/endpoint-estimate.ts";
import { type OptionSpecifications, parseArguments } from "../arguments.ts";
import { shownFolder } from "../check/build-report.ts";
import { configurationProblemsOf, problemLine } from "../check/configuration-problems.ts";
import { loadFor } from "../check/folder-check.ts";
import { createLog } from "../check/log.ts";
import { isWanted, resolveTargets, type Target } from "../check/targets.ts";
import type { CliEnvironment } from "../environment.ts";
import { createPlacer, type Placer } from "../output/create-report.ts";
import { formatQueries, type PlacedEndpoint, type QueriesReport } from "../output/queries.ts";
import type { PlacedProblem } from "../output/report.ts";
import { createProgress } from "../terminal/progress.ts";
import { stylesFor } from "../terminal/style.ts";

export const queriesOptions = {
  "output-format": {
    kind: "choice",
    choices: ["full", "json"],
    description: "How estimates are written (default: full)",
  },
  project: {
    kind: "value",
    placeholder: "DIR",
    description: "Analyse this folder; paths only filter what is listed",
  },
  config: {
    kind: "value",
    placeholder: "FILE",
    description: "Read this configuration instead of the nearest",
  },
  color: { kind: "choice", choices: ["auto", "always", "never"], description: "Use colour (default: auto)" },
  quiet: { kind: "flag", short: "q", description: "Print estimates only" },
  verbose: {
    kind: "flag",
    short: "v",
    description: "Say for every entry where its queries come from, and what limits the analysis",
  },
} as const satisfies OptionSpecifications;

/** `queryscope queries`: what each entry into the project sends to the database. @returns the exit status */
export async function runQueries(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { options, positionals } = parseArguments(args, queriesOptions);
  const { workingFolder, files } = environment;
  const log = createLog(environment.stderr, options);
  const targets = resolveTargets({ paths: positionals, project: options.project, workingFolder, files });
  const progress = createProgress(environment.stderr, !options.quiet);
  const endpoints: PlacedEndpoint[] = [];
  const problems: PlacedProblem[] = [];
  const folders: { readonly loaded: ReturnType<typeof loadFor> }[] = [];
  for (const target of targets) {
    const layer: ConfigurationLayer = {};
    const loaded = loadFor(target, { config: options.config, layer }, environment);
    folders.push({ loaded });
    const workspace = await environment.openWorkspace({
      folder: target.folder,
      configuration: loaded.configuration,
      pathPrefix: loaded.pathPrefix,
      files,
      countQueries: true,
    });
    const analysis = await workspace.analyze(neverCancelled, progress.update);
    progress.clear();
    const placer = placerOf(target, targets.length, workingFolder, (path) => analysis.text(path));
    const wanted = analysis.endpoints.filter(({ location }) => isWanted(target, location.path));
    const budget = loaded.configuration.queryBudget;
    endpoints.push(...estimateEndpoints(wanted).map((estimate) => placed(estimate, budget, placer)));
    problems.push(...analysis.problems.map(placer.problem));
  }
  const mistakes = configurationProblemsOf(folders, workingFolder);
  const report: QueriesReport = {
    version: environment.version,
    endpoints: endpoints.toSorted((first, second) => second.example.queries - first.example.queries),
    problems: [...mistakes, ...problems],
  };
  const styles = stylesFor(environment.stdout, options.color ?? "auto", environment.variables);
  environment.stdout.write(
    formatQueries(report, options["output-format"] ?? "full", styles, { verbose: options.verbose }),
  );
  for (const mistake of mistakes) log.error(problemLine(mistake));
  for (const { path, message } of problems) log.detail(`${path}: ${message}`);
  return mistakes.length > 0 ? 2 : 0;
}

function placerOf(
  target: Target,
  targets: number,
  workingFolder: string,
  text: (path: string) => string | undefined,
): Placer {
  const base = shownFolder(target, targets, workingFolder);
  return createPlacer({ showPath: (path) => joinPath(base, path), text });
}

function placed(estimate: EndpointEstimate, budget: number, { place }: Placer): PlacedEndpoint {
  return {
    kind: estimate.kind,
    symbol: estimate.symbol,
    ...place(estimate.location),
    queries: estimate.queries,
    example: estimate.example,
    budget,
    overBudget: estimate.example.queries > budget,
    complete: estimate.complete,
    parts: estimate.parts.map(({ location, steps, ...part }) => ({
      ...part,
      ...place(location),
      steps: steps.map(({ message, location: at }) => ({ message, ...place(at) })),
    })),
  };
}
