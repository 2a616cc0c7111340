import { type AuditInput, createAuditReport } from "../../server/src/audit/create-report.ts";
import { nothingMeasured } from "../../server/src/audit/live-measurements.ts";
import type { AuditReport, TaskReport } from "../../server/src/audit/report.ts";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { lineIndexOf } from "../../server/src/base/line-index.ts";
import { type ConfigurationLayer, mergeLayers } from "../../server/src/lint/configuration.ts";
import { lintAnalysis } from "../../server/src/lint/lint.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { openTestWorkspace } from "./memory-workspace.ts";

type Files = Readonly<Record<string, string>>;

export interface AuditCircumstances extends Partial<Pick<AuditInput, "live" | "earlier" | "name">> {
  readonly configuration?: ConfigurationLayer;
}

/** The report of a project made of files; undefined where they are none. */
export async function auditOf(
  files: Files,
  circumstances: AuditCircumstances = {},
): Promise<AuditReport | undefined> {
  const { configuration: layer = {}, ...rest } = circumstances;
  const disk = new MemoryFileSystem();
  for (const [path, text] of Object.entries(files)) disk.write(`/project/${path}`, text);
  const workspace = await openTestWorkspace(disk, { countQueries: true });
  const analysis = await workspace.analyze(neverCancelled);
  const configuration = mergeLayers([layer]);
  const { findings, problems } = lintAnalysis(analysis, configuration, { rules });
  return createAuditReport({
    analysis,
    findings,
    problems,
    configuration,
    rules,
    live: nothingMeasured,
    version: "0.1.0",
    name: "shop",
    date: "2026-11-26",
    placeOf({ path, range }) {
      const { line, column } = lineIndexOf(analysis.text(path) ?? "").positionAt(range.start);
      return { path, line: line + 1, column: column + 1 };
    },
    ...rest,
  });
}

/** Settings with which Django would start, and an application with one model; `files` come on top. */
export function projectWith(settings: string, files: Files = {}): Files {
  return {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": `SECRET_KEY = "key"\nINSTALLED_APPS = ["shop"]\nROOT_URLCONF = "config.urls"\n${settings}`,
    "shop/__init__.py": "",
    "shop/models.py": `
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    title = models.CharField(max_length=100)
`,
    ...files,
  };
}

/** One task of the report. */
export async function taskOf(
  id: string,
  files: Files,
  circumstances?: AuditCircumstances,
): Promise<TaskReport> {
  const task = (await auditOf(files, circumstances))?.tasks.find((each) => each.id === id);
  if (!task) throw new Error(`no task ${id}`);
  return task;
}
