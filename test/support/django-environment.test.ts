import { afterEach, describe, expect, test, vi } from "vitest";
import { skipIfUnavailable, Unavailable } from "./django-environment.ts";

const missing = new Unavailable("Python was not found");

/** Stands for the `skip` of a test, which never returns. */
function skip(reason: string): never {
  throw new Error(`skipped: ${reason}`);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a test that needs what the machine may lack", () => {
  test("is skipped with the reason", () => {
    vi.stubEnv("QUERYSCOPE_REQUIRE_ALL", "");
    expect(() => skipIfUnavailable(missing, skip)).toThrow("skipped: Python was not found");
  });

  test("fails where everything must run", () => {
    vi.stubEnv("QUERYSCOPE_REQUIRE_ALL", "1");
    expect(() => skipIfUnavailable(missing, skip)).toThrow(missing);
  });

  test("fails on any other error", () => {
    vi.stubEnv("QUERYSCOPE_REQUIRE_ALL", "");
    expect(() => skipIfUnavailable(new Error("a bug"), skip)).toThrow("a bug");
  });
});
