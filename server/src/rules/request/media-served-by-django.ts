import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type BlockingPlace, blockingPlaces, type RequestPlace } from "./blocking-places.ts";
import { routedFiles, routeToFiles } from "./file-routes.ts";
import { ownFile } from "./own-files.ts";
import { confidenceOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { sourceAround } from "./source-around.ts";

export const mediaServedByDjango: FactRule = {
  kind: "facts",
  code: "QS413",
  name: "media-served-by-django",
  summary: "A file is sent through a worker of the web server instead of the server in front of it",
  level: "warning",
  fix: "none",
  stage: 3,
  run(context) {
    return blockingPlaces(context, "serving").flatMap((place) => {
      if (!place.isOwn || isHandedOver(context, place)) return [];
      const [request, ...others] = place.requests;
      if (request) return findingsOfView(context, { ...place, requests: [request, ...others] });
      const route = routeToFiles(context, place);
      return route && routedFiles(context, place, route) === "media" ? [findingOfRoute(place, route)] : [];
    });
  },
};

const help =
  "Redirect to a signed URL of the storage, or let the web server send it: X-Accel-Redirect, X-Sendfile.";

/** The web server in front is told to send it, or sends it in production. */
function isHandedOver(context: RuleContext, { location }: BlockingPlace): boolean {
  return /X-Accel-Redirect|X-Sendfile/i.test(sourceAround(context, location));
}

function findingsOfView(context: RuleContext, place: RequestPlace): readonly Finding[] {
  const [first] = place.requests;
  const own = ownFile(context, place);
  if (own === "temporary" || own === "short") return [];
  const finding = requestFinding(context, mediaServedByDjango, place, `Sends a file: ${first.function}`, {
    message: `"${nameOfCall(first.node)}()" sends a file ${requestsInWords(context, place)}: a worker is occupied until the client has all of it.`,
    help,
    confidence:
      own === "written" ? confidenceOf(context, place, factorOfOwnFile) : confidenceOf(context, place),
  });
  return [finding];
}

/** How large it is, only the code that writes it could tell. */
const factorOfOwnFile = 0.6;

function findingOfRoute({ location, symbol }: BlockingPlace, { function: route }: BlockingCall): Finding {
  return {
    ...findingBase(mediaServedByDjango),
    remedy: "blocking-call",
    confidence: "high",
    message: `"${route}()" lets Django's serve() send files in production, too: a worker is occupied until the client has all of it.`,
    help: "Use static(settings.MEDIA_URL, ...), which does so only with DEBUG, and let the web server or a storage send files.",
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [{ message: "Routes files to serve()", location }],
  };
}
