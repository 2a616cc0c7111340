/** Real projects that can be started: their sources, an environment with what they require, and settings of ours. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { downloadProjects } from "../../ecosystem/support/download-projects.mjs";
import { pythonWith, runScript } from "../../support/django-environment.ts";
import type { Size, Term } from "../../support/query-shape.ts";
import { listsOf, type Measured, sizes } from "./compare-estimate.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const script = path.join(here, "measure_project.py");

/** How a project is started. */
interface Configuration {
  readonly settings: string;
  /** Folders that modules are imported from, below the project's. */
  readonly paths: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A page to be asked for, listed before anything is estimated. */
export interface Endpoint {
  /** Of its URL pattern. */
  readonly name: string;
  /** `"tasks.Task.slug"` stands for a field of a row. */
  readonly kwargs?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export interface PreparedProject {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly python: string;
}

export interface MeasuredEndpoint extends Measured {
  readonly name: string;
  /** Names under which the estimator may know it, most specific first. */
  readonly symbols: readonly string[];
  /** Queries of middleware, sessions and authentication, which the estimator leaves out, and the counts too. */
  readonly common: number;
  /** What the rows of its queries grow with. */
  readonly lists: readonly Term[];
}

export interface Measurement {
  readonly version: string;
  readonly endpoints: readonly MeasuredEndpoint[];
  /** Models without rows, with the reason. */
  readonly unpopulated: Readonly<Record<string, string>>;
}

/** One request, at one size. */
export interface Run {
  readonly result: number | string;
  readonly queries: number;
  readonly common: number;
  readonly rows: Readonly<Record<string, number>>;
  /** Digest of what a browser gets. */
  readonly content: string;
  /** Queries by the project's innermost line, `tasks/views.py:12`. */
  readonly places: Readonly<Record<string, number>>;
}

interface Answer {
  readonly endpoints: Readonly<
    Record<string, { readonly symbols: readonly string[]; readonly runs: readonly Run[] }>
  >;
  readonly unpopulated: Readonly<Record<string, string>>;
}

/** Projects that can be started with what is here. */
export const startableNames = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Those of them that have rows and a list of endpoints. */
export const projectNames = startableNames.filter((name) => existsSync(described(name, "endpoints.json")));

/** Absolute path of what describes a project. */
export function described(name: string, file: string): string {
  return path.join(here, name, file);
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

/**
 * @param name as in test/ecosystem/projects.json
 * @throws Unavailable
 */
export async function prepareProject(name: string): Promise<PreparedProject> {
  const downloaded = (await downloadProjects()).find((project) => project.name === name);
  if (!downloaded) throw new Error(`test/ecosystem/projects.json has no ${name}`);
  const { version, folder: sources } = downloaded;
  const cache = path.dirname(sources);
  const requirements = readFileSync(described(name, "requirements.txt"), "utf8").trim().split("\n");
  const environment = path.join(cache, "environments", `${name}-${version}`);
  const python = await pythonWith(environment, requirements);
  const folder = path.join(cache, "startable", `${name}-${version}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(sources, folder, { recursive: true });
  symlinkSync(environment, path.join(folder, ".venv"));
  if (existsSync(described(name, "settings.py"))) {
    cpSync(described(name, "settings.py"), path.join(folder, "settings.py"));
    cpSync(path.join(here, "settings_base.py"), path.join(folder, "settings_base.py"));
    writeFileSync(path.join(folder, "manage.py"), manage);
  }
  if (existsSync(described(name, "urls.py")))
    cpSync(described(name, "urls.py"), path.join(folder, "urls.py"));
  return { name, version, folder, python };
}

const manage = `import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
execute_from_command_line(sys.argv)
`;

export function endpointsOf(name: string): readonly Endpoint[] {
  return readJson<readonly Endpoint[]>(described(name, "endpoints.json"));
}

/** Starts the project with rows of each size and asks for endpoints. */
export async function runEndpoints(
  { name, folder, python }: PreparedProject,
  endpoints: readonly Endpoint[],
  sizes: readonly Size[],
): Promise<Answer> {
  const configuration = readJson<Configuration>(described(name, "project.json"));
  const input = { ...configuration, root: folder, data: described(name, "data.py"), sizes, endpoints };
  return (await runScript(python, ["-W", "ignore", script], input, { timeout: 3600_000 })) as Answer;
}

export async function measureProject(project: PreparedProject): Promise<Measurement> {
  const { name, version } = project;
  const endpoints = endpointsOf(name);
  const answer = await runEndpoints(project, endpoints, sizes);
  return {
    version,
    endpoints: endpoints.flatMap((endpoint) => {
      const measured = answer.endpoints[endpoint.name];
      if (!measured) return [];
      const results = measured.runs.map(({ result }) => result);
      const [first = "not run"] = results;
      return [
        {
          name: endpoint.name,
          symbols: ofProject(measured.symbols),
          result: results.find((result) => result !== first) ?? first,
          counts: measured.runs.map(({ queries }) => queries),
          common: measured.runs.at(-1)?.common ?? 0,
          lists: listsOf(measured.runs.map(({ rows }) => rows)),
        },
      ];
    }),
    unpopulated: answer.unpopulated,
  };
}

function ofProject(symbols: readonly string[]): readonly string[] {
  const own = symbols.filter((symbol) => !/^(?:django|rest_framework|builtins)\./.test(symbol));
  return own.length > 0 ? own : symbols.slice(0, 1);
}
