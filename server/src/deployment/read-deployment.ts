/** Reads the deployment files of a project: each by its format, bad ones as problems. */

import { unreachable } from "../base/invariant.ts";
import type { Settings } from "../django/settings.ts";
import { baseName, joinPath, parentPath } from "../platform/paths.ts";
import { readCompose } from "./compose.ts";
import { type DeployedFile, lineAt, logicalLinesOf, processesOfLine } from "./deployed-file.ts";
import {
  type Deployment,
  type DeploymentProblem,
  emptyDeployment,
  type Process,
  type Purpose,
  type WebProcess,
} from "./deployment.ts";
import {
  type DeploymentFormat,
  deploymentFormat,
  isBesideProduction,
  purposeOf,
  saysItIsForDevelopment,
} from "./deployment-paths.ts";
import { readDockerfile } from "./dockerfile.ts";
import { withGunicornSettings } from "./gunicorn-settings.ts";
import { readPgbouncer, readSupervisor, readSystemd, readUwsgi } from "./ini-files.ts";
import { readKubernetes } from "./kubernetes.ts";
import { readNginx } from "./nginx.ts";
import { readPostgresSettings, readRedisSettings } from "./server-settings.ts";

export interface DeploymentSources {
  /** Relative to the workspace. */
  readonly paths: readonly string[];
  /** Undefined for a file that cannot be read. */
  readonly text: (path: string) => string | undefined;
  /** The names that a Python file sets; undefined where there is no such file. */
  readonly python: (path: string) => Settings | undefined;
}

/** Characters beyond which a file is no configuration that anybody wrote. */
const longestFile = 500_000;

export function readDeployment(sources: DeploymentSources): Deployment {
  let deployment = emptyDeployment;
  for (const path of sources.paths) {
    const format = deploymentFormat(path);
    const text = format && sources.text(path);
    if (format === undefined || text === undefined) continue;
    const purpose = purposeOfFile(path, text, format, sources.paths);
    deployment = joined(deployment, readFile({ path, text, purpose }, format));
  }
  return { ...deployment, processes: deployment.processes.map((process) => configured(process, sources)) };
}

function purposeOfFile(
  path: string,
  text: string,
  format: DeploymentFormat,
  paths: readonly string[],
): Purpose {
  const isForDevelopment =
    saysItIsForDevelopment(text) || (format === "compose" && isBesideProduction(path, paths));
  return isForDevelopment ? "development" : purposeOf(path, format);
}

function joined(first: Deployment, second: Partial<Deployment>): Deployment {
  return {
    processes: [...first.processes, ...(second.processes ?? [])],
    services: [...first.services, ...(second.services ?? [])],
    poolers: [...first.poolers, ...(second.poolers ?? [])],
    databases: [...first.databases, ...(second.databases ?? [])],
    redis: [...first.redis, ...(second.redis ?? [])],
    webServers: [...first.webServers, ...(second.webServers ?? [])],
    variables: [...first.variables, ...(second.variables ?? [])],
    problems: [...first.problems, ...(second.problems ?? [])],
  };
}

function readFile(file: DeployedFile, format: DeploymentFormat): Partial<Deployment> {
  if (file.text.length > longestFile) {
    const message = `left out: ${file.text.length.toLocaleString("en")} characters are more than the limit of ${longestFile.toLocaleString("en")} for a configuration`;
    return { problems: [{ path: file.path, message }] };
  }
  try {
    return readFormat(file, format);
  } catch (error) {
    // The parsers are others' work: what they refuse is said, and the rest goes on.
    const cause = error instanceof Error ? error.message : String(error);
    return { problems: [unreadable(file, cause)] };
  }
}

function unreadable({ path }: DeployedFile, cause: string): DeploymentProblem {
  return { path, message: `the file cannot be understood and is left out: ${cause}` };
}

