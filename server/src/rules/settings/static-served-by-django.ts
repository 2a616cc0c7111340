import type { WebProcess } from "../../deployment/deployment.ts";
import { sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { blockingPlaces } from "../request/blocking-places.ts";
import { routedFiles, routeToFiles } from "../request/file-routes.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedProcesses } from "./deployed.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { isRemoteStorage, servesStatic, settingTexts, storageBackends } from "./published-files.ts";
import { settingFinding } from "./setting-finding.ts";
import { addElementFix } from "./setting-fixes.ts";

export const staticServedByDjango: FactRule = {
  kind: "facts",
  code: "QS840",
  name: "static-served-by-django",
  summary: "Django serves static files in production, or nothing does",
  level: "warning",
  fix: "unsafe",
  stage: 1,
  run: (context) => [...routes(context), ...unserved(context)],
};

function routes(context: RuleContext): readonly Finding[] {
  return blockingPlaces(context, "serving").flatMap((place): readonly Finding[] => {
    const route = routeToFiles(context, place);
    if (!route || routedFiles(context, place, route) !== "static") return [];
    const { location, symbol } = place;
    return [
      {
        ...findingBase(staticServedByDjango),
        remedy: "blocking-call",
        confidence: "high",
        message: `"${route.function}()" lets Django's serve() send static files in production, too: each of them costs a worker as much as a page.`,
        help: "Leave the route out, and let WhiteNoise, the web server in front or a CDN send them.",
        location,
        symbol,
        model: undefined,
        origin: location,
        evidence: [{ message: "Routes static files to serve()", location }],
      },
    ];
  });
}

function unserved(context: RuleContext): readonly Finding[] {
  const production = productionSettings(context);
  const [server] = deployedProcesses(context, "web");
  if (!production || !server || !servesStatic(production) || mayBeServed(context, production)) return [];
  return [
    settingFinding(staticServedByDjango, production, {
      message: `Nothing serves the static files: "${server.name}" starts ${server.program}, which answers with Django alone, and neither WhiteNoise nor a web server is configured.`,
      help: "Add WhiteNoise behind SecurityMiddleware, let a web server in front send STATIC_ROOT, or name the host of a CDN in STATIC_URL.",
      location: settingPlace(production, "MIDDLEWARE"),
      restsOn: [production.settings.evaluateSetting("STATIC_URL")],
      // Where a platform starts the processes itself, there is nothing else in front.
      confidence: /(^|\/)Procfile/.test(server.location.path) ? "high" : "medium",
      evidence: [{ message: `Starts ${server.program}`, location: server.location }],
      fixes: addElementFix(
        context,
        "Serve static files with WhiteNoise (needs the package whitenoise)",
        production,
        "MIDDLEWARE",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.security.SecurityMiddleware",
      ),
    }),
  ];
}

/** Also where something that is not known could do it. */
function mayBeServed(context: RuleContext, production: ProductionSettings): boolean {
  const { deployment, project } = context;
  const { webServers, services } = deployment;
  if (webServers.length > 0 || services.some(({ kind }) => kind === "webServer")) return true;
  if (deployedProcesses(context, "web").some(servesThem)) return true;
  const middleware = production.settings.evaluateSetting("MIDDLEWARE");
  const names = middleware ? stringsOf(middleware) : [];
  if (!middleware || !sequenceOf(middleware)?.complete || names.some((name) => publishers.test(name)))
    return true;
  // An address with a host, one of the environment, or none.
  const urls = settingTexts(production, "STATIC_URL") ?? [];
  if (urls.length === 0 || urls.some((url) => /^\w+:|^\/\//.test(url))) return true;
  const storages = storageBackends(production, "staticfiles");
  if (!storages || storages.some((name) => isRemoteStorage(name) || publishers.test(name))) return true;
  return project.program.modules.some(
    ({ firstParty, name, file }) =>
      firstParty && /[wa]sgi|server|application/.test(name) && publishers.test(file.text),
  );
}

/** runserver is what another rule speaks of. */
function servesThem({ program, servesStaticFiles }: WebProcess): boolean {
  return program === "runserver" || servesStaticFiles;
}

/** WhiteNoise and its like. */
const publishers = /whitenoise|servestatic|blacknoise|dj_static|static3|StaticFiles\b|static_?proxy/i;
