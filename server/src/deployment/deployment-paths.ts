/** Which files tell how a product is deployed, by their paths alone, and what each is for. */
import { baseName, parentPath } from "../platform/paths.ts";
import type { Purpose } from "./deployment.ts";

export type DeploymentFormat =
  | "dockerfile"
  | "compose"
  | "kubernetes"
  | "procfile"
  | "systemd"
  | "supervisor"
  | "uwsgi"
  | "gunicorn"
  | "pgbouncer"
  | "postgresql"
  | "redis"
  | "nginx"
  | "shell";

const formats: readonly (readonly [DeploymentFormat, RegExp])[] = [
  ["dockerfile", /(^|\/)([^/]*\.)?(Dockerfile|Containerfile)([._-][^/]*)?$/i],
  ["compose", /(^|\/)(docker-)?compose[^/]*\.ya?ml$/i],
  ["procfile", /(^|\/)Procfile[^/]*$/],
  ["systemd", /\.service$/],
  ["pgbouncer", /(^|\/)pgbouncer[^/]*\.ini$/i],
  ["postgresql", /(^|\/)(postgresql|postgres)[^/]*\.conf$/i],
  ["redis", /(^|\/)redis[^/]*\.conf$/i],
  ["gunicorn", /(^|\/)gunicorn([._-][^/]*)?\.py$/i],
  ["uwsgi", /(^|\/)[^/]*uwsgi[^/]*\.ini$/i],
  ["supervisor", /(^|\/)supervisor[^/]*\.(conf|ini)$|(^|\/)supervisor(d|\.d)?\/[^/]+\.(conf|ini)$/i],
  [
    "nginx",
    /(^|\/)[^/]*nginx[^/]*\.(conf|template|conf\.erb)$|(^|\/)nginx\/([^/]+\/)?[^/]+\.(conf|template)$/i,
  ],
  [
    "kubernetes",
    /(^|\/)(k8s|kubernetes|kube|manifests?|kustomize|deploy(ment|ments)?)\/([^/]+\/)*[^/]+\.ya?ml$/i,
  ],
  ["shell", /\.sh$|(^|\/)(start|entry-?point|docker-entrypoint|run)[\w-]*$/],
];

/** Undefined for a file that tells nothing about deployments. */
export function deploymentFormat(path: string): DeploymentFormat | undefined {
  return formats.find(([, pattern]) => pattern.test(path))?.[0];
}

export function isDeploymentPath(path: string): boolean {
  return deploymentFormat(path) !== undefined;
}

const developmentWord =
  /(^|[/._-])(dev|devel|development|local|test|tests|testing|ci|debug|e2e|example|examples|sample|samples|demo|sandbox|docs?|override|vagrant|(?:project|app)_template|cookiecutter|playground|bench(mark)?s?)(?=[/._-]|$)/i;
/** What a generator fills in before it is a file of some project. */
const template = /\.(jinja2?|j2|tmpl|tpl|erb|mustache|in)$/i;
/** Filled in where it is deployed, by the buildpack that starts nginx. */
const filledIn = /nginx[^/]*\.conf\.erb$/i;

const productionWord = /(^|[/._-])(prod|production|live|deploy|deployment|release|staging)(?=[/._-]|$)/i;

/** @param path with folders: that of a manifest says as much as its name */
export function purposeOf(path: string, format: DeploymentFormat): Purpose {
  if (developmentWord.test(path) || (template.test(path) && !filledIn.test(path))) return "development";
  if (productionWord.test(path)) return "production";
  return format === "compose" || format === "shell" ? "unclear" : "production";
}

/**
 * A comment that says so (`# This image is NOT made for production use.`), not one about a part of it
 * (`# not needed in production`).
 */
export function saysItIsForDevelopment(text: string): boolean {
  return comments.some((pattern) => pattern.test(text));
}

const comments: readonly RegExp[] = [
  /^\s*[#;].*\bnot (made|meant|intended|designed|suitable|ready|safe) (to be used )?(for|in) production\b/im,
  /^\s*[#;].*\b(do not|don't|never) (use|run|deploy) (this|it)( \w+){0,2} (in|for) production\b/im,
  /^\s*[#;]\s*this (version|file|configuration|config|image) is (only )?(used|meant|made|intended) (in|for) (local )?development\b/im,
  /^\s*[#;].*\bfor (local )?development (only|purposes only)\b/im,
];

/** A plain `compose.yml` beside `compose.prod.yml` is what developers start. */
export function isBesideProduction(path: string, paths: readonly string[]): boolean {
  const folder = parentPath(path);
  return paths.some(
    (other) =>
      parentPath(other) === folder &&
      deploymentFormat(other) === "compose" &&
      productionWord.test(baseName(other)) &&
      !productionWord.test(baseName(path)),
  );
}

/** The same for a stage of a Dockerfile or a service, which has no path. */
export function isNamedForDevelopment(name: string): boolean {
  return developmentWord.test(name);
}