function readFormat(file: DeployedFile, format: DeploymentFormat): Partial<Deployment> {
  switch (format) {
    case "dockerfile":
      return readDockerfile(file);
    case "compose":
      return readCompose(file);
    case "kubernetes":
      return readKubernetes(file);
    case "procfile":
      return { processes: readProcfile(file) };
    case "systemd":
      return readSystemd(file);
    case "supervisor":
      return { processes: readSupervisor(file) };
    case "uwsgi":
      return { processes: readUwsgi(file) };
    case "shell":
      return { processes: readScript(file) };
    case "pgbouncer":
      return { poolers: [readPgbouncer(file)] };
    case "postgresql":
      return { databases: [readPostgresSettings(file)] };
    case "redis":
      return { redis: [readRedisSettings(file)] };
    case "nginx": {
      const server = readNginx(file);
      return server ? { webServers: [server] } : {};
    }
    case "gunicorn":
      // Read where a process uses it.
      return {};
    default:
      return unreachable(format);
  }
}

/** `web: gunicorn shop.wsgi` */
function readProcfile(file: DeployedFile): readonly Process[] {
  return logicalLinesOf(file.text).flatMap(({ text, start, end }) => {
    const [, name, command] = /^\s*([\w-]+):\s*(.+)$/.exec(text) ?? [];
    if (name === undefined || command === undefined) return [];
    const { purpose } = file;
    return processesOfLine(command, { name, location: lineAt(file, start, end), purpose });
  });
}

/**
 * The lines of a script that start something, whichever way leads to them. One that starts a real server, too, has the
 * development server for those who ask for it; one that first makes an environment or a project lets somebody try it.
 */
function readScript(file: DeployedFile): readonly Process[] {
  const { path } = file;
  const purpose = setUp.test(file.text) ? "development" : file.purpose;
  const processes = logicalLinesOf(file.text).flatMap(({ text, start, end }) =>
    /^\s*#/.test(text)
      ? []
      : processesOfLine(text, { name: baseName(path), location: lineAt(file, start, end), purpose }),
  );
  const isRunserver = (process: Process) => process.kind === "web" && process.program === "runserver";
  const hasServer = processes.some((process) => process.kind === "web" && !isRunserver(process));
  return hasServer ? processes.filter((process) => !isRunserver(process)) : processes;
}

const setUp = /^[^#\n]*(\bvirtualenv\s|\s-m\s+venv\s|\bstartproject\s)/m;

function configured(process: Process, { paths, python }: DeploymentSources): Process {
  if (process.kind !== "web" || process.program !== "gunicorn") return process;
  const path = configurationPath(process, paths);
  if (path === "unknown") return withUnknownOptions(process);
  const settings = path === undefined ? undefined : python(path);
  if (settings) return withGunicornSettings(process, settings);
  return path === undefined ? process : withUnknownOptions(process);
}

/**
 * The configuration file that gunicorn reads: the one that it is given, else `gunicorn.conf.py` where it is started. Of
 * paths in a container only the end is known here.
 */
function configurationPath(process: WebProcess, paths: readonly string[]): string | undefined {
  const { configuration, location } = process;
  const folder = parentPath(location.path);
  if (configuration === undefined) {
    const usual = [joinPath(folder, "gunicorn.conf.py"), "gunicorn.conf.py"];
    return usual.find((path) => paths.includes(path));
  }
  if (configuration === "unknown") return "unknown";
  const name = configuration.value.replace(/^(file|python):/, "").replace(/^\.?\//, "");
  const found = paths.filter(
    (path) => path === name || path.endsWith(`/${baseName(name)}`) || path === baseName(name),
  );
  const [only, ...others] = found;
  return only !== undefined && others.length === 0
    ? only
    : (found.find((path) => path === name) ?? "unknown");
}

function withUnknownOptions(process: WebProcess): WebProcess {
  return {
    ...process,
    workers: process.workers ?? "unknown",
    threads: process.threads ?? "unknown",
    workerClass: process.workerClass ?? "unknown",
    timeout: process.timeout ?? "unknown",
    maxRequests: process.maxRequests ?? "unknown",
  };
}
