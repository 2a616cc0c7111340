/** Timeouts that a project sets once for all its requests. */
import { mentions } from "../../syntax/mentions.ts";
import type { RuleContext } from "../rule-context.ts";

/** The project replaces what sends every request, gives sessions an adapter of its own, or all sockets a timeout. */
export function hasLimitElsewhere({ project: { program } }: RuleContext, library: string): boolean {
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
