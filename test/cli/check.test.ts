import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandFile, folderWith, queryscope, runProcess, writeFiles } from "./support/command.ts";
import { repairedShop, secondView, shop } from "./support/shop.ts";

const views = shop["orders/views.py"];

async function json(folder: string, ...args: string[]) {
  const { stdout } = await queryscope({ folder }, "check", "--output-format", "json", ...args);
  return JSON.parse(stdout);
}

describe("queryscope check", () => {
  it("finds a query per row and exits with 1", async () => {
    const folder = folderWith(shop);
    const { status, stdout, stderr } = await queryscope({ folder }, "check");
    expect(status).toBe(1);
    expect(stdout).toContain("orders/views.py:7:14 QS101 n-plus-one-forward [warning, high]");
    expect(stdout).toContain("7 |     orders = Order.objects.all()\n");
    expect(stdout).toContain("[fixable with --fix]");
    expect(stderr).toMatch(/^Found 1 finding \(1 warning\) in \d+ files, .*; 1 fixable with --fix\.\n$/);
  });

  it("exits with 0 when there is nothing to complain about", async () => {
    const { status, stdout, stderr } = await queryscope({ folder: folderWith(repairedShop) }, "check");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toMatch(/^No findings in \d+ files, /);
  });

  it("prints JSON as documented", async () => {
    const report = await json(folderWith(shop));
    expect(report).toMatchObject({
      schemaVersion: 1,
      tool: { name: "queryscope", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      projects: [{ root: ".", settings: "config.settings", models: 2 }],
      summary: { findings: 1, suppressed: 0, baselined: 0, problems: 0 },
      problems: [],
      findings: [
        {
          code: "QS101",
          rule: "n-plus-one-forward",
          level: "warning",
          confidence: "high",
          path: "orders/views.py",
          range: { start: { line: 7, column: 14 }, end: { line: 7, column: 33 } },
          symbol: "orders.views.order_list",
          model: "orders.Order",
          relationPaths: ["customer"],
          fields: [],
          origin: { path: "orders/views.py" },
          accesses: [{ path: "orders/views.py", relationPath: "customer", code: "QS101" }],
          queries: { before: "1 + N", after: "1", example: { n: 50, before: 51, after: 1 } },
          stage: 2,
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}:1$/),
        },
      ],
    });
    const [finding] = report.findings;
    expect(finding.evidence.length).toBeGreaterThanOrEqual(2);
    expect(finding.fixes[0]).toMatchObject({ safety: "safe", preferred: true });
  });

  it("prints the same every time", async () => {
    const folder = folderWith({ ...shop, "orders/views.py": views + secondView });
    const [first, second] = [await json(folder), await json(folder)];
    first.summary.durationMs = 0;
    second.summary.durationMs = 0;
    expect(first).toEqual(second);
    expect(first.findings).toHaveLength(2);
  });

  it("says the paths as they are written in the working folder", async () => {
    const folder = folderWith(
      Object.fromEntries(Object.entries(shop).map(([path, text]) => [`apps/${path}`, text])),
    );
    const { findings, projects } = await json(folder);
    expect(findings[0].path).toBe("apps/orders/views.py");
    expect(projects[0].root).toBe("apps");
    const inApps = await json(join(folder, "apps"), "orders/views.py");
    expect(inApps.findings[0].path).toBe("orders/views.py");
    const fromElsewhere = await json(folderWith({}), join(folder, "apps"));
    expect(fromElsewhere.findings[0].path).toBe("orders/views.py");
  });

  it("keeps a finding's fingerprint when its lines move", async () => {
    const folder = folderWith(shop);
    const [before] = (await json(folder)).findings;
    writeFiles(folder, { "orders/views.py": `# A comment that moves everything.\n\n${views}` });
    const [after] = (await json(folder)).findings;
    expect(after.range.start.line).toBe(before.range.start.line + 2);
    expect(after.fingerprint).toBe(before.fingerprint);
  });

  it("respects the configuration and suppression comments", async () => {
    const folder = folderWith({ ...shop, "pyproject.toml": '[tool.queryscope]\nignore = ["QS101"]\n' });
    expect((await json(folder)).findings).toEqual([]);
    expect((await json(folder, "--select", "n-plus-one-forward")).findings).toHaveLength(1);
    const suppressed = folderWith({
      ...shop,
      "orders/views.py": views.replace(".all()", ".all()  # queryscope: ignore[QS101]: few orders"),
    });
    expect((await json(suppressed)).summary).toMatchObject({ findings: 0, suppressed: 1 });
  });

  it("reports a suppression that suppresses nothing, and removes it", async () => {
    const folder = folderWith({
      ...repairedShop,
      "orders/views.py": repairedShop["orders/views.py"].replace(
        "\n\n\n",
        "\n\n\n# queryscope: ignore[QS101]\n",
      ),
    });
    expect((await json(folder)).findings).toMatchObject([{ code: "QS001", level: "info" }]);
    await queryscope({ folder }, "check", "--fix");
    expect(readFileSync(join(folder, "orders/views.py"), "utf8")).toBe(repairedShop["orders/views.py"]);
  });

  it("reads standard input in the place of a file", async () => {
    const options = { folder: folderWith(repairedShop), input: views };
    const { status, stdout } = await queryscope(options, "check", "--stdin-filename", "orders/views.py", "-");
    expect(status).toBe(1);
    expect(stdout).toContain("orders/views.py:7:14 QS101");
  });

  it("writes findings to a file", async () => {
    const folder = folderWith(shop);
    const args = ["check", "--output-format", "sarif", "--output-file", "reports/out.sarif"];
    const { status, stdout } = await queryscope({ folder }, ...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    const sarif = JSON.parse(readFileSync(join(folder, "reports/out.sarif"), "utf8"));
    expect(sarif.runs[0].results).toHaveLength(1);
  });

  it.each(["github", "gitlab", "junit", "concise"])("prints %s", async (format) => {
    const { stdout } = await queryscope({ folder: folderWith(shop) }, "check", "--output-format", format);
    expect(stdout).toContain("QS101");
  });
});

