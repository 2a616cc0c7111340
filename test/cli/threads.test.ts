/** `check` on several projects: threads change how long it takes, not what it says. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, queryscope } from "./support/command.ts";
import { shop } from "./support/shop.ts";

/** Two projects beside each other, and a working folder around them. */
const twoShops = Object.fromEntries(
  ["north", "south"].flatMap((name) => Object.entries(shop).map(([path, text]) => [`${name}/${path}`, text])),
);

describe("several folders", () => {
  it.each([["--threads", "2"], ["--threads", "2", "--no-cache"], ["--threads=1"]])(
    "are reported in the order of the call with %s %s %s",
    async (...args) => {
      const folder = folderWith(twoShops);
      const { status, stdout, stderr } = await queryscope(
        { folder },
        "check",
        "south",
        "north",
        "--output-format",
        "concise",
        ...args,
      );
      expect(status).toBe(1);
      expect(stdout.match(/^\w+\/orders\/views\.py:\d+/gm)).toEqual([
        "south/orders/views.py:7",
        "north/orders/views.py:7",
      ]);
      expect(stderr).toMatch(/^Found 2 findings \(2 warnings\)/m);
    },
  );

  it("are fixed in threads as well", async () => {
    const folder = folderWith(twoShops);
    const { stderr } = await queryscope({ folder }, "check", "north", "south", "--threads", "2", "--fix");
    expect(stderr).toContain("Fixed 2 findings in 2 files.");
    expect((await queryscope({ folder }, "check", "north", "south")).status).toBe(0);
  });

  it("end with the sentence of a wrong call, wherever it was noticed", async () => {
    const folder = folderWith(twoShops);
    const { status, stderr } = await queryscope(
      { folder },
      "check",
      "north",
      "south",
      "--threads",
      "2",
      "--since",
      "HEAD",
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^queryscope: --since: .* is not in a git repository\n$/);
  });
});

describe("the number of threads", () => {
  it.each(["0", "-1", "two", "1.5", ""])("must be a whole number from 1, not %j", async (count) => {
    const { status, stderr } = await queryscope({ folder: folderWith(shop) }, "check", `--threads=${count}`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^queryscope: --threads must be a whole number from 1, not ".*"\n$/);
  });

  it("may be larger than there is work for", async () => {
    const folder = folderWith(twoShops);
    const { status } = await queryscope({ folder: join(folder, "north") }, "check", "--threads", "64");
    expect(status).toBe(1);
  });
});
