import { describe, expect, it } from "vitest";
import { defaultConfiguration } from "./configuration.ts";
import { startingPointFilter } from "./starting-points.ts";

describe("startingPointFilter", () => {
  const paths = ["shop/views.py", "shop/tests/test_views.py", "legacy/views.py", "shop/orders_pb2.py"];

  it("keeps the files in which something may be reported", () => {
    const configuration = { ...defaultConfiguration, exclude: ["legacy"] };
    expect(paths.filter(startingPointFilter(configuration, ""))).toEqual(["shop/views.py"]);
  });

  it("keeps tests where they are wanted", () => {
    const configuration = { ...defaultConfiguration, includeTests: true };
    expect(paths.filter(startingPointFilter(configuration, ""))).toEqual([
      "shop/views.py",
      "shop/tests/test_views.py",
      "legacy/views.py",
    ]);
  });
});
