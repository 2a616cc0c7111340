/** What a user does with the view of the project, in a real VS Code and browser. */
import { existsSync } from "node:fs";
import path from "node:path";
import { describe } from "vitest";
import { exampleProject } from "../oracle/example/runs.ts";
import { useInstalledExtension } from "./support/installed-extension.ts";
import { serversIn } from "./support/places.ts";
import { eventually, stepsIn, useVsCode } from "./support/vscode-session.ts";
import { clickUntil } from "./support/workbench.ts";

const views = "projects/views.py";

describe("the view of the project", () => {
  const session = useVsCode({
    extension: useInstalledExtension(),
    project: exampleProject,
  });
  const step = stepsIn(session);

  step("shows the problems of a file", async ({ url, workspace, workbench }) => {
    await workbench.goto(url, workspace);
    await workbench.open(views);
    await workbench.warning.waitFor();
    await workbench.run("Problems: Focus on Problems View");
    await workbench.problem('"project.owner" loads User once per row').waitFor();
  });

  step("shows the project: findings by rule, endpoints by their queries", async ({ workbench, page }) => {
    const findings = workbench.treeRow("Findings by Rule");
    const rule = workbench.treeRow("QS122");
    const finding = workbench.treeRow('"task_set" in prefetch_related()');
    await clickUntil(page.locator('.activitybar [aria-label="Queryscope"]').first(), findings);
    await clickUntil(findings, rule);
    await clickUntil(rule, finding);
    await clickUntil(finding, page.locator(".tab.active", { hasText: "print_projects.py" }));
    const endpoint = workbench.treeRow(/dashboard.*3N queries/);
    await clickUntil(workbench.treeRow("Endpoints by Queries"), endpoint);
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

  step("finds the same after a restart", async ({ workbench, folder }) => {
    await workbench.open(views);
    const before = serversIn(folder);
    await workbench.run("Queryscope: Restart Server");
    await eventually(() => String(serversIn(folder).some((pid) => !before.includes(pid))), "true");
    await workbench.problem('"project.owner" loads User once per row').waitFor();
  });
});