describe("bad input", () => {
  it.each([
    ["an empty folder", {}],
    ["a folder without Django", { "setup.py": "import this\n", "app/main.py": "print([x.y for x in z])\n" }],
  ])("%s is no error", async (_, files) => {
    const { status, stdout, stderr } = await queryscope({ folder: folderWith(files) }, "check");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toMatch(/^No Django project found in .*: nothing to check\.\n$/);
  });

  it("a path that does not exist ends with 2 and a message", async () => {
    const { status, stdout, stderr } = await queryscope({ folder: folderWith({}) }, "check", "nowhere");
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: "queryscope: nowhere does not exist\n",
    });
  });

  it("files that cannot be understood do not hide the findings of the others", async () => {
    const folder = folderWith({
      ...shop,
      "orders/half.py": "def broken(:\n    Order.objects.\n",
      "orders/latin.py": Buffer.from("name = 'Zo\u00eb'\n", "latin1"),
      "orders/binary.py": Buffer.from([0, 1, 2, 255, 254]),
    });
    const { findings, problems } = await json(folder);
    expect(findings).toHaveLength(1);
    expect(problems).toContainEqual({ path: "orders/latin.py", message: expect.stringContaining("UTF-8") });
  });

  it("a mistake in the configuration is shown where it stands", async () => {
    const folder = folderWith({ ...shop, "queryscope.toml": "# ours\nsmall-lop = 3\n" });
    const { status, stdout, stderr } = await queryscope({ folder }, "check");
    expect(status).toBe(2);
    expect(stdout).toContain("QS101");
    expect(stderr).toContain("queryscope.toml:2:1: unknown key `small-lop`; did you mean `small-loop`?");
  });

  it("tables and columns that the configuration misspells are told, with what they are near to", async () => {
    const folder = folderWith({
      ...shop,
      "pyproject.toml": `[tool.queryscope.table-rows]
"*" = 500
"orders.Ordre" = 1000
"orders.Order" = 1000
orders_ordr = 5
"taggit.Tag" = 10
"orders.Basket" = 10

[tool.queryscope.column-statistics]
"orders.Order.custmer" = { distinct = 3 }
"orders.Order.customer" = { distinct = 3 }
"orders_order.customer_id" = { distinct = 3 }
"orders.Customr.name" = { nulls = 0.5 }
"orders.Order.customer_id" = { distinct = 3 }
`,
    });
    const { stderr, status } = await queryscope({ folder }, "check", "--verbose");
    expect(status).toBe(1);
    expect(stderr.split("\n").filter((line) => line.startsWith("pyproject.toml"))).toEqual([
      "pyproject.toml:3:1: `table-rows`: the project has no model `orders.Ordre`; did you mean `orders.Order`?",
      "pyproject.toml:5:1: `table-rows`: the project has no table `orders_ordr`; did you mean `orders_order`?",
      "pyproject.toml:7:1: `table-rows`: the project has no model `orders.Basket`",
      "pyproject.toml:10:1: `column-statistics`: the project has no field `orders.Order.custmer`; did you mean `orders.Order.customer`?",
      "pyproject.toml:13:1: `column-statistics`: the project has no model `orders.Customr`; did you mean `orders.Customer`? (in `orders.Customr.name`)",
      "pyproject.toml:14:1: `column-statistics`: the project has no field `orders.Order.customer_id`; did you mean `orders.Order.customer`?",
    ]);
    const { problems } = await json(folder);
    expect(problems).toContainEqual({
      path: "pyproject.toml",
      range: { start: { line: 3, column: 1 }, end: { line: 3, column: 15 } },
      message: "`table-rows`: the project has no model `orders.Ordre`; did you mean `orders.Order`?",
    });
  });

  it("a reader that stops early gets no stack trace", async () => {
    const command = `"${process.execPath}" "${commandFile}" rule | head -c 1`;
    const { stdout, stderr } = await runProcess("sh", ["-c", command], folderWith(shop));
    expect({ stdout, stderr }).toEqual({ stdout: "Q", stderr: "" });
  });
});
