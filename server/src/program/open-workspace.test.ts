import { describe, expect, test } from "vitest";
import { openTestWorkspace } from "../../../test/support/memory-workspace.ts";
import { testParser } from "../../../test/support/python-parser.ts";
import { CancelledError, neverCancelled } from "../base/cancellation.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";
import { rules } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import type { WorkspaceOptions } from "./open-workspace.ts";

const models = `from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=10)


class Project(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
`;
const reports = `from shop.models import Project


def owners():
    return [project.owner.name for project in Project.objects.order_by("pk")]
`;
/** Reads the relation in a helper, so that its facts rest on two files. */
const views = `from shop.helpers import describe
from shop.models import Project


def descriptions():
    return [describe(project) for project in Project.objects.order_by("-pk")]
`;
const helpers = `def describe(project):
    return project.owner.name
`;

const shop = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py": models,
  "shop/reports.py": reports,
  "shop/views.py": views,
  "shop/helpers.py": helpers,
};

/** An open workspace with counters of what it does. */
async function open(files: Readonly<Record<string, string>> = shop, options: Partial<WorkspaceOptions> = {}) {
  const disk = new MemoryFileSystem();
  for (const [path, text] of Object.entries(files)) disk.write(`/project/${path}`, text);
  const parser = await testParser();
  const parsed: string[] = [];
  const foldersRead: string[] = [];
  const factsSeen: unknown[][] = [];
  const observer: Rule = {
    kind: "facts",
    code: "QS999",
    name: "observer",
    summary: "Notes the facts that it is shown",
    level: "hint",
    fix: "none",
    stage: 1,
    run: ({ facts }) => {
      factsSeen.push([...facts]);
      return [];
    },
  };
  const workspace = await openTestWorkspace(
    {
      readText: (path) => disk.readText(path),
      readFolder: (path) => {
        foldersRead.push(path);
        return disk.readFolder(path);
      },
      stat: (path) => disk.stat(path),
      realPath: (path) => disk.realPath(path),
    },
    {
      parser: {
        parse: (path, text) => {
          parsed.push(path);
          return parser.parse(path, text);
        },
        openDocument: (path, text) => {
          parsed.push(path);
          return parser.openDocument(path, text);
        },
      },
      rules: [...rules, observer],
      ...options,
    },
  );
  return {
    workspace,
    disk,
    analyze: () => workspace.analyze(neverCancelled),
    async findings(): Promise<readonly string[]> {
      const { findings } = await workspace.analyze(neverCancelled);
      return findings.map(({ code, location }) => `${code} ${location.path}`);
    },
    /** What happens from now on. */
    watch() {
      parsed.length = 0;
      foldersRead.length = 0;
      factsSeen.length = 0;
      return { parsed, foldersRead, factsSeen };
    },
    latestFacts: () => factsSeen.at(-1) ?? [],
  };
}

const bothFindings = ["QS101 shop/reports.py", "QS107 shop/views.py"];

describe("an edit of a function's body", () => {
  const edited = reports.replace("order_by(", "filter(pk__gt=1).order_by(");

  test("keeps the model graph, and parses the edited file alone", async () => {
    const { workspace, analyze, watch } = await open();
    const before = await analyze();
    const { parsed, foldersRead } = watch();
    workspace.setBuffer("shop/reports.py", edited);
    const after = await analyze();
    expect(parsed).toEqual(["shop/reports.py"]);
    expect(after.projects[0]?.models).toBe(before.projects[0]?.models);
    expect(foldersRead).toEqual([]);
  });

  test("keeps the facts of files that don't rest on it", async () => {
    const { workspace, analyze, latestFacts } = await open();
    await analyze();
    const before = new Set(latestFacts());
    workspace.setBuffer("shop/reports.py", edited);
    await analyze();
    const kept = latestFacts().filter((fact) => before.has(fact));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(before.size);
  });

  test("changes the findings of callers in other files", async () => {
    const { workspace, findings } = await open();
    expect(await findings()).toEqual(bothFindings);
    workspace.setBuffer("shop/helpers.py", helpers.replace("project.owner.name", "project.pk"));
    expect(await findings()).toEqual(["QS101 shop/reports.py"]);
    workspace.closeBuffer("shop/helpers.py");
    expect(await findings()).toEqual(bothFindings);
  });
});

test("a file that is opened or closed as it is on disk asks no rule again", async () => {
  const { workspace, findings, watch } = await open();
  await findings();
  const { factsSeen } = watch();
  workspace.setBuffer("shop/reports.py", reports);
  expect(await findings()).toEqual(bothFindings);
  workspace.closeBuffer("shop/reports.py");
  expect(await findings()).toEqual(bothFindings);
  expect(factsSeen).toEqual([]);
});

