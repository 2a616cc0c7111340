import type { WebServer, WebServerLocation } from "../../deployment/deployment.ts";
import { installedApps } from "../../django/settings.ts";
import { stringsOf } from "../../django/static-value.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedFinding } from "./deployed.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { isRemoteStorage, settingTexts, storageBackends, uploadFields } from "./published-files.ts";

export const nginxMedia: FactRule = {
  kind: "facts",
  code: "QS846",
  name: "nginx-media",
  summary: "The web server in front of the application leaves files to it",
  level: "info",
  fix: "none",
  stage: 1,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return context.deployment.webServers
      .filter(({ purpose }) => purpose !== "development")
      .flatMap((server) =>
        problemsOf(context, production, server).map((problem) => findingOf(server, problem)),
      );
  },
};

interface Problem {
  readonly subject: string;
  readonly message: string;
  readonly help: string;
  readonly at: WebServerLocation;
}

function problemsOf(
  context: RuleContext,
  production: ProductionSettings,
  { locations, compresses, isWhole }: WebServer,
): readonly Problem[] {
  const root = locations.find(({ prefix, isProxied }) => prefix === "/" && isProxied);
  const problems: Problem[] = [];
  for (const { url, what } of folders(context, production)) {
    const own = locations.filter(({ prefix }) => prefix !== "/" && covers(prefix, url));
    const passed = own.find(({ isProxied, servesFiles }) => isProxied && !servesFiles);
    const served = own.find(({ servesFiles }) => servesFiles);
    const at = served ? undefined : (passed ?? (own.length === 0 ? root : undefined));
    if (at) {
      problems.push({
        subject: url,
        message: `nginx passes ${url} on to the application: ${what} occupy its workers.`,
        help: `Add a location ${url} with alias for the folder; for private uploads one that is internal, and X-Accel-Redirect.`,
        at,
      });
    } else if (served && !served.setsExpiry && !served.isInternal && what === staticFiles) {
      problems.push({
        subject: `${url} expires`,
        message: `nginx sends ${url} without saying how long it holds: browsers ask for each file again.`,
        help: "Add expires 1y to the location, and let names of static files change with their content.",
        at: served,
      });
    }
  }
  const files = locations.find(({ servesFiles }) => servesFiles);
  if (isWhole && !compresses && root && files) {
    problems.push({
      subject: "gzip",
      message: "nginx compresses nothing: pages, scripts and styles are sent three to five times as large.",
      help: "Add gzip on, with gzip_types for text/css, application/javascript and application/json.",
      at: root,
    });
  }
  return problems;
}

const staticFiles = "static files";

/** The paths under which the application has files that a web server could send. */
function folders(
  { project }: RuleContext,
  production: ProductionSettings,
): readonly { readonly url: string; readonly what: string }[] {
  const { settings } = production;
  const middleware = settings.evaluateSetting("MIDDLEWARE");
  const hasWhiteNoise =
    middleware === undefined || stringsOf(middleware).some((name) => /whitenoise|servestatic/i.test(name));
  const usesStatic = installedApps(settings)?.names.includes("django.contrib.staticfiles") ?? false;
  return [
    ...(usesStatic && !hasWhiteNoise ? pathsOf(production, "STATIC_URL", "staticfiles", staticFiles) : []),
    ...(uploadFields(project).length > 0 ? pathsOf(production, "MEDIA_URL", "default", "uploads") : []),
  ];
}

function pathsOf(
  production: ProductionSettings,
  setting: "STATIC_URL" | "MEDIA_URL",
  alias: "staticfiles" | "default",
  what: string,
) {
  const value = production.settings.evaluateSetting(setting);
  const storages = storageBackends(production, alias);
  if (value?.kind !== "known" || value.variable !== undefined) return [];
  if (!storages || storages.some(isRemoteStorage)) return [];
  return (settingTexts(production, setting) ?? [])
    .map((url) => (/^[\w-]+(\/|$)/.test(url) ? `/${url}` : url))
    .filter((url) => /^\/[\w-]/.test(url))
    .map((url) => ({ url, what }));
}

/** `/static/`, `/static`, `^/(static|media)/`, `\.(css|js)$` */
function covers(prefix: string, url: string): boolean {
  const word = url.replaceAll("/", "");
  return prefix.includes(word) || /\\?\.\(?[\w|?]*(css|js|jpe?g|png)/.test(prefix) || prefix.startsWith("@");
}

function findingOf({ purpose }: WebServer, { at, ...problem }: Problem): Finding {
  return deployedFinding(nginxMedia, { ...problem, location: at.location, purpose });
}
