/** Names that a model may have although nothing in the sources declares them. */
import { djangoFieldClass } from "../../django/field-classes.ts";
import type { InvalidPath } from "../../django/lookups.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import { installedApps } from "../../django/settings.ts";

/** Adds a column per language to each translated field. */
const translatingApp = "modeltranslation";

/** Decides on paths that name something unknown. */
export function mayBeUnseen(project: DjangoProject): (path: InvalidPath) => boolean {
  const hasUnknownApps = hasAppsWithoutSource(project);
  const translates = project.apps.some(({ moduleName }) => moduleName === translatingApp);
  return ({ problem, name, model: label, suggestions }) => {
    const model = project.models.model(label);
    if (!model) return false;
    if (problem === "notARelation") return mayBeRelation(model.fields.get(name));
    if (problem !== "unknownName") return false;
    if (isNamedAfterField(model, name, translates)) return true;
    if (!hasUnknownApps || !isTargetOfLibraries(project, model)) return false;
    // What looks like a slip of the keyboard is hardly a relation of a library's model.
    return !suggestions.some((suggestion) => isKnownFromSource(project, model, suggestion));
  };
}

/** A field class of the project or a library that derives from `Field` itself may describe a relation of its own. */
function mayBeRelation(field: Field | undefined): boolean {
  return field?.baseClassName === "Field" && djangoFieldClass(field.className) === undefined;
}

/** Not one of the names that shipped facts tell about a library, of which the project may use another version. */
function isKnownFromSource({ models }: DjangoProject, model: Model, name: string): boolean {
  const relation = model.lookupRelations.get(name);
  const declaring = relation && models.model(relation.field.declaredIn);
  return relation === undefined || declaring?.symbol !== undefined;
}

/** A field class of a library may add further columns, named after its own: `price_currency` of `price`. */
function isNamedAfterField(model: Model, name: string, translates: boolean): boolean {
  return [...model.fields.values()].some(
    (field) =>
      name.startsWith(`${field.name}_`) && (translates || djangoFieldClass(field.className) === undefined),
  );
}

/** Libraries point foreign keys at the user model, and at models of Django and of each other. */
function isTargetOfLibraries({ models }: DjangoProject, model: Model): boolean {
  return model === models.userModel || model.symbol?.module.firstParty !== true;
}

/** Applications may be installed whose models nobody has read. */
function hasAppsWithoutSource({ settings, apps, program, models }: DjangoProject): boolean {
  if (installedApps(settings)?.complete !== true) return true;
  // A list without the app of the users is not yet the one that runs: something adds to it later.
  if (!apps.some(({ label }) => label === models.userModel?.appLabel)) return true;
  const described = new Set([...models.models.values()].map(({ appLabel }) => appLabel));
  return apps.some(
    ({ moduleName, label }) =>
      !moduleName.startsWith("django.") && !program.module(moduleName) && !described.has(label),
  );
}
