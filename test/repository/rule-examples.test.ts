/** The examples of a rule's page are true: the rule reports the first, and nothing of what the page proposes instead. */
import { describe, expect, test } from "vitest";
import { rules } from "../../server/src/rules/registry.ts";
import { analyzeFiles } from "../mdtest/analyze-files.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { loadProject } from "../support/spec-files.ts";

/** What a reader takes for granted: the examples use the models of the project that the specs use. */
const preamble = `from django.core.mail import send_mail
from django.db import models
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from rest_framework import serializers, viewsets

from accounts.models import ApiKey, Profile, Tenant, User
from billing.models import Contract, Document, Invoice, InvoiceLine
from projects.models import Activity, Comment, Membership, Milestone, Project, Tag, Task, Team, TimeEntry


`;

/** Where the examples that are migrations stand, behind a first one. */
const migrationPath = "catalog/migrations/0002_example.py";
const firstMigration = `from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = []
`;

/** The Python blocks of a section, as far as they are not about suppression. */
function blocksUnder(page: string, heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```python\n([\s\S]*?)^```$/gm)]
    .map(([, code = ""]) => code)
    .filter((code) => !code.includes("# queryscope: ignore"));
}

/** Those that are no files of their own. */
function settingsBlocks(page: string, heading: string): readonly string[] {
  const files = [...filesUnder(page, heading).values()];
  return blocksUnder(page, heading).filter((code) => !files.includes(code));
}

function templateUnder(page: string, heading: string): string | undefined {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return /^```html\n([\s\S]*?)^```$/m.exec(section)?.[1];
}

/** What the page's example demands of the settings: a block that begins with their name. */
function settingsOf(page: string): string {
  return blocksUnder(page, "Example").find((code) => code.startsWith("# settings.py\n")) ?? "";
}

/**
 * @param template what the page shows as `tasks/list.html`, for the rules about templates
 * @param pageSettings what the page adds to the settings
 */
async function findingsIn(code: string, template: string, pageSettings: string): Promise<readonly string[]> {
  const files = new Map(loadProject("tracker"));
  files.set("templates/tasks/list.html", template);
  if (/^class Migration\b/m.test(code)) {
    const models = "from django.db import models\n";
    files.set("catalog/migrations/__init__.py", "");
    files.set("catalog/migrations/0001_initial.py", firstMigration);
    files.set(migrationPath, models + code);
  } else {
    files.set("catalog/models.py", preamble + code);
  }
  files.set("requirements.txt", "Django==5.2\n");
  // Indexes matter to servers, and not to the file in which the specs' project keeps its rows.
  const settings = files.get("tracker/settings.py") ?? "";
  // What an example calls its middleware runs with every request.
  const middleware = '\nMIDDLEWARE = ["catalog.models.TenantMiddleware"]\n';
  const onServer = settings.replace("backends.sqlite3", "backends.postgresql");
  files.set("tracker/settings.py", onServer + middleware + pageSettings);
  const { findings } = await analyzeFiles(files);
  const shown = ["catalog/models.py", migrationPath, "templates/tasks/list.html"];
  return findings.filter(({ location }) => shown.includes(location.path)).map(({ rule }) => rule);
}

/** Where a block of another language than Python stands: the examples of rules about deployment are such files. */
const deploymentFiles: ReadonlyMap<string, string> = new Map([
  ["dockerfile", "Dockerfile"],
  ["yaml", "compose.prod.yml"],
  ["ini", "pgbouncer.ini"],
  ["nginx", "nginx.conf"],
  ["requirements", "requirements.txt"],
]);

/** The deployment files of a section, and Python's that begin with their path: `# shop/tasks.py`. */
function filesUnder(page: string, heading: string): ReadonlyMap<string, string> {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const files = new Map<string, string>();
  for (const [, language = "", text = ""] of section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const path = deploymentFiles.get(language) ?? /^# ([\w/]+\/\w+\.py)\n/.exec(text)?.[1];
    if (path !== undefined) files.set(path, text);
  }
  return files;
}

/** The examples of rules about settings are settings. */
async function findingsInSettings(
  code: string,
  beside: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const files = new Map([...loadProject("tracker"), ...beside]);
  files.set("tracker/settings.py", `${files.get("tracker/settings.py")}\n${code}`);
  const requirements = beside.get("requirements.txt") ?? "";
  files.set(
    "requirements.txt",
    /^Django==/m.test(requirements) ? requirements : `Django==5.2\n${requirements}`,
  );
  const { findings } = await analyzeFiles(files);
  return findings.map(({ rule }) => rule);
}

describe.each(rules.map(({ name, code }) => [name, code] as const))("the page of %s", (name, code) => {
  const isAboutSettings = code.startsWith("QS8");
  const examples = (heading: string): readonly string[] =>
    isAboutSettings ? settingsBlocks(page, heading) : blocksUnder(page, heading);
  const page = readRepositoryFile(`docs/rules/${name}.md`);
  const template = templateUnder(page, "Example") ?? "";
  const proposedTemplate = templateUnder(page, "Use instead") ?? template;

  const pageSettings = settingsOf(page);

  test("has an example that the rule reports", async () => {
    const [example = ""] = examples("Example");
    const findings = isAboutSettings
      ? await findingsInSettings(example, filesUnder(page, "Example"))
      : await findingsIn(example, template, pageSettings);
    expect(findings).toContain(name);
  });

  test("proposes code that the rule does not report", async () => {
    const beside = filesUnder(page, "Use instead");
    const written = examples("Use instead");
    const proposals = written.length === 0 && beside.size > 0 ? [""] : written;
    expect(proposals.length).toBeGreaterThan(0);
    for (const proposal of proposals) {
      const findings = isAboutSettings
        ? await findingsInSettings(proposal, beside)
        : await findingsIn(proposal, proposedTemplate, pageSettings);
      expect(findings, proposal).not.toContain(name);
    }
  });
});
