/** Findings in the order of what a database measured of their querysets. */
import { expect, it } from "vitest";
import { folderWith, queryscope } from "./support/command.ts";

const expressions = ["Book.objects.filter(title=1)", "Book.objects.filter(title=2)"];

function project(report: string): string {
  return folderWith({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "queryscope.toml": 'slow-statements = "slow.json"\n',
    "slow.json": report,
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "shop/__init__.py": "",
    "shop/models.py": `from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    title = models.CharField(max_length=100)
`,
    "shop/views.py": `from shop.models import Book


def first():
    return [book.author.name for book in ${expressions[0]}]


def second():
    return [book.author.name for book in ${expressions[1]}]
`,
  });
}

async function check(report: string) {
  const { stdout } = await queryscope(
    { folder: project(report) },
    ...["check", "--no-cache", "--select", "QS101", "--output-format", "json"],
  );
  const { findings, problems }: { findings: readonly Finding[]; problems: readonly object[] } =
    JSON.parse(stdout);
  return { findings: findings.map(({ symbol, measured }) => ({ symbol, measured })), problems };
}

interface Finding {
  readonly symbol: string;
  readonly measured?: object;
}

it("come first where the database spends its time", async () => {
  const place = { path: "shop/views.py", expression: expressions[1], role: "queryset" };
  const statement = { calls: 100, meanTime: 7, totalTime: 700, places: [place] };
  expect(await check(JSON.stringify({ schemaVersion: 1, statements: [statement] }))).toEqual({
    findings: [
      { symbol: "shop.views.second", measured: { calls: 100, meanTime: 7, totalTime: 700 } },
      { symbol: "shop.views.first" },
    ],
    problems: [],
  });
});

it("keep their order where the file is none, which is said", async () => {
  const { findings, problems } = await check("query,calls\n");
  expect(findings.map(({ symbol }) => symbol)).toEqual(["shop.views.first", "shop.views.second"]);
  expect(problems).toEqual([
    { path: "slow.json", message: "is not a report of queryscope statements --output-format json" },
  ]);
});
