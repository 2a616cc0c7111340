import type { ConnectionKeywords } from "./connection-url.ts";

/** The services of libpq's `pg_service.conf` by name: sections of `keyword=value` lines. */
export function parseServiceFile(text: string): ReadonlyMap<string, ConnectionKeywords> {
  const services = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    const section = /^\[(.+)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      current = {};
      services.set(section, current);
      continue;
    }
    const separator = line.indexOf("=");
    if (line.startsWith("#") || separator < 0 || current === undefined) continue;
    current[line.slice(0, separator).trim()] = line.slice(separator + 1).trim();
  }
  return services;
}
