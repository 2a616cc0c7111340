/** The packaged extension on the example project, in a real VS Code and browser: by hand, and by its programming interface. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exampleProject, examplePython, measureRuns, runs, shapeOfRun } from "../oracle/example/runs.ts";
import { formatShape } from "../support/query-shape.ts";
import { readRepositoryFile, repository } from "../support/repository.ts";
import { violationsIn } from "./support/axe.ts";
import { editorFolder } from "./support/editor-tools.ts";
import { exampleSettings, inHostModule, testsInHost } from "./support/in-host.ts";
import { useInstalledExtension } from "./support/installed-extension.ts";
import { lineOf, serversIn } from "./support/places.ts";
import { eventually, sessionOrSkip, stepsIn, useVsCode } from "./support/vscode-session.ts";
import { clickUntil } from "./support/workbench.ts";

/** `1.93` of `^1.93.0`. */
const minor = (version: string): string | undefined => /\d+\.\d+/.exec(version)?.[0];

const views = "projects/views.py";
const extension = useInstalledExtension();
const extensionInOldest = useInstalledExtension("oldest", extension);

describe("the installed extension", () => {
  it("has no native module and no path of the machine that built it: it works wherever VS Code does", ({
    skip,
  }) => {
    const folder = sessionOrSkip(extension.extensions, skip);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.filter((file) => /\.(?:node|so|dylib|dll|exe)$/.test(file))).toEqual([]);
    const bundles = files.filter((file) => /\.[cm]?js$/.test(file));
    expect(bundles.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(["extension.cjs", "server.cjs"]),
    );
    expect(bundles.filter((file) => readFileSync(file, "utf8").includes(repository))).toEqual([]);
  });
});

