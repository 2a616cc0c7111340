import { createPlacer, summarizeProject } from "../../server/src/cli/output/create-report.ts";
import type { Report } from "../../server/src/cli/output/report.ts";
import { suppressionRules } from "../../server/src/lint/suppression-rules.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { type Files, fakeAnalysis, fakeRules, finding, place } from "./fake-analysis.ts";
import { lint } from "./lint-findings.ts";

/** What `check` would report of findings in files. */
export async function fakeReport(files: Files, findings: readonly Finding[]): Promise<Report> {
  const analysis = await fakeAnalysis(files, findings);
  const result = await lint(files, findings);
  const placer = createPlacer({ showPath: (path) => path, text: (path) => analysis.text(path) });
  return {
    version: "0.1.0",
    projects: analysis.projects.map(summarizeProject).map(placer.project),
    findings: result.findings.map((finding) => placer.finding(finding)),
    problems: [{ path: "shop/broken.py", message: "it is not encoded in UTF-8" }],
    files: analysis.files,
    suppressed: result.suppressed,
    baselined: result.baselined.length,
    durationMs: 412,
    rules: [...fakeRules, ...suppressionRules],
    text: (path) => analysis.text(path),
  };
}

const shop: Files = {
  "shop/views.py": `from shop.models import Project
from shop.reports import line


def dashboard(request):
    projects = (
        Project.objects
        .filter(tenant=request.tenant)
    )
    return [line(project) for project in projects]
`,
  "shop/reports.py": `def line(project):
    return f"{project.owner}: {project.team.id}"
`,
};

/** The report that the formats are shown with: a finding over two files with a fix, and a small one with an unsafe fix. */
export function shopReport(): Promise<Report> {
  const origin = place(shop, "shop/views.py", "Project.objects\n        .filter(tenant=request.tenant)");
  const owner = place(shop, "shop/reports.py", "project.owner");
  const team = place(shop, "shop/reports.py", "project.team.id");
  const append = { path: origin.path, range: { start: origin.range.end, end: origin.range.end } };
  return fakeReport(shop, [
    finding({
      code: "QS101",
      at: origin,
      message: '"project.owner" loads User once per row: 1 + N queries, 1 with eager loading.',
      help: 'Load "owner" with the queryset of Project.',
      accesses: [{ at: owner, path: "owner" }],
      evidence: [
        { message: "The queryset of Project is built here", location: origin },
        {
          message: "Loop: project in projects",
          location: place(shop, "shop/views.py", "project in projects"),
        },
        { message: "Calls shop.reports.line", location: place(shop, "shop/views.py", "line(project)") },
        { message: "Reads owner: project.owner", location: owner },
      ],
      queries: { before: "1 + N", after: "1", example: { n: 50, before: 51, after: 1 } },
      fixes: [
        {
          title: 'Add select_related("owner")',
          safety: "safe",
          preferred: true,
          edits: [{ ...append, newText: '\n        .select_related("owner")' }],
        },
        { title: "Load it in the manager", safety: "suggestion", preferred: false, edits: [] },
      ],
    }),
    finding({
      code: "QS116",
      at: team,
      confidence: "certain",
      message: '"project.team.id" loads a row for a key that "team_id" holds.',
      help: "",
      symbol: "shop.reports.line",
      evidence: [],
      fixes: [
        {
          title: 'Replace with "team_id"',
          safety: "unsafe",
          preferred: true,
          edits: [{ ...team, newText: "project.team_id" }],
        },
      ],
    }),
  ]);
}
