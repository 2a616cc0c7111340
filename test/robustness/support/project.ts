/** A small project in memory, to be broken in one way or another. */
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { type MemoryEntry, MemoryFileSystem } from "../../../server/src/platform/memory-file-system.ts";
import type { WorkspaceOptions } from "../../../server/src/program/open-workspace.ts";
import type { Analysis, Workspace } from "../../../server/src/program/workspace.ts";
import { openTestWorkspace } from "../../support/memory-workspace.ts";

export type Files = Readonly<Record<string, MemoryEntry>>;

export const models = `from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=10)


class Project(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
`;

/** One N+1 query, which every test expects to be found in spite of what is broken elsewhere. */
export const views = `from shop.models import Project


def owners():
    return [project.owner.name for project in Project.objects.order_by("pk")]
`;

export const shop = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py": models,
  "shop/views.py": views,
} satisfies Files;

export const theFinding = ["QS101 shop/views.py"];

export async function open(files: Files, options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const disk = Object.fromEntries(Object.entries(files).map(([path, entry]) => [`/project/${path}`, entry]));
  return openTestWorkspace(new MemoryFileSystem(disk), options);
}

export async function analyze(files: Files, options: Partial<WorkspaceOptions> = {}): Promise<Analysis> {
  return (await open(files, options)).analyze(neverCancelled);
}

export function summaryOf({ findings, problems }: Analysis) {
  return {
    findings: findings.map(({ code, location }) => `${code} ${location.path}`),
    problems: problems.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** What is found where nothing is to be complained about but the one query. */
export const onlyTheFinding = { findings: theFinding, problems: [] };
