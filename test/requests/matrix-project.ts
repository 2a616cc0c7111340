/** The project of the matrix: every work in every entry point, itself and through helpers. */
import type { EntryPoint } from "./entry-points.ts";
import type { Work } from "./works.ts";

/** `direct`: in the entry point itself; `helper`: in a function that it calls; `service`: one further, in other modules. */
export const ways = ["direct", "helper", "service"] as const;
export type Way = (typeof ways)[number];

export interface Cell {
  readonly work: Work;
  readonly entry: EntryPoint;
  readonly way: Way;
}

export function idOf({ work, way }: Cell): string {
  return `${work.name}_${way}`;
}

function bodyOf({ work, entry, way }: Cell): readonly string[] {
  const { upload } = entry;
  const takes = work.rule === "sync-upload-processing";
  const argument = takes ? (upload ?? "") : "";
  switch (way) {
    case "direct":
      return takes ? [`upload = ${argument}`, ...work.lines] : work.lines;
    case "helper":
      return [`helpers.do_${work.name}(${argument})`];
    case "service":
      return [`services.start_${work.name}(${argument})`];
  }
}

export function matrixFiles(cells: readonly Cell[]): Readonly<Record<string, string>> {
  const modules = new Map<string, { imports: Set<string>; code: string[] }>();
  const moduleAt = (path: string) => {
    const module = modules.get(path) ?? { imports: new Set<string>(), code: [] };
    modules.set(path, module);
    return module;
  };
  const works = new Set<Work>();
  for (const cell of cells) {
    const module = moduleAt(cell.entry.path);
    if (cell.way === "direct") module.imports.add(cell.work.imports);
    else module.imports.add("from shop import helpers, services");
    module.imports.add(cell.entry.imports);
    module.code.push(cell.entry.code(idOf(cell), bodyOf(cell)));
    works.add(cell.work);
  }
  for (const { name, imports, lines, rule } of works) {
    const parameter = rule === "sync-upload-processing" ? "upload" : "";
    const helpers = moduleAt("shop/helpers.py");
    helpers.imports.add(imports);
    helpers.code.push(`def do_${name}(${parameter}):\n${lines.map((line) => `    ${line}`).join("\n")}`);
    const services = moduleAt("shop/services.py");
    services.imports.add("from shop import helpers");
    services.code.push(`def start_${name}(${parameter}):\n    helpers.do_${name}(${parameter})`);
  }
  return Object.fromEntries(
    [...modules].map(([path, { imports, code }]) => [
      path,
      `${[...imports].filter(Boolean).join("\n")}\n\n\n${code.join("\n\n\n")}\n`,
    ]),
  );
}

export const settings = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py":
    'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "shop"]\nROOT_URLCONF = "urls"\n',
  "urls.py": "urlpatterns = []\n",
  "shop/__init__.py": "",
  "shop/templatetags/__init__.py": "",
  "shop/management/__init__.py": "",
  "shop/management/commands/__init__.py": "",
  "shop/migrations/__init__.py": "",
  "shop/serializers.py":
    'from rest_framework import serializers\nfrom shop.models import Owner\n\n\nclass OwnerSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Owner\n        fields = ["name"]\n',
};
