import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { passwordFromFile, resolveConnection } from "./connection-resolution.ts";
import { parseConnectionUrl } from "./connection-url.ts";

let folder = "";
/** No service file of the machine's own gets in the way. */
let empty: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "queryscope-"));
  empty = { PGSERVICEFILE: path.join(folder, "none") };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const url = "postgresql://alice:pa%3Ass@db.example.com:6432/shop";

describe("the connection that is asked for", () => {
  it("is that of QUERYSCOPE_DATABASE_URL, without more words", async () => {
    expect(await resolveConnection(undefined, { ...empty, QUERYSCOPE_DATABASE_URL: url })).toMatchObject({
      kind: "found",
      details: {
        profile: {
          label: "QUERYSCOPE_DATABASE_URL",
          host: "db.example.com",
          port: 6432,
          user: "alice",
          database: "shop",
        },
        password: "pa:ss",
      },
    });
  });

  it("is never one that merely exists", async () => {
    const variables = { ...empty, DATABASE_URL: url, PGHOST: "localhost", PGPASSWORD: "x" };
    expect(await resolveConnection(undefined, variables)).toEqual({
      kind: "none",
      offers: ["DATABASE_URL", "PG"],
    });
    expect(await resolveConnection(undefined, empty)).toEqual({ kind: "none", offers: [] });
  });

  it("may be named by the variable that holds its URL", async () => {
    const variables = { ...empty, REPLICA_URL: "postgres://db/shop", PGPASSWORD: "from libpq" };
    expect(await resolveConnection("REPLICA_URL", variables)).toMatchObject({
      details: { profile: { label: "REPLICA_URL", host: "db" }, password: "from libpq" },
    });
  });

  it("may be what libpq's variables say", async () => {
    const variables = {
      ...empty,
      PGHOST: "/run/postgresql",
      PGDATABASE: "shop",
      PGUSER: "alice",
      PGPASSWORD: "x",
    };
    expect(await resolveConnection("PG", variables)).toMatchObject({
      details: {
        profile: { host: "/run/postgresql", port: 5432, database: "shop", user: "alice" },
        password: "x",
      },
    });
  });

  it("may be a service of libpq", async () => {
    const file = path.join(folder, "services");
    writeFileSync(
      file,
      "# comment\n[staging]\nhost=db.example.com\ndbname = shop\nsslmode=require\n\n[other]\nport=1\n",
    );
    const variables = { PGSERVICEFILE: file };
    expect(await resolveConnection("staging", variables)).toMatchObject({
      details: {
        profile: { label: "service staging", host: "db.example.com", database: "shop", sslMode: "require" },
      },
    });
    expect(await resolveConnection("PG", { ...variables, PGSERVICE: "other" })).toMatchObject({
      details: { profile: { port: 1 } },
    });
    expect(await resolveConnection(undefined, variables)).toEqual({
      kind: "none",
      offers: ["staging", "other"],
    });
  });

  it.each([
    ["staging", "the connection staging is neither a URL, nor a variable with one, nor a service of libpq"],
    [
      "postgres://me:secret@db/shop",
      "the connection of the given URL has a password in it, which others can see on a command line; put the URL into QUERYSCOPE_DATABASE_URL",
    ],
    ["mysql://db/shop", "the connection of the given URL is not the URL of a PostgreSQL database"],
    [
      "postgres://a b/shop",
      "the connection of the given URL is not a valid URL; special characters in it must be percent-encoded",
    ],
    ["postgres://db/%zz", "the connection of the given URL has a part that is not percent-encoded correctly"],
    ["postgres://db/shop?sslmode=on", "has an unknown sslmode"],
    ["postgres:///shop?host=a,b", "names several hosts"],
    ["postgres://db/shop?port=99999", "has an invalid port"],
  ])("%s is explained without its secrets", async (name, message) => {
    const resolution = await resolveConnection(name, empty);
    expect(resolution).toMatchObject({ kind: "failed", error: { kind: "usage" } });
    expect(resolution.kind === "failed" && resolution.error.message).toContain(message);
    expect(JSON.stringify(resolution)).not.toContain("secret");
  });
});

describe("a URL", () => {
  const profileOf = (text: string) => {
    const parsed = parseConnectionUrl("x", text);
    return parsed.kind === "details" ? parsed.details.profile : undefined;
  };

  it("has libpq's defaults", () => {
    const { username } = userInfo();
    expect(profileOf("postgres://")).toMatchObject({
      host: "localhost",
      port: 5432,
      user: username,
      database: username,
    });
  });

  it.each([
    ["postgres://localhost/a", "prefer"],
    ["postgres://127.0.0.1/a", "prefer"],
    ["postgres://[::1]/a", "prefer"],
    ["postgres://%2Frun%2Fpostgresql/a", "prefer"],
    ["postgres:///a?host=/run/postgresql", "prefer"],
    ["postgres://db.example.com/a", "verify-full"],
    ["postgres://10.0.0.5/a", "verify-full"],
    ["postgres://db.example.com/a?sslmode=require", "require"],
  ])("%s has sslmode %s", (text, sslMode) => {
    expect(profileOf(text)?.sslMode).toBe(sslMode);
  });

  it("keeps certificates and options", () => {
    expect(
      profileOf("postgres://db/a?sslrootcert=/ca.pem&sslcert=/c&sslkey=/k&options=-c%20search_path%3Dtenant"),
    ).toMatchObject({
      sslRootCertificate: "/ca.pem",
      sslCertificate: "/c",
      sslKey: "/k",
      options: "-c search_path=tenant",
    });
  });
});

describe(".pgpass", () => {
  it("gives the password of a connection", async () => {
    const file = path.join(folder, "pgpass");
    writeFileSync(file, "db.example.com:5432:*:alice:from the file\n");
    chmodSync(file, 0o600);
    vi.stubEnv("PGPASSFILE", file);
    vi.stubEnv("PGPASSWORD", undefined);
    const parsed = parseConnectionUrl("x", "postgres://alice@db.example.com/shop");
    const other = parseConnectionUrl("x", "postgres://bob@db.example.com/shop");
    if (parsed.kind !== "details" || other.kind !== "details") throw new Error("valid URLs");
    expect(await passwordFromFile(parsed.details.profile)).toBe("from the file");
    expect(await passwordFromFile(other.details.profile)).toBeUndefined();
  });
});