describe("VS Code", () => {
  const session = useVsCode({
    extension,
    project: exampleProject,
    asksForTrust: true,
    // One that trusts nothing until it is told.
    settings: async () => ({
      "security.workspace.trust.startupPrompt": "never",
      "queryscope.codeLens": true,
      "queryscope.explain.python": await examplePython(),
    }),
  });
  const step = stepsIn(session);

  step(
    "shows findings in restricted mode, and explains nothing",
    async ({ url, workspace, workbench, page }) => {
      await workbench.goto(url, workspace);
      await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
      await workbench.open(views);
      await workbench.warning.waitFor();
      expect(await workbench.paletteRows("Queryscope: Explain Queryset")).not.toContain("Explain Queryset");
      expect(await workbench.paletteRows("Queryscope: Check Workspace")).toContain("Check Workspace");
    },
  );

  step("offers to explain when the workspace is trusted", async ({ workbench, page }) => {
    await workbench.run("Workspaces: Manage Workspace Trust");
    const editor = page.locator(".workspace-trust-editor");
    const button = editor.locator(".monaco-button", { hasText: /^Trust$/ }).first();
    await clickUntil(button, editor.filter({ hasText: "You trust" }).first());
    await workbench.open(views);
    expect(await workbench.paletteRows("Queryscope: Explain Queryset")).toContain("Explain Queryset");
  });

  step("says above a view what it sends", async ({ workbench }) => {
    await workbench.lens("2 + 3N queries · 2 findings").waitFor();
    await workbench.lens("Explain").waitFor();
  });

  step("says what the server does, and how many findings the file has", async ({ page }) => {
    const status = page.locator(".hover-language-status");
    const analysed = status.filter({ hasText: /\d+ files analysed/ }).first();
    await clickUntil(page.locator('[id="status.languageStatus"]'), analysed);
    await status
      .filter({ hasText: /\d+ findings in this file/ })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
  });

  step(
    "explains finding and queryset in a hover, with a link to the rule",
    async ({ workbench, page, read }) => {
      await workbench.goTo(lineOf(read(views), "projects = Project.objects.for_tenant"), 24);
      const hover = await workbench.showHover("50 rows: 101 queries → 1");
      await hover.filter({ hasText: "QuerySet of projects.Project" }).waitFor();
      await hover.locator('a[data-href*="n-plus-one-forward"]').first().waitFor({ state: "attached" });
      await page.keyboard.press("Escape");
    },
  );

  step("lists the findings in the Problems view", async ({ workbench }) => {
    await workbench.run("Problems: Focus on Problems View");
    await workbench.problem('"project.owner" loads User once per row').waitFor();
  });

  step("completes lookups by the models", async ({ workbench, page }) => {
    await workbench.open(views);
    await page.keyboard.press("Control+End");
    const code = "\n\ndef owners(request):\nprojects = Project.objects.filter(owner__ema";
    await page.keyboard.type(code, { delay: 5 });
    const suggestion = page.locator(".suggest-widget .monaco-list-row", { hasText: "email" }).first();
    await clickUntil(suggestion, workbench.line("filter(owner__email"));
  });

  step("finds what is typed, while it is typed", async ({ workbench, page }) => {
    await page.keyboard.type(
      '__startswith="A")\nreturn JsonResponse({"n": [p.owner.email for p in projects]})',
      {
        delay: 5,
      },
    );
    await workbench.problem('"p.owner" loads User once per row').waitFor();
  });

  step("repairs it with the quick fix", async ({ workbench, read }) => {
    await workbench.goToProblem('"p.owner" loads User once per row');
    await workbench.apply('Add select_related("owner")');
    await workbench.problem('"p.owner" loads User once per row').waitFor({ state: "detached" });
    await workbench.save();
    await eventually(() => read(views), '(owner__email__startswith="A").select_related("owner")');
  });

  step(
    "repairs what then runs with fewer queries under real Django",
    async ({ workbench, read, workspace }) => {
      await workbench.goTo(
        lineOf(read(views), "tasks = Task.objects.for_tenant(request.tenant).open()\n"),
        20,
      );
      await workbench.apply('Add select_related("assignee")');
      await workbench.line('.open().select_related("assignee")').waitFor();
      await workbench.save();
      await eventually(() => read(views), '.open().select_related("assignee")');
      const run = runs.find(({ name }) => name === "workload");
      if (run === undefined) throw new Error("the example has no such page");
      const measured = (await measureRuns(workspace, [run]))[run.name] ?? [];
      const shape = shapeOfRun(measured);
      expect(shape && formatShape(shape)).toBe(run.fixed?.queries);
      expect(measured.map(({ result }) => result)).toContain(200);
    },
  );

  step("leads from a template to the view, while its server is busy", async (s) => {
    const { workbench, page, read, folder } = s;
    const template = "templates/projects/project_detail.html";
    await workbench.open(template);
    const [before = ""] = read(template).split("assignee.");
    await workbench.goTo(lineOf(read(template), "task.assignee"), before.length - before.lastIndexOf("\n"));
    const servers = serversIn(folder);
    expect(servers).not.toEqual([]);
    const send = (signal: NodeJS.Signals): void => servers.forEach((pid) => void process.kill(pid, signal));
    try {
      // While VS Code asked the server for more of the action, it could forget the action's command.
      await workbench.apply("Show the path of QS108", () => send("SIGSTOP"));
      await workbench.row("views.py").waitFor();
    } finally {
      send("SIGCONT");
    }
    await workbench.choose("views.py");
    await page.locator(".tab.active", { hasText: "views.py" }).waitFor();
  });

  step(
    "draws the plan of a queryset on a page in which axe finds no fault",
    async ({ workbench, page, read }) => {
      await workbench.open(views);
      await workbench.goTo(lineOf(read(views), "projects = Project.objects.for_tenant"), 24);
      const hover = await workbench.showHover("Explain");
      // The plan itself may take longer than a lost click is waited for.
      const begun = '.notification-list-item:has-text("Queryscope"), .view-line:has-text("Plan, estimated")';
      await clickUntil(hover.locator("a", { hasText: "Explain" }).first(), page.locator(begun).first());
      await workbench.line("Plan, estimated").waitFor();
      const plan = page.locator(".tab", { hasText: "queryscope-plan" });
      await clickUntil(plan, page.locator(".tab.active", { hasText: "queryscope-plan" }));
      await workbench.run("Queryscope: Show Plan as a Diagram");
      const { webview } = workbench;
      await webview.locator("h1", { hasText: `Plan of ${views}` }).waitFor();
      await webview.locator(".plan-node").first().waitFor();
      expect(await violationsIn(webview.locator("html"))).toEqual([]);
    },
  );

  step("proves with two plans what an index is worth", async ({ workbench, read }) => {
    const models = "projects/models.py";
    await workbench.open(models);
    await workbench.goTo(lineOf(read(models), "reference = models.CharField"), 6);
    await workbench.apply("Prove it: plan its queries with and without the index on reference");
    await workbench.line("Proven: The planner").waitFor();
  });

  step(
    "opens the scaling report, in which axe finds no fault, and leads from it to the code",
    async ({ workbench, page }) => {
      await workbench.run("View: Close All Editors");
      await workbench.run("Queryscope: Scaling Audit");
      const { webview } = workbench;
      await webview.locator("h1").waitFor();
      expect(await violationsIn(webview.locator("html"))).toEqual([]);
      const place = webview.locator("[data-path]", { hasText: /\.py:\d+/ }).first();
      await clickUntil(place, page.locator(".tab.active", { hasText: ".py" }));
    },
  );

  step(
    "begins with a walkthrough of five steps, whose buttons lead to what they tell of",
    async ({ workbench, page }) => {
      await workbench.runAsking("Welcome: Open Walkthrough", "Queryscope");
      const steps = page.locator(".getting-started-step");
      const titles = [
        "See a finding",
        "Apply a fix",
        "Explain a query",
        "Connect a database",
        "Run the audit",
      ];
      for (const title of titles) await steps.filter({ hasText: title }).first().waitFor();
      expect(await steps.count()).toBe(titles.length);
      await page.locator(".getting-started-media").first().waitFor();
      const button = page.locator(".gettingStartedDetailsContent .monaco-button", {
        hasText: "Show All Findings",
      });
      await clickUntil(button, workbench.treeRow("Findings by Rule"));
    },
  );

  step("goes on when its server was killed", async ({ workbench, page, folder }) => {
    const servers = (): readonly number[] => serversIn(folder);
    const [before] = servers();
    expect(before).toBeDefined();
    process.kill(before ?? 0, "SIGKILL");
    await eventually(() => String(servers().some((pid) => pid !== before)), "true");
    await workbench.open("teams/views.py");
    await page.keyboard.press("Control+End");
    await workbench.line("teams/leads.html").waitFor();
    await page.keyboard.type(
      "\n\ndef tenants(request):\nreturn [team.tenant.name for team in Team.objects.all()]",
      {
        delay: 5,
      },
    );
    await workbench.line("team.tenant.name").waitFor();
    await workbench.problem('"team.tenant" loads Tenant once per row').waitFor();
  });
});

describe("the extension host", () => {
  const module = inHostModule("example");
  testsInHost(
    useVsCode({ extension, project: exampleProject, inHost: module, settings: exampleSettings }),
    module,
  );
});

describe("the oldest VS Code", () => {
  const module = inHostModule("example");
  const session = useVsCode({
    extension: extensionInOldest,
    project: exampleProject,
    inHost: module,
    settings: exampleSettings,
  });

  it("is the one that the manifest names", async ({ skip }) => {
    sessionOrSkip(session, skip);
    const product = JSON.parse(readFileSync(path.join(await editorFolder("oldest"), "product.json"), "utf8"));
    const { engines } = JSON.parse(readRepositoryFile("package.json"));
    expect(minor(product.version)).toBe(minor(engines.vscode));
  });

  testsInHost(session, module);
});

describe("a workspace without Django", () => {
  const module = inHostModule("without-django");
  const project = fileURLToPath(new URL("in-host", import.meta.url));
  const session = useVsCode({ extension, project, inHost: module });
  testsInHost(session, module);

  it("starts no server", ({ skip }) => {
    expect(serversIn(sessionOrSkip(session, skip).folder)).toEqual([]);
  });
});
