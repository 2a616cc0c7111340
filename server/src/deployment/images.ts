/** What well-known container images are. */
import { commandsOf, commandsOfWords, type Variables } from "./command-words.ts";
import type { ServiceKind } from "./deployment.ts";

const images: readonly (readonly [RegExp, ServiceKind])[] = [
  [/(^|\/)(postgres|postgresql|postgis|timescaledb|pgvector|cockroach)(-\w+)*$/, "postgresql"],
  [/(^|\/)(mysql|mariadb|percona)(-\w+)*$/, "mysql"],
  [/(^|\/)(redis|valkey|keydb|redis-stack|redis-stack-server|dragonfly)$/, "redis"],
  [/(^|\/)rabbitmq$/, "rabbitmq"],
  [/(^|\/)memcached$/, "memcached"],
  [/(^|\/)(pgbouncer|pgcat|odyssey|supavisor)$/, "pgbouncer"],
  [/(^|\/)(nginx|nginx-unprivileged|caddy|traefik|haproxy|httpd)$/, "webServer"],
  [/(^|\/)(flower|celery-exporter|prometheus|grafana|sentry|jaeger)$/, "monitor"],
];

/** @param image with registry and tag: `docker.io/library/postgres:15` */
export function imageKind(image: string): ServiceKind | undefined {
  const name = image
    .replace(/@sha256:.*$/, "")
    .replace(/:[^/:]*$/, "")
    .toLowerCase();
  return images.find(([pattern]) => pattern.test(name))?.[1];
}

/** `-c max_connections=200` of PostgreSQL, `--maxmemory 100mb` of Redis. */
export function serverOptions(
  command: string | readonly string[] | undefined,
  variables: Variables,
): ReadonlyMap<string, string> {
  if (command === undefined) return new Map();
  const commands =
    typeof command === "string" ? commandsOf(command, variables) : commandsOfWords(command, variables);
  const options = new Map<string, string>();
  for (const words of commands) {
    words.forEach(({ text }, index) => {
      const next = words[index + 1]?.text;
      const pair = text === "-c" ? next : /^(?:-c|--)(\w[\w-]*=.*)$/.exec(text)?.[1];
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(pair ?? "") ?? [];
      if (name !== undefined && value !== undefined) options.set(name.toLowerCase(), value);
      else if (/^--[\w-]+$/.test(text) && next !== undefined && !next.startsWith("--"))
        options.set(text.slice(2).toLowerCase(), next);
    });
  }
  return options;
}
