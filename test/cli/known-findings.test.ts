import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, git, queryscope, writeFiles } from "./support/command.ts";
import { secondView, shop } from "./support/shop.ts";

const views = shop["orders/views.py"];

describe("--baseline", () => {
  it("hides the findings of the day it was written, and no others", async () => {
    const folder = folderWith(shop);
    const args = ["check", "--baseline", "known.json", "--output-format", "concise"];
    expect(await queryscope({ folder }, ...args, "--write-baseline")).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "Wrote 1 finding to known.json.\n",
    });
    expect(JSON.parse(readFileSync(join(folder, "known.json"), "utf8")).findings).toHaveLength(1);
    expect(await queryscope({ folder }, ...args)).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringContaining("1 in the baseline"),
    });
    writeFiles(folder, { "orders/views.py": `import json\n${views}${secondView}` });
    const { status, stdout } = await queryscope({ folder }, ...args);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^orders\/views.py:13:14: QS101 .*\n$/);
  });

  it("is not needed where the file has the name that the configuration expects", async () => {
    const folder = folderWith({
      ...shop,
      "queryscope.toml": 'baseline = "known/old.json"\n',
      "known/a.txt": "",
    });
    await queryscope({ folder }, "check", "--baseline", "known/old.json", "--write-baseline");
    expect(await queryscope({ folder }, "check")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("1 in the baseline"),
    });
    expect((await queryscope({ folder }, "check", "--config", join(folder, "queryscope.toml"))).status).toBe(
      0,
    );
    writeFiles(folder, { "known/old.json": "{" });
    expect(await queryscope({ folder }, "check")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("known/old.json is not a baseline: it is not JSON"),
    });
  });
});

describe("--since", () => {
  it("reports what the change introduced, committed or not, and leaves the repository alone", async () => {
    const folder = folderWith(shop);
    await git(folder, "init", "--quiet");
    await git(folder, "add", ".");
    await git(folder, "commit", "--quiet", "-m", "first");
    const args = ["check", "--output-format", "concise", "--since", "HEAD"];
    expect(await queryscope({ folder }, ...args)).toMatchObject({ status: 0, stdout: "" });

    const changed = `import json\n${views}${secondView}`;
    writeFiles(folder, { "orders/views.py": changed });
    const { status, stdout } = await queryscope({ folder }, ...args);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^orders\/views.py:13:14: QS101 .*\n$/);
    expect(readFileSync(join(folder, "orders/views.py"), "utf8")).toBe(changed);

    await git(folder, "commit", "--quiet", "-a", "-m", "second");
    expect((await queryscope({ folder }, ...args)).stdout).toBe("");
    expect(
      (await queryscope({ folder }, "check", "--output-format", "concise", "--since", "HEAD~1")).stdout,
    ).toBe(stdout);
  });

  it("reports an old view whose rows are read since in another file", async () => {
    const helper = "def names(orders):\n    return [order.pk for order in orders]\n";
    const folder = folderWith({
      ...shop,
      "orders/names.py": helper,
      "orders/views.py":
        "from orders.models import Order\nfrom orders.names import names\n\n\ndef view(request):\n    return names(Order.objects.all())\n",
    });
    await git(folder, "init", "--quiet");
    await git(folder, "add", ".");
    await git(folder, "commit", "--quiet", "-m", "first");
    writeFiles(folder, { "orders/names.py": helper.replace("order.pk", "order.customer.name") });
    const { stdout } = await queryscope({ folder }, "check", "--output-format", "concise", "--since", "HEAD");
    expect(stdout).toMatch(/^orders\/views.py:6:18: QS101 /);
  });

  it("says what is wrong outside of a repository and for an unknown commit", async () => {
    const folder = folderWith(shop);
    const since = (reference: string) => queryscope({ folder }, "check", "--since", reference);
    expect(await since("HEAD")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("not in a git repository"),
    });
    await git(folder, "init", "--quiet");
    expect(await since("main~3")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no commit "main~3"'),
    });
  });
});
