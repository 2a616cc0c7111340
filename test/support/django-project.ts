import { readDjangoProject } from "../../server/src/django/django-project.ts";
import type { Field, Model, ModelGraph, Relation } from "../../server/src/django/model-graph.ts";
import type { DjangoProject } from "../../server/src/django/project.ts";
import type { Version } from "../../server/src/django/version.ts";
import { projectFromFiles, type TestProject } from "./project.ts";

/** A Django project made of a table of files, with shorthands that fail loudly. */
export interface TestDjangoProject extends TestProject {
  readonly project: DjangoProject;
  readonly models: ModelGraph;
  /** By label. */
  model(label: string): Model;
  /** By label and name, `shop.Order.owner`. */
  field(path: string): Field;
  /** By label and accessor, `shop.Order.owner`. */
  relation(path: string): Relation;
}

/** Settings are found as in a real project: by `manage.py`, else by a module named `settings`. */
export async function djangoProjectFromFiles(
  files: Readonly<Record<string, string>>,
  django: Version = { major: 5, minor: 2 },
): Promise<TestDjangoProject> {
  const test = await projectFromFiles(files);
  const project = readDjangoProject({
    root: ".",
    program: test.program,
    settingsModule: undefined,
    django,
  });
  const { models } = project;
  const model = (label: string): Model => {
    const found = models.model(label);
    if (!found) throw new Error(`no model ${label}; there are ${[...models.models.keys()].join(", ")}`);
    return found;
  };
  const part = <Part>(path: string, parts: (model: Model) => ReadonlyMap<string, Part>): Part => {
    const [app, name, attribute = ""] = path.split(".");
    const all = parts(model(`${app}.${name}`));
    const found = all.get(attribute);
    if (!found) throw new Error(`no ${path}; there are ${[...all.keys()].join(", ")}`);
    return found;
  };
  return {
    ...test,
    project,
    models,
    model,
    field: (path) => part(path, (owner) => owner.fields),
    relation: (path) => part(path, (owner) => owner.relations),
  };
}
