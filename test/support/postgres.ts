/**
 * A real PostgreSQL server for one test file: its own data folder and port, gone afterwards. Never as root, which
 * PostgreSQL refuses: the tests' user where it is another, else the one that the package made.
 */
import { execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { Unavailable } from "./django-environment.ts";
import { freePort } from "./free-port.ts";

export interface PostgresServer {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly url: string;
  /** Where the Unix socket is. */
  readonly socketFolder: string;
  /** Runs SQL as the administrator; several statements are allowed. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** A connection as the administrator, to be ended by the caller. */
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** How a command of the language server names it. */
export function connectionTo({ host, port, user, password, database }: PostgresServer, name = "local") {
  return { name, host, port, user, password, database };
}

export interface PostgresOptions {
  /** Makes a certificate for `localhost`, signed by its own authority, and turns encryption on. */
  readonly encrypted?: boolean;
  /** `shared_preload_libraries=…` and others. */
  readonly settings?: readonly string[];
  /** Absolute path of the folder that has `initdb` and `postgres`, where not those of the machine are meant. */
  readonly programs?: string;
}

const run = promisify(execFile);
const user = "admin_of_test";
const password = "only for tests 'quoted'";
const startTimeoutMs = 30_000;

/** @throws Unavailable where the machine has no PostgreSQL */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = options.programs ?? findPrograms();
  const account = await findAccount();
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-postgres-"));
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const asAccount = { ...account, env: { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8" }, cwd: folder };

  const data = path.join(folder, "data");
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o644 });
  const initArguments = [
    "-D",
    data,
    "-U",
    user,
    "--pwfile",
    passwordFile,
    "--auth=scram-sha-256",
    "-N",
    "-E",
    "UTF8",
  ];
  await run(path.join(programs, "initdb"), initArguments, asAccount);
  const certificate = options.encrypted ? await makeCertificate(folder, asAccount) : [];

  return serve({ programs, folder, options: asAccount }, data, [...certificate, ...(options.settings ?? [])]);
}

/** A hot standby that follows the server by streaming. */
export async function startReplica({ url }: PostgresServer, name: string): Promise<PostgresServer> {
  const programs = findPrograms();
  const account = await findAccount();
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-postgres-"));
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const options = { ...account, env: { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8" }, cwd: folder };
  const data = path.join(folder, "data");
  const connection = `${url}?application_name=${name}`;
  await run(
    path.join(programs, "pg_basebackup"),
    ["-d", connection, "-D", data, "-X", "stream", "-R", "--checkpoint=fast"],
    options,
  );
  return serve({ programs, folder, options }, data, [
    `primary_conninfo=${connection}`,
    // How often it tells what it has replayed where nothing arrives.
    "wal_receiver_status_interval=1s",
  ]);
}

interface Place {
  readonly programs: string;
  /** For the socket; removed with the server. */
  readonly folder: string;
  readonly options: RunOptions;
}

async function serve(
  { programs, folder, options }: Place,
  data: string,
  more: readonly string[],
): Promise<PostgresServer> {
  const port = await freePort();
  const settings = [
    "listen_addresses=localhost",
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    "fsync=off",
    "max_connections=20",
    "shared_buffers=16MB",
    ...more,
  ];
  const server = spawn(
    path.join(programs, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  server.stderr.on("data", (text) => {
    log = (log + text).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const killAtExit = () => server.kill("SIGQUIT");
  process.once("exit", killAtExit);

  const address = { host: "127.0.0.1", port, user, password, database: "postgres" } as const;
  const connect = async () => {
    const client = new pg.Client({ ...address, ssl: false });
    await client.connect();
    return client;
  };
  const stop = async () => {
    server.kill("SIGINT");
    await ended;
    process.off("exit", killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(connect, () => server.exitCode !== null);
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start: ${log}`, { cause: error });
  }
  return {
    ...address,
    url: `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    socketFolder: folder,
    connect,
    stop,
    async run(sql) {
      const client = await connect();
      try {
        const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
        return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
      } finally {
        await client.end();
      }
    },
  };
}

/** Names the programs with which suites run, in place of the machine's. */
export const programsVariable = "QUERYSCOPE_TEST_POSTGRES";

/** Where `initdb` and `postgres` are: Debian keeps them out of the search path. */
function findPrograms(): string {
  const wanted = process.env[programsVariable];
  if (wanted !== undefined) return wanted;
  const onPath = (process.env.PATH ?? "").split(path.delimiter);
  const packaged = "/usr/lib/postgresql";
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => path.join(packaged, version, "bin")), ...onPath];
  const found = folders.find((folder) =>
    ["initdb", "postgres"].every((name) => existsSync(path.join(folder, name))),
  );
  if (found === undefined) {
    throw new Unavailable("PostgreSQL was not found; on Debian and Ubuntu, install the package postgresql.");
  }
  return found;
}

/** Whom a server that refuses to be root may be; undefined where the tests are not root either. @throws Unavailable */
export async function findAccount(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = await Promise.all(
        ["-u", "-g"].map(async (option) => Number((await run("id", [option, name])).stdout)),
      );
      if (uid && gid !== undefined) return { uid, gid };
    } catch {
      // No such account.
    }
  }
  throw new Unavailable("PostgreSQL does not run as root, and there is no account postgres or nobody.");
}

interface RunOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The authority's certificate lies in `authority.crt` of the socket folder. */
async function makeCertificate(folder: string, options: RunOptions): Promise<readonly string[]> {
  const file = (name: string) => path.join(folder, name);
  const openssl = async (...commandArguments: readonly string[]) => {
    try {
      await run("openssl", commandArguments, options);
    } catch (error) {
      throw new Unavailable("openssl is needed to test encrypted connections.", { cause: error });
    }
  };
  const key = ["-newkey", "rsa:2048", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
    "-keyout",
    file("authority.key"),
    "-out",
    file("authority.crt"),
  );
  await openssl(
    "req",
    ...key,
    "-subj",
    "/CN=localhost",
    "-keyout",
    file("server.key"),
    "-out",
    file("server.csr"),
  );
  writeFileSync(file("names.cnf"), "subjectAltName=DNS:localhost\n");
  const signing = ["-CA", file("authority.crt"), "-CAkey", file("authority.key"), "-CAcreateserial"];
  await openssl(
    "x509",
    "-req",
    "-in",
    file("server.csr"),
    ...signing,
    "-days",
    "2",
    "-extfile",
    file("names.cnf"),
    "-out",
    file("server.crt"),
  );
  return ["ssl=on", `ssl_cert_file=${file("server.crt")}`, `ssl_key_file=${file("server.key")}`];
}

async function untilItAnswers(connect: () => Promise<pg.Client>, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await (await connect()).end();
      return;
    } catch (error) {
      if (hasEnded() || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