describe("an edit of an outline", () => {
  test("reaches the files that use it", async () => {
    const { workspace, findings } = await open();
    await findings();
    workspace.setBuffer(
      "shop/models.py",
      models.replace("    owner = models.ForeignKey", "    boss = models.ForeignKey"),
    );
    expect(await findings()).toEqual([]);
    workspace.setBuffer("shop/models.py", models);
    expect(await findings()).toEqual(bothFindings);
  });

  test("of the settings decides which models there are", async () => {
    const { workspace, analyze } = await open({ ...shop, "other_settings.py": "INSTALLED_APPS = []\n" });
    expect((await analyze()).projects[0]?.settingsModule).toBe("settings");
    workspace.setBuffer(
      "manage.py",
      'import os\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "other_settings")\n',
    );
    expect((await analyze()).projects[0]?.settingsModule).toBe("other_settings");
    workspace.setBuffer(
      "manage.py",
      'import os\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    );
    expect((await analyze()).projects[0]?.settingsModule).toBe("settings");
  });
});

describe("files that come and go", () => {
  test("a file that is deleted takes its findings with it, one that is created brings them", async () => {
    const { workspace, disk, findings, analyze } = await open();
    await findings();
    disk.remove("/project/shop/reports.py");
    workspace.filesChanged(["shop/reports.py"]);
    expect(await findings()).toEqual(["QS107 shop/views.py"]);
    expect((await analyze()).files).toBe(6);
    disk.write("/project/shop/reports.py", reports);
    workspace.filesChanged(["shop/reports.py"]);
    expect(await findings()).toEqual(bothFindings);
  });

  test("a buffer that was never saved is part of the project until it is closed", async () => {
    const { workspace, findings, analyze } = await open();
    await findings();
    workspace.setBuffer("shop/new.py", reports);
    expect(await findings()).toEqual(["QS101 shop/new.py", ...bothFindings]);
    expect((await analyze()).files).toBe(8);
    workspace.closeBuffer("shop/new.py");
    expect(await findings()).toEqual(bothFindings);
    expect((await analyze()).files).toBe(7);
  });

  test("typing in a buffer that was never saved does not search the disk again and again", async () => {
    const { workspace, analyze, watch } = await open();
    await analyze();
    workspace.setBuffer("shop/new.py", reports);
    await analyze();
    const { foldersRead } = watch();
    workspace.setBuffer("shop/new.py", `${reports}\n`);
    await analyze();
    expect(foldersRead).toEqual([]);
  });

  test("a project appears with its first import of Django, and disappears with it", async () => {
    const { workspace, analyze } = await open({ "tool.py": "import os\n" });
    expect((await analyze()).projects).toEqual([]);
    workspace.setBuffer("tool.py", "import django\n");
    expect((await analyze()).projects).toHaveLength(1);
    workspace.setBuffer("tool.py", "import os\n");
    expect((await analyze()).projects).toEqual([]);
  });

  test("the version of Django follows the requirements", async () => {
    const { workspace, disk, analyze } = await open({ ...shop, "requirements.txt": "django==4.2\n" });
    expect((await analyze()).projects[0]?.django).toEqual({ major: 4, minor: 2 });
    disk.write("/project/requirements.txt", "django==5.2\n");
    workspace.filesChanged(["requirements.txt"]);
    expect((await analyze()).projects[0]?.django).toEqual({ major: 5, minor: 2 });
  });
});

describe("an analysis", () => {
  test("is the same object while nothing changed", async () => {
    const { workspace, analyze } = await open();
    const first = await analyze();
    expect(await analyze()).toBe(first);
    workspace.filesChanged(["shop/reports.py"]);
    expect((await analyze()).findings).toEqual(first.findings);
  });

  test("keeps the texts that it was made of", async () => {
    const { workspace, disk, analyze } = await open();
    const first = await analyze();
    workspace.setBuffer("shop/reports.py", "# gone\n");
    disk.remove("/project/shop/helpers.py");
    workspace.filesChanged(["shop/helpers.py"]);
    await analyze();
    expect(first.text("shop/reports.py")).toBe(reports);
    expect(first.text("shop/helpers.py")).toBe(helpers);
    expect(first.comments("shop/reports.py")).toEqual([]);
  });

  test("includes a change that came while it was made", async () => {
    const change: { now?: () => void } = {};
    const { workspace, findings } = await open(manyFiles(), {
      yieldToOthers: async () => {
        change.now?.();
        delete change.now;
      },
    });
    change.now = () =>
      workspace.setBuffer("shop/helpers.py", "def describe(project):\n    return project.pk\n");
    expect(await findings()).toEqual(["QS101 shop/reports.py"]);
    workspace.closeBuffer("shop/helpers.py");
    expect(await findings()).toEqual(bothFindings);
  });
});

describe("a cancelled analysis", () => {
  test("leaves nothing behind that a later one could trip over", async () => {
    const files = manyFiles();
    const fresh = await (await open(files)).analyze();
    for (let pauses = 1; pauses <= 4; pauses++) {
      const token = { isCancellationRequested: false };
      let left = pauses;
      const { workspace, analyze } = await open(files, {
        yieldToOthers: async () => {
          left -= 1;
          token.isCancellationRequested = left <= 0;
        },
      });
      await expect(workspace.analyze(token)).rejects.toThrow(CancelledError);
      const { findings, problems, files: count } = await analyze();
      expect(findings).toEqual(fresh.findings);
      expect({ problems, count }).toEqual({ problems: fresh.problems, count: fresh.files });
    }
  });

  test("keeps what was finished", async () => {
    const token = { isCancellationRequested: false };
    const { workspace, analyze, watch } = await open(manyFiles(), {
      yieldToOthers: async () => {
        token.isCancellationRequested = true;
      },
    });
    await expect(workspace.analyze(token)).rejects.toThrow(CancelledError);
    const { parsed } = watch();
    token.isCancellationRequested = false;
    await analyze();
    expect(parsed).toEqual([]);
  });
});

/** Enough files for several pauses; the last ones come after the pauses. */
function manyFiles(): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...shop };
  for (let index = 0; index < 80; index++) {
    files[`shop/part_${index}.py`] =
      `from shop.models import Project\n\n\ndef count_${index}():\n    return Project.objects.count()\n`;
  }
  return files;
}
