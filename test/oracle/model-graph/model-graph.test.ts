/** Compares the model graph with the registry that real Django makes of the same sources, field by field. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parseVersion } from "../../../server/src/django/version.ts";
import {
  type DjangoEnvironment,
  type DjangoVersion,
  openDjango,
  openDjangoInPyodide,
  pythonWith,
  runScript,
  skipIfUnavailable,
} from "../../support/django-environment.ts";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../support/django-project.ts";
import { inRepository } from "../../support/repository.ts";
import { describeModel } from "./describe-model.ts";

type Described = Record<string, Record<string, unknown>>;

const here = fileURLToPath(new URL(".", import.meta.url));
const script = path.join(here, "dump_models.py");

interface Comparison {
  readonly project: string;
  readonly folder: string;
  readonly settings: string;
  readonly django: DjangoVersion;
  /** What Django alone does not bring. */
  readonly requirements?: readonly string[];
}

const forms = { project: "forms", folder: path.join(here, "forms"), settings: "config.settings.production" };

const comparisons: readonly Comparison[] = [
  { ...forms, django: "4.2" },
  { ...forms, django: "5.2" },
  { ...forms, django: "6.1" },
  {
    project: "tracker",
    folder: inRepository("test/explain/sql-oracle"),
    settings: "settings",
    django: "5.2",
    requirements: ["Django==5.2.19", "asgiref==3.13.0", "sqlparse==0.6.1", "psycopg2-binary==2.9.11"],
  },
];

for (const { project, folder, settings, django, requirements } of comparisons) {
  describe(`the models of ${project} under Django ${django}`, () => {
    let ours: TestDjangoProject;
    let theirs: Described = {};
    let unavailable: unknown;

    beforeAll(async () => {
      const files = readFiles(folder);
      ours = await djangoProjectFromFiles(files, parseVersion(django));
      try {
        const task = { files, settings };
        theirs = (
          requirements
            ? await runScript(await pythonWith("model-graph", requirements), [script], task)
            : await (await open(django)).run(script, task)
        ) as Described;
      } catch (error) {
        unavailable = error;
      }
    }, 10 * 60_000);

    test("are those that Django registers", ({ skip }) => {
      if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
      const registered = [...ours.models.models.values()].filter(
        (model) => !model.abstract && !isSwapped(model.label),
      );
      expect(registered.map((model) => model.label).sort()).toEqual(Object.keys(theirs).sort());
    });

    for (const part of [
      "proxyFor",
      "parents",
      "managed",
      "primaryKey",
      "fields",
      "relations",
      "lookupRelations",
      "managers",
      "defaultManager",
      "baseManager",
      "ordering",
      "getLatestBy",
      "uniqueTogether",
      "indexes",
    ]) {
      test(`have Django's ${part}`, ({ skip }) => {
        if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
        const labels = Object.keys(theirs);
        const mine = Object.fromEntries(
          labels.map((label) => [label, describeModel(ours.model(label))[part]]),
        );
        expect(mine).toEqual(Object.fromEntries(labels.map((label) => [label, theirs[label]?.[part]])));
      });
    }

    test("are all understood completely", () => {
      const incomplete = [...ours.models.models.values()].filter((model) => !model.complete);
      expect(incomplete.map((model) => model.label)).toEqual([]);
    });

    function isSwapped(label: string): boolean {
      return label.startsWith("auth.User") && ours.models.userModel?.label !== "auth.User";
    }
  });
}

/** New ones in Pyodide: other tests have it only where no Python of the machine runs them. */
function open(version: DjangoVersion): Promise<DjangoEnvironment> {
  return version === "6.0" || version === "6.1" ? openDjangoInPyodide(version) : openDjango(version);
}

function readFiles(folder: string, prefix = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) Object.assign(files, readFiles(file, `${prefix}${name}/`));
    else if (name.endsWith(".py")) files[`${prefix}${name}`] = readFileSync(file, "utf8");
  }
  return files;
}
