/** What `check` keeps from one run to the next: never an answer that a run of its own would not give. */
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { CliEnvironment } from "../../server/src/cli/environment.ts";
import { runCommandLine } from "../../server/src/cli/run.ts";
import { nodeEnvironment } from "../../server/src/composition/node-environment.ts";
import { createCacheFolder } from "../../server/src/platform/cache-folder.ts";
import { folderWith, git, writeFiles } from "./support/command.ts";
import { secondView, shop } from "./support/shop.ts";

const node = nodeEnvironment(new URL("../../dist/", import.meta.url));
const views = shop["orders/views.py"];

interface Run {
  readonly status: number;
  readonly report: { findings: { path: string; message: string }[]; problems: unknown[] };
  readonly stdout: string;
  /** What `--verbose` says about the cache. */
  readonly cache: string;
}

class Shop {
  readonly folder: string;
  readonly cachePath: string;
  readonly environment: Partial<CliEnvironment>;

  constructor(files: Readonly<Record<string, string>> = shop, environment: Partial<CliEnvironment> = {}) {
    this.folder = folderWith(files);
    this.cachePath = folderWith({});
    this.environment = environment;
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  async check(...args: string[]): Promise<Run> {
    const written = { stdout: "", stderr: "" };
    const outputTo = (stream: "stdout" | "stderr") => ({
      write(text: string) {
        written[stream] += text;
      },
      isTerminal: false,
    });
    const environment: CliEnvironment = {
      ...node,
      build: "1",
      cache: createCacheFolder(this.cachePath),
      processors: 1,
      workingFolder: this.folder,
      variables: {},
      stdout: outputTo("stdout"),
      stderr: outputTo("stderr"),
      readStdin: async () => views,
      rulePage: () => undefined,
      startServer: async () => {},
      confirm: async () => undefined,
      ...this.environment,
    };
    const asJson = args.includes("--diff") || args.includes("full") ? [] : ["--output-format", "json"];
    const status = await runCommandLine(["check", "--verbose", ...asJson, ...args], environment);
    return {
      status,
      stdout: written.stdout,
      report: asJson.length > 0 && written.stdout !== "" ? JSON.parse(written.stdout) : undefined,
      cache: /^cache: .*$/m.exec(written.stderr)?.[0] ?? "",
    };
  }

  entry(): string {
    const [name, ...others] = readdirSync(this.cachePath).filter((file) => file.endsWith(".result"));
    if (name === undefined || others.length > 0) throw new Error(`${others.length + 1} entries`);
    return join(this.cachePath, name);
  }
}

const unchanged = "cache: nothing changed since the last run";
const nothingKept = "cache: nothing is kept for this call";

describe("an unchanged project", () => {
  it("is answered from the cache with the same report and status", async () => {
    const project = new Shop();
    const first = await project.check();
    const second = await project.check();
    expect([first.cache, second.cache]).toEqual([nothingKept, unchanged]);
    expect(first.report.findings).toHaveLength(1);
    expect(second.status).toBe(first.status);
    const withoutTime = ({ stdout }: Run): string => stdout.replace(/"durationMs": \d+/, "");
    expect(withoutTime(second)).toBe(withoutTime(first));
  });

  it("is answered in every output format and for every part of the folder", async () => {
    const project = new Shop();
    await project.check();
    const full = await project.check("--output-format", "full");
    expect(full.cache).toBe(unchanged);
    expect(full.stdout).toContain("7 |     orders = Order.objects.all()\n");
    const models = await project.check("orders/models.py");
    expect(models.cache).toBe(unchanged);
    expect(models.report.findings).toEqual([]);
  });

  it("is not answered from the cache with --no-cache, which keeps nothing either", async () => {
    const project = new Shop();
    expect((await project.check("--no-cache")).cache).toBe("");
    expect((await project.check()).cache).toBe(nothingKept);
    expect((await project.check("--no-cache")).cache).toBe("");
  });

  it("is not answered from the cache where edits or standard input are in play", async () => {
    const project = new Shop();
    await project.check();
    const diff = await project.check("--diff");
    expect(diff.cache).toBe("");
    expect(diff.stdout).toContain('+    orders = Order.objects.select_related("customer")');
    expect((await project.check("--stdin-filename", "orders/views.py", "-")).cache).toBe("");
  });
});

describe("a change is seen", () => {
  const settings = `TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]\n`;
  const rendering = views.replace(/return .*/, 'return render(request, "orders.html", {"orders": orders})');
  const withTemplate = {
    ...shop,
    "config/settings.py": shop["config/settings.py"] + settings,
    "orders/views.py": `from django.shortcuts import render\n${rendering}`,
    "orders/templates/orders.html": "{% for order in orders %}{{ order.customer.name }}{% endfor %}\n",
  };
  const library = (body: string) => ({
    "shop_kit-1.0.dist-info/METADATA": "Name: shop-kit\nVersion: 1.0\nRequires-Dist: Django\n",
    "shop_kit/__init__.py": "",
    "shop_kit/models.py": `from django.db import models\n\n\n${body}`,
  });
  const inEnvironment = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`.venv/lib/python3.12/site-packages/${path}`, text]),
    );
  const manager = (queryset: string) => `class Loaded(models.Manager):
    def get_queryset(self):
        return super().get_queryset()${queryset}
`;
  const withLibrary = {
    ...shop,
    ".venv/pyvenv.cfg": "",
    ...inEnvironment(library(manager(""))),
    "orders/models.py": `${shop["orders/models.py"]}    objects = Loaded()\n`.replace(
      "import models\n",
      "import models\nfrom shop_kit.models import Loaded\n",
    ),
  };

  it.each<[string, Readonly<Record<string, string>>, (project: Shop) => void, string, number, number]>([
    [
      "an edited file",
      shop,
      (project) => project.write({ "orders/views.py": views + secondView }),
      "orders/views.py",
      1,
      2,
    ],
    [
      "an edit that keeps length and time",
      shop,
      (project) => {
        const file = join(project.folder, "orders/views.py");
        const { atime, mtime } = statSync(file);
        project.write({ "orders/views.py": views.replace("customer.name", "customer_id  ") });
        utimesSync(file, atime, mtime);
      },
      "orders/views.py",
      1,
      0,
    ],
    ["a new file", shop, (project) => project.write({ "orders/more.py": views }), "orders", 1, 2],
    [
      "a new file of configuration for the version of Django",
      shop,
      (project) => project.write({ "requirements.txt": "Django==5.2\n" }),
      "",
      1,
      1,
    ],
    [
      "a deleted file",
      { ...shop, "orders/more.py": views },
      (project) => rmSync(join(project.folder, "orders/more.py")),
      "orders",
      2,
      1,
    ],
    [
      "a changed template",
      withTemplate,
      (project) =>
        project.write({
          "orders/templates/orders.html": "{% for order in orders %}{{ order.pk }}{% endfor %}\n",
        }),
      "orders/templates/orders.html",
      1,
      0,
    ],
    [
      "a changed library of the environment",
      withLibrary,
      (project) => project.write(inEnvironment(library(manager('.select_related("customer")')))),
      ".venv/lib/python3.12/site-packages/shop_kit/models.py",
      1,
      0,
    ],
    [
      "an environment that comes",
      shop,
      (project) => project.write({ ".venv/pyvenv.cfg": "", ...inEnvironment(library("")) }),
      "",
      1,
      1,
    ],
  ])("%s", async (_, files, change, path, before, after) => {
    const project = new Shop(files);
    expect((await project.check()).report.findings).toHaveLength(before);
    expect((await project.check()).cache).toBe(unchanged);
    change(project);
    const changed = await project.check();
    expect(changed.cache).toMatch(/^cache: .* changed$/);
    expect(changed.cache).toContain(path === "" ? project.folder : join(project.folder, path));
    expect(changed.report.findings).toHaveLength(after);
    expect((await project.check()).cache).toBe(unchanged);
  });

  it("a changed configuration", async () => {
    const project = new Shop({ ...shop, "pyproject.toml": "[tool.queryscope]\n" });
    await project.check();
    project.write({ "pyproject.toml": '[tool.queryscope]\nignore = ["QS101"]\n' });
    const changed = await project.check();
    expect(changed.cache).not.toBe(unchanged);
    expect(changed.report.findings).toEqual([]);
  });

  it("other options", async () => {
    const project = new Shop();
    await project.check();
    for (const options of [
      ["--ignore", "QS101"],
      ["--min-level", "error"],
      ["--min-confidence", "certain"],
    ]) {
      const other = await project.check(...options);
      expect(other.cache).toBe(nothingKept);
      expect(other.report.findings).toEqual([]);
    }
    expect((await project.check()).report.findings).toHaveLength(1);
  });

  it("another baseline", async () => {
    const project = new Shop();
    await project.check("--baseline", "known.json", "--write-baseline");
    expect((await project.check("--baseline", "known.json")).report.findings).toEqual([]);
    project.write({ "known.json": '{"version": 1, "findings": []}\n' });
    expect((await project.check("--baseline", "known.json")).report.findings).toHaveLength(1);
  });

  it("another active environment", async () => {
    const project = new Shop();
    await project.check();
    const elsewhere = Object.assign(project, { environment: { variables: { VIRTUAL_ENV: "/opt/shop" } } });
    expect((await elsewhere.check()).cache).toBe(nothingKept);
  });

  it("another build of Queryscope", async () => {
    const project = new Shop();
    await project.check();
    const updated = Object.assign(project, { environment: { build: "2" } });
    expect((await updated.check()).cache).toBe(nothingKept);
  });

  it("another commit to compare with", async () => {
    const project = new Shop();
    await git(project.folder, "init", "-q");
    await git(project.folder, "add", ".");
    await git(project.folder, "commit", "-q", "-m", "first");
    project.write({ "orders/views.py": views + secondView });
    await git(project.folder, "commit", "-q", "-a", "-m", "second");
    for (let run = 0; run < 2; run++) {
      expect((await project.check("--since", "HEAD")).report.findings).toEqual([]);
      expect((await project.check("--since", "HEAD~1")).report.findings).toHaveLength(1);
    }
    const again = await project.check("--since", "HEAD~1");
    expect(again.cache).toBe(unchanged);
  });
});

