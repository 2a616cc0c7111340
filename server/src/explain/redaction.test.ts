import { describe, expect, it } from "vitest";
import { redactorFor } from "./redaction.ts";

const profile = {
  label: "shop",
  host: "db.example.com",
  port: 5432,
  database: "shop",
  user: "alice",
  sslMode: "prefer",
  sslRootCertificate: undefined,
  sslCertificate: undefined,
  sslKey: undefined,
  options: undefined,
} as const;

const redact = redactorFor(profile, "correct horse", ["O'Hara"]);

describe("what messages and logs hide", () => {
  it.each([
    ["connect ECONNREFUSED db.example.com:5432", "connect ECONNREFUSED ***:5432"],
    [`role "alice" does not exist`, `role "***" does not exist`],
    ["password correct horse was wrong", "password *** was wrong"],
    ["postgres://alice:correct%20horse@db.example.com/shop", "postgres://***/shop"],
    ["redis://:other-secret@cache.example.com:6379/0", "redis://***/0"],
    [
      "SELECT * FROM a WHERE b = 'private' AND c = E'it''s'",
      "SELECT * FROM a WHERE b = '***' AND c = E'***'",
    ],
    ["SELECT $tag$private$tag$, $1", "SELECT $tag$***$tag$, $1"],
    [`duplicate value: O'Hara`, "duplicate value: ***"],
  ])("%s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    `relation "shop_order" does not exist`,
    "malice and alice_2 are other words",
    "sub.db.example.com is another host",
    "https://example.com/path has no credentials",
  ])("leaves alone: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("hides URLs and literals without a connection too", () => {
    expect(redactorFor(undefined, undefined)("postgres://a:b@c/d says 'x'")).toBe(
      "postgres://***/d says '***'",
    );
  });
});
