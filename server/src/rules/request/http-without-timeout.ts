import { addKeywordArgument } from "../../edits/keyword-argument.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type BlockingPlace, blockingPlaces } from "./blocking-places.ts";
import { nameOfCall } from "./request-finding.ts";
import { isRunByNobody } from "./run-by-nobody.ts";

export const httpWithoutTimeout: FactRule = {
  kind: "facts",
  code: "QS403",
  name: "http-without-timeout",
  summary: "A call of another server has no timeout and can wait for ever",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = blockingPlaces(context, "http", "connection").filter(
      ({ all, isOwn }) => isOwn && all.every(({ wait }) => wait === "forever"),
    );
    return places
      .filter((place) => !hasLimitElsewhere(context, place) && !isRunByNobody(context, place.location))
      .map((place) => findingOf(context, place));
  },
};

/** The project replaces what sends every request, gives sessions an adapter of its own, or all sockets a timeout. */
function hasLimitElsewhere(
  { project: { program } }: RuleContext,
  { all: [{ library }] }: BlockingPlace,
): boolean {
  const patterns = limits.flatMap(([prefix, pattern]) => (prefix.test(library) ? [pattern] : []));
  return program.modules.some(
    ({ firstParty, file }) => firstParty && patterns.some((pattern) => mentions(file, pattern)),
  );
}

const limits: readonly (readonly [RegExp, RegExp])[] = [
  // Every call of requests ends in these methods, which the project has replaced.
  [
    /^requests(?:\.|_oauthlib)/,
    /\btimeout\b[\s\S]*\b(?:HTTPAdapter\.send|Session\.(?:request|send))\s*=[^=]/,
  ],
  [
    /^requests\.Session\(\)|^requests_oauthlib/,
    /\bHTTPAdapter\)|\bTimeoutHTTPAdapter\b|\.request\s*=\s*(?:functools\.)?partial\(/,
  ],
  [
    /^(?:urllib\.|urllib2\.|six\.|django\.utils\.six\.|http\.client|socket|smtplib|ftplib)/,
    /\bsetdefaulttimeout\(/,
  ],
];

const seconds = 10;

function findingOf(context: RuleContext, { all: [first], location, symbol }: BlockingPlace): Finding {
  return {
    ...findingBase(httpWithoutTimeout),
    remedy: "blocking-call",
    confidence: first.library.startsWith("requests.Session()") ? "medium" : "high",
    message: `"${nameOfCall(first.node)}()" has no timeout: where the other server does not answer, it waits for ever${occupied[first.root.context] ?? ""}.`,
    help: `Pass a timeout, such as timeout=${seconds}.`,
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [{ message: `Waits for another server: ${first.function}`, location }],
    fixes: fixesOf(context, first),
  };
}

const occupied: Partial<Record<BlockingCall["root"]["context"], string>> = {
  request: ", and so does a worker of the web server",
  admin: ", and so does a worker of the web server",
  task: ", and so does a worker of the task queue",
};

function fixesOf(
  { project: { program } }: RuleContext,
  { node, location, library }: BlockingCall,
): readonly Fix[] {
  const module = program.moduleOfFile(location.path);
  const isPassed = node.keywords.some(({ name }) => name === undefined || name.name === "timeout");
  if (!module || isPassed || library === "ftplib.FTP") return [];
  return [
    {
      title: `Give up after ${seconds} seconds: timeout=${seconds} (raises an exception then)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path: location.path, ...addKeywordArgument(module.file.text, node, `timeout=${seconds}`) }],
    },
  ];
}
