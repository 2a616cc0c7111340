/** The running systems that `audit` may ask: those that the command line names, and no others. */
import { resolveConnection } from "../../explain/connection-resolution.ts";
import type { LiveConnections, RedisConnection, RedisRole } from "../../live/live-connections.ts";
import type { OptionSpecifications } from "../arguments.ts";
import { UsageError } from "../usage-error.ts";

export const auditConnectionOptions = {
  connection: {
    kind: "value",
    placeholder: "NAME",
    description:
      "Ask this PostgreSQL, which is only read: a variable with its URL, PG (libpq's variables), a service, a URL",
  },
  "redis-url-variable": {
    kind: "list",
    placeholder: "NAME[=ROLE+…]",
    description:
      "Ask the Redis whose URL is in this variable of the environment, which is only read; roles: cache, sessions, broker, results (default: as the variable is called, else cache)",
  },
} as const satisfies OptionSpecifications;

interface Options {
  readonly connection: string | undefined;
  readonly "redis-url-variable": readonly string[] | undefined;
}

export type NamedConnections = Pick<LiveConnections, "postgres" | "redis">;

/**
 * Undefined where nothing is to be asked.
 * @throws UsageError for a name that stands for no connection
 */
export async function namedConnections(
  options: Options,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<NamedConnections | undefined> {
  const resolution = await resolveConnection(options.connection, variables);
  if (resolution.kind === "failed") throw new UsageError(resolution.error.message);
  const postgres = resolution.kind === "found" ? resolution.details : undefined;
  const redis = (options["redis-url-variable"] ?? []).map((text) => redisConnection(text, variables));
  return postgres || redis.length > 0 ? { postgres, redis } : undefined;
}

function redisConnection(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): RedisConnection {
  const option = "--redis-url-variable";
  if (text.includes("://"))
    throw new UsageError(`${option} takes the name of a variable: others can see a URL on a command line`);
  const [name = "", given] = text.split("=", 2);
  const url = variables[name];
  if (url === undefined) throw new UsageError(`${option}: the variable ${name} is not set`);
  return { label: name, url, roles: given === undefined ? rolesByName(name) : given.split("+").map(roleOf) };
}

const roles: readonly RedisRole[] = ["cache", "sessions", "broker", "results"];

function roleOf(text: string): RedisRole {
  const role = roles.find((each) => each === text);
  if (!role) throw new UsageError(`--redis-url-variable: "${text}" is none of ${roles.join(", ")}`);
  return role;
}

function rolesByName(name: string): readonly RedisRole[] {
  const found = roles.filter((role) => new RegExp(role.replace(/s$/, ""), "i").test(name));
  return found.length > 0 ? found : ["cache"];
}