describe("a cache that is of no use is passed over", () => {
  it.each<[string, (file: string) => void, RegExp]>([
    ["empty", (file) => writeFileSync(file, ""), /damaged/],
    ["cut short", (file) => writeFileSync(file, readFileSync(file).subarray(0, 200)), /damaged/],
    ["other bytes", (file) => writeFileSync(file, "not packed"), /damaged/],
    ["other JSON", (file) => writeFileSync(file, gzipSync('{"key": 1}')), /damaged/],
    ["no JSON", (file) => writeFileSync(file, gzipSync("{")), /damaged/],
    [
      "another key",
      (file) =>
        writeFileSync(
          file,
          gzipSync(
            gunzipSync(readFileSync(file))
              .toString()
              .replace(/"key":"./, '"key":"x'),
          ),
        ),
      /damaged/,
    ],
    [
      "a folder in its place",
      (file) => {
        rmSync(file);
        writeFiles(file, { "a.txt": "" });
      },
      /is not used: /,
    ],
  ])("%s", async (_, damage, message) => {
    const project = new Shop();
    await project.check();
    damage(project.entry());
    const run = await project.check();
    expect(run.cache).toMatch(message);
    expect(run.report.findings).toHaveLength(1);
    expect(run.status).toBe(1);
  });

  it("a folder that cannot be made", async () => {
    const file = join(folderWith({ taken: "" }), "taken", "cache");
    const project = new Shop(shop, { cache: createCacheFolder(file) });
    const run = await project.check();
    expect(run.status).toBe(1);
    expect(run.report.findings).toHaveLength(1);
    expect((await project.check()).report.findings).toHaveLength(1);
  });

  it("none at all", async () => {
    const project = new Shop(shop, { cache: undefined });
    expect(await project.check()).toMatchObject({ status: 1, cache: "" });
  });
});

it("keeps no secret of the settings, and no file's text", async () => {
  const project = new Shop({
    ...shop,
    "config/settings.py": `${shop["config/settings.py"]}SECRET_KEY = "correct horse battery staple"\n`,
  });
  await project.check();
  const kept = gunzipSync(readFileSync(project.entry())).toString();
  expect(kept).not.toContain("correct horse");
  expect(kept).not.toContain("JsonResponse");
});
