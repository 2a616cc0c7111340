/** What a user does with the packaged extension on the example project, in a real VS Code and browser. */
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect } from "vitest";
import { exampleProject, examplePython, measureRuns, runs, shapeOfRun } from "../oracle/example/runs.ts";
import { formatShape } from "../support/query-shape.ts";
import { useInstalledExtension } from "./support/installed-extension.ts";
import { lineOf, serversIn } from "./support/places.ts";
import { eventually, stepsIn, useVsCode } from "./support/vscode-session.ts";

const views = "projects/views.py";

describe("a day with the extension", () => {
  const session = useVsCode({
    extension: useInstalledExtension(),
    project: exampleProject,
    settings: async () => ({
      "queryscope.codeLens": true,
      "queryscope.explain.python": await examplePython(),
    }),
  });
  const step = stepsIn(session);

  step("shows the problems of a file", async ({ url, workspace, workbench }) => {
    await workbench.goto(url, workspace);
    await workbench.open(views);
    await workbench.warning.waitFor();
    await workbench.run("Problems: Focus on Problems View");
    await workbench.problem('"project.owner" loads User once per row').waitFor();
  });

  step("completes lookups by the models", async ({ workbench, page }) => {
    await workbench.line("from .forms").click();
    await page.keyboard.press("Control+End");
    const code = "\n\ndef owners(request):\nprojects = Project.objects.filter(owner__ema";
    await page.keyboard.type(code, { delay: 5 });
    await page.locator(".suggest-widget .monaco-list-row", { hasText: "email" }).first().click();
    await workbench.line("filter(owner__email").waitFor();
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

  step("leads from a template to the view that loads too little", async ({ workbench, page, read }) => {
    const template = "templates/projects/project_detail.html";
    await workbench.open(template);
    const [before = ""] = read(template).split("assignee.");
    await workbench.goTo(lineOf(read(template), "task.assignee"), before.length - before.lastIndexOf("\n"));
    await workbench.apply("Show the path of QS108");
    await workbench.row("views.py").click();
    await page.locator(".tab.active", { hasText: "views.py" }).waitFor();
  });

  step("shows the project: findings by rule, endpoints by their queries", async ({ workbench, page }) => {
    await page.locator('.activitybar [aria-label="Queryscope"]').first().click();
    await workbench.treeRow("Findings by Rule").click();
    await workbench.treeRow("QS122").click();
    await workbench.treeRow('"task_set" in prefetch_related()').click();
    await page.locator(".tab.active", { hasText: "print_projects.py" }).waitFor();
    await workbench.treeRow("Endpoints by Queries").click();
    await workbench.treeRow(/projects\.views\.dashboard.*3N queries/).waitFor();
  });

  step("keeps what the filter says", async ({ workbench }) => {
    await workbench.runWith("Queryscope: Filter the Project", "print_projects");
    await workbench.treeRow("QS101").waitFor({ state: "detached" });
    await workbench.treeRow(/Endpoints by Queries.*1/).waitFor();
    await workbench.treeRow("QS122").waitFor();
  });

  step("puts a finding into the baseline and takes it out", async ({ workbench, read, workspace }) => {
    const file = "queryscope-baseline.json";
    const baseline = (): string => (existsSync(path.join(workspace, file)) ? read(file) : "");
    await workbench.menu('"task_set" in prefetch_related()', "Add to the Baseline");
    await eventually(baseline, '"code": "QS122"');
    await workbench.treeRow(/Baseline.*1/).waitFor();
    await workbench.menu(/Baseline.*1/, "Remove from the Baseline");
    await workbench.treeRow(/Baseline.*1/).waitFor({ state: "detached" });
    await eventually(baseline, '"findings": []');
  });

  step("checks the whole workspace", async ({ workbench }) => {
    await workbench.run("Queryscope: Check Workspace");
    await workbench.problem("print_projects.py").waitFor();
  });

  step("explains the queryset at the cursor", async ({ workbench, read }) => {
    await workbench.open(views);
    await workbench.goTo(lineOf(read(views), "projects = Project.objects.for_tenant"), 24);
    await workbench.run("Queryscope: Explain Queryset");
    await workbench.line("SELECT").waitFor();
    await workbench.line("Plan, estimated").waitFor();
  });

  step("goes on when its server was killed", async ({ workbench, page, folder }) => {
    const servers = (): readonly number[] => serversIn(folder);
    const [before] = servers();
    expect(before).toBeDefined();
    process.kill(before ?? 0, "SIGKILL");
    await eventually(() => String(servers().some((pid) => pid !== before)), "true");
    await workbench.open("teams/views.py");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(
      "\n\ndef tenants(request):\nreturn [team.tenant.name for team in Team.objects.all()]",
      {
        delay: 5,
      },
    );
    await workbench.problem('"team.tenant" loads Tenant once per row').waitFor();
  });

  step("finds the same after a restart", async ({ workbench, folder }) => {
    const before = serversIn(folder);
    await workbench.run("Queryscope: Restart Server");
    await eventually(() => String(serversIn(folder).some((pid) => !before.includes(pid))), "true");
    await workbench.problem('"team.tenant" loads Tenant once per row').waitFor();
  });
});
