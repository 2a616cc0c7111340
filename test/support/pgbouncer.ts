/** A PgBouncer of the system in front of a test's PostgreSQL, in transaction mode. Never as root, which it refuses. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { Unavailable } from "./django-environment.ts";
import { freePort } from "./free-port.ts";
import { findAccount, type PostgresServer } from "./postgres.ts";

export interface Pooler {
  /** Of the server behind it, as the administrator. */
  readonly url: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 20_000;

/** Debian keeps it out of the search path of most users. */
const packaged = "/usr/sbin/pgbouncer";

/** @throws Unavailable where the machine has no PgBouncer */
export async function startPgbouncer(server: PostgresServer): Promise<Pooler> {
  const account = await findAccount();
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-pgbouncer-"));
  const port = await freePort();
  const file = (name: string, text: string) => {
    const full = path.join(folder, name);
    writeFileSync(full, text);
    return full;
  };
  const users = file("users.txt", `"${server.user}" "${server.password}"\n`);
  const configuration = file(
    "pgbouncer.ini",
    `[databases]
* = host=${server.host} port=${server.port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
`,
  );
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const command = existsSync(packaged) ? packaged : "pgbouncer";
  const process_ = spawn(command, [configuration], {
    ...account,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  process_.stderr.on("data", (text) => {
    log = (log + text).slice(-4000);
  });
  let absent: Error | undefined;
  process_.once("error", (cause) => {
    absent = new Unavailable(
      "PgBouncer was not found; on Debian and Ubuntu, install the package pgbouncer.",
      {
        cause,
      },
    );
  });
  const killAtExit = () => process_.kill("SIGKILL");
  process.once("exit", killAtExit);
  const stop = async () => {
    if (process_.exitCode === null && process_.kill("SIGKILL")) await once(process_, "close");
    process.off("exit", killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = server.url.replace(`:${server.port}/`, `:${port}/`);
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, ssl: false });
    try {
      await client.connect();
      await client.end();
      return { url, stop };
    } catch (cause) {
      if (absent === undefined && process_.exitCode === null && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      await stop();
      throw absent ?? new Error(`PgBouncer did not start: ${log}`, { cause });
    }
  }
}
