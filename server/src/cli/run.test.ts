import { describe, expect, it } from "vitest";
import { type Files, finding, place } from "../../../test/support/fake-analysis.ts";
import { type FakeProject, runFake } from "../../../test/support/fake-command-line.ts";

const views = "projects = Project.objects.all()\nteams = Team.objects.all()\n";

/** One finding with a safe fix for each `.all()`. */
function find(texts: Files) {
  return Object.entries(texts).flatMap(([path, text]) =>
    [...text.matchAll(/(\w+)\.objects\.all\(\)/g)].map((match) =>
      finding({
        code: match[1] === "Team" ? "QS102" : "QS101",
        at: place(texts, path, match[0]),
        symbol: `shop.${match[1]}`,
        confidence: match[1] === "Team" ? "medium" : "high",
        fixes: [
          {
            title: "Load the relations",
            safety: "safe",
            preferred: true,
            edits: [
              {
                path,
                range: { start: match.index, end: match.index + match[0].length },
                newText: `${match[1]}.objects.select_related()`,
              },
            ],
          },
        ],
      }),
    ),
  );
}

const shop: FakeProject = { files: { "shop/views.py": views }, find };
const clean: FakeProject = { files: { "shop/views.py": "projects = []\n" }, find };

describe("queryscope", () => {
  it("shows its help", async () => {
    const { status, stdout } = await runFake(clean, "--help");
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Shows Django developers what their code will do to their database, and repairs it.

      Usage: queryscope COMMAND [OPTIONS]

      Commands:
        check       Find what a Django project's code does to its database
        queries     Estimate the queries of each view, API action, admin page, task and command
        audit       Report how far a product scales, what to do next, and what that costs
        explain     Show the SQL and the plan of a queryset
        statements  Find the querysets that send the statements which a database spends its time on
        rule        Show the documentation of a rule, or the list of rules
        config      Show the configuration that check would use
        server      Run the language server

      Options:
        -h, --help     Show this text; after a command, the text of the command
        -V, --version  Show the version
      "
    `);
    expect(await runFake(clean)).toEqual({ status: 2, stdout: "", stderr: stdout });
  });

  it("shows its version", async () => {
    expect(await runFake(clean, "--version")).toEqual({
      status: 0,
      stdout: "queryscope 1.2.3\n",
      stderr: "",
    });
  });

  it("shows the help of every command", async () => {
    for (const command of ["check", "audit", "explain", "rule", "config", "server"]) {
      const { status, stdout } = await runFake(clean, command, "--help");
      expect(status).toBe(0);
      expect(stdout).toContain(`Usage: queryscope ${command}`);
      expect((await runFake(clean, "help", command)).stdout).toBe(stdout);
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  it.each([
    [["chekc"], 'unknown command "chekc"; did you mean check?'],
    [["shop"], '"shop" is a path, not a command: queryscope check shop'],
    [["--fix"], "--fix belongs after a command: queryscope check --fix"],
    [["audit", "shop", "."], "audit takes one PATH"],
    [["audit", "--compare", "none.json"], "--compare: none.json does not exist"],
    [["audit", "--compare", "shop/views.py"], "shop/views.py is no report of audit --output-format json"],
    [["server"], "queryscope server --stdio"],
    [["check", "nowhere"], "nowhere does not exist"],
    [["check", "--slect", "QS1"], "unknown option --slect; did you mean --select?"],
    [["check", "--select", "QS999"], '--select: unknown rule "QS999"'],
    [["check", "--ignore", "create-in-lop"], 'did you mean "create-in-loop"?'],
    [["check", "--select", ","], "--select names no rule"],
    [["check", "--fail-on", "fatal"], "--fail-on must be one of hint, info, warning, error"],
    [["check", "--fix", "--diff"], "--diff and --fix exclude each other"],
    [["check", "--write-baseline"], "--write-baseline needs --baseline FILE"],
    [["check", "--statistics", "--output-format", "json"], "--statistics is for people"],
    [["check", "-"], "--stdin-filename FILE -"],
    [["check", "--config", "none.toml"], "--config: none.toml is not a file"],
    [["check", "--baseline", "none.json"], "none.json does not exist; --write-baseline makes it"],
    [["check", "--baseline", "shop/views.py"], "shop/views.py is not a baseline: it is not JSON"],
    [["rule", "QS1"], '"QS1" is a group of rules: QS101, QS102, QS107, QS109, QS116'],
    [["rule", "create-in-lop"], 'there is no rule "create-in-lop"; did you mean create-in-loop?'],
  ])("explains what is wrong with %j, with exit status 2", async (args, message) => {
    const { status, stdout, stderr } = await runFake(clean, ...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("shows the trace of an error of its own", async () => {
    const { status, stderr } = await runFake({ ...shop, fails: new Error("a defect") }, "check");
    expect(status).toBe(2);
    expect(stderr).toMatch(/internal error, please report it.*\nError: a defect\n {4}at /);
  });
});

describe("queryscope check", () => {
  it("reports findings on standard output and the summary on standard error", async () => {
    const { status, stdout, stderr } = await runFake(shop, "check", "--output-format", "concise");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^shop\/views.py:1:12: QS101 .*\nshop\/views.py:2:9: QS102 .*\n$/);
    expect(stderr).toMatch(/^Found 2 findings \(2 warnings\) in 1 file, \d+ ms; 2 fixable with --fix\.\n$/);
  });

  it("has the exit status that --fail-on asks for", async () => {
    const status = async (...args: string[]) => (await runFake(shop, "check", ...args)).status;
    expect(await status("--select", "QS102")).toBe(0);
    expect(await status("--select", "QS102", "--fail-on", "warning:medium")).toBe(1);
    expect(await status("--fail-on", "error")).toBe(0);
    expect(await status("--exit-zero")).toBe(0);
    expect((await runFake(clean, "check")).status).toBe(0);
  });

  it("leaves out what is below --min-level and --min-confidence", async () => {
    const codes = async (...args: string[]) => {
      const { stdout } = await runFake(shop, "check", "--output-format", "concise", ...args);
      return [...stdout.matchAll(/QS\d+/g)].map(([code]) => code);
    };
    expect(await codes("--min-confidence", "high")).toEqual(["QS101"]);
    expect(await codes("--min-level", "error")).toEqual([]);
    expect(await codes("--ignore", "n-plus-one-forward")).toEqual(["QS102"]);
  });

  it("reports about the given paths only", async () => {
    const project = { ...shop, files: { "shop/views.py": views, "blog/views.py": views } };
    const { stdout } = await runFake(project, "check", "blog", "--output-format", "concise");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .every((line) => line.startsWith("blog/")),
    ).toBe(true);
  });

  it("says what --diff would change, in the form of a patch", async () => {
    const { stdout, stderr, status } = await runFake(shop, "check", "--diff");
    expect(status).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "--- a/shop/views.py
      +++ b/shop/views.py
      @@ -1,2 +1,2 @@
      -projects = Project.objects.all()
      -teams = Team.objects.all()
      +projects = Project.objects.select_related()
      +teams = Team.objects.select_related()
      "
    `);
    expect(stderr).toContain("Would fix 2 findings in 1 file.\n");
  });

  it("checks and fixes standard input", async () => {
    const project = { ...shop, stdin: "teams = Team.objects.all()\n" };
    const args = ["check", "--stdin-filename", "shop/views.py", "-", "--output-format", "concise"];
    expect((await runFake(project, ...args)).stdout).toMatch(/^shop\/views.py:1:9: QS102 .*\n$/);
    const fixed = await runFake(project, ...args, "--fix");
    expect(fixed.stdout).toBe("teams = Team.objects.select_related()\n");
    expect(fixed.status).toBe(0);
  });

  it("counts by rule with --statistics", async () => {
    const { stdout } = await runFake(shop, "check", "--statistics");
    expect(stdout).toBe("1  QS101  n-plus-one-forward  1 fixable\n1  QS102  n-plus-one-to-many  1 fixable\n");
  });

  it("is quiet, and talks, on request", async () => {
    expect((await runFake(shop, "check", "-q")).stderr).toBe("");
    expect((await runFake(shop, "check", "-v")).stderr).toContain("configuration: defaults, no file found\n");
  });

  it("tells the first problems, and all of them with --verbose", async () => {
    const problems = Array.from({ length: 7 }, (_, index) => ({
      path: `shop/${index}.py`,
      message: "too deep",
    }));
    const { stderr } = await runFake({ ...clean, problems }, "check");
    expect(stderr).toContain("shop/4.py: too deep\n… and 2 problems more: --verbose shows them.\n");
    expect((await runFake({ ...clean, problems }, "check", "--verbose")).stderr).toContain(
      "shop/6.py: too deep\n",
    );
    expect((await runFake({ ...clean, problems }, "check", "--quiet")).stderr).toBe("");
  });

  it("uses colour on a terminal, unless somebody is against it", async () => {
    const colored = async (project: Partial<FakeProject>, ...args: string[]) =>
      (await runFake({ ...shop, ...project }, "check", ...args)).stdout.includes("\u001b[");
    expect(await colored({})).toBe(false);
    expect(await colored({ terminal: true })).toBe(true);
    expect(await colored({ terminal: true, variables: { NO_COLOR: "1" } })).toBe(false);
    expect(await colored({ terminal: true, variables: { TERM: "dumb" } })).toBe(false);
    expect(await colored({ variables: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await colored({ terminal: true }, "--color", "never")).toBe(false);
    expect(await colored({ variables: { NO_COLOR: "1" } }, "--color=always")).toBe(true);
  });

  it("points at mistakes in the configuration, goes on with the rest, and exits with 2", async () => {
    const files = {
      ...shop.files,
      "pyproject.toml": '[tool.queryscope]\nselekt = ["QS1"]\nignore = ["QS102"]\n',
    };
    const { status, stdout, stderr } = await runFake(
      { ...shop, files },
      "check",
      "--output-format",
      "concise",
    );
    expect(status).toBe(2);
    expect(stdout).toMatch(/^shop\/views.py:1:12: QS101 .*\n$/);
    expect(stderr).toContain(
      "queryscope: pyproject.toml:2:1: unknown key `selekt`; did you mean `select`?\n",
    );
    const json = JSON.parse((await runFake({ ...shop, files }, "check", "--output-format", "json")).stdout);
    expect(json.problems).toEqual([
      {
        path: "pyproject.toml",
        message: "unknown key `selekt`; did you mean `select`?",
        range: { start: { line: 2, column: 1 }, end: { line: 2, column: 7 } },
      },
    ]);
  });

  it("says that there is no Django project, which is no error", async () => {
    const { status, stdout, stderr } = await runFake({ files: { "notes.txt": "" } }, "check");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toBe("No Django project found in /shop: nothing to check.\n");
  });
});

describe("queryscope rule", () => {
  it("prints the page of a rule, by code or name", async () => {
    const page = { status: 0, stdout: "# create-in-loop (QS301)\n", stderr: "" };
    expect(await runFake(clean, "rule", "QS301")).toEqual(page);
    expect(await runFake(clean, "rule", "create-in-loop")).toEqual(page);
  });

  it("lists the rules", async () => {
    const { stdout } = await runFake(clean, "rule");
    expect(stdout).toMatch(
      /^QS001 {2}unused-suppression {11}info {5}A suppression comment suppresses nothing\n/,
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(9);
  });
});

describe("queryscope config", () => {
  it("prints what is in force, as TOML", async () => {
    const { status, stdout } = await runFake(
      { files: { "queryscope.toml": 'small-loop = 3\n[per-file-ignores]\n"a.py" = ["QS1"]\n' } },
      "config",
    );
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "# queryscope.toml
      select = [ "QS" ]
      ignore = []
      extend-select = []
      exclude = []
      include-tests = false
      baseline = "queryscope-baseline.json"
      small-loop = 3
      query-budget = 10
      currency = "EUR"
      day-rate = 450
      servers = []

      [per-file-ignores]
      "a.py" = [ "QS1" ]

      [rules]
      [table-rows]
      [column-statistics]
      "
    `);
  });
});
