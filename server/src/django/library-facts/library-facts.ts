/** What Queryscope ships about libraries, by import path, by application and by label. */
import { djangoContrib } from "./django-contrib.ts";
import type { LibraryModel } from "./library-model.ts";
import {
  harmlessClasses,
  harmlessPackages,
  orderedManagers,
  plainManagers,
  plainQuerysets,
} from "./plain-classes.ts";
import { applicationLabels, autoFields, popularPackages } from "./popular-packages.ts";

/** Everything that is described, abstract models too. */
export const allLibraryModels: readonly LibraryModel[] = [...djangoContrib, ...popularPackages];

const byPath = new Map(allLibraryModels.map((model) => [model.path, model]));
const byLabel = new Map(
  allLibraryModels
    .filter((model) => !model.abstract)
    .map((model) => [`${model.appLabel}.${model.name}`.toLowerCase(), model]),
);
const byApp = new Map<string, LibraryModel[]>();
for (const model of allLibraryModels) {
  if (!model.abstract) byApp.set(model.appLabel, [...(byApp.get(model.appLabel) ?? []), model]);
}

/** By top-level package and class name, for classes that a package lets one import from several modules. */
const byPackageAndName = new Map(allLibraryModels.map((model) => [packageAndName(model.path), model]));

function packageAndName(path: string): string {
  return `${path.slice(0, path.indexOf("."))}:${path.slice(path.lastIndexOf(".") + 1)}`;
}

/** A model by the import path under which the project names it. */
export function libraryModelAt(path: string): LibraryModel | undefined {
  const described = byPath.get(path);
  if (described) return described;
  // Models move within their package, and are re-exported: `wagtail.core.models.Page`, `django_lifecycle.LifecycleModel`.
  const mayBeModel = path.includes(".models.") || path.split(".").length === 2;
  return mayBeModel ? byPackageAndName.get(packageAndName(path)) : undefined;
}

/** @param label case does not matter, as in Django */
export function libraryModelLabelled(label: string): LibraryModel | undefined {
  return byLabel.get(label.toLowerCase());
}

/** The concrete models that an installed application brings along. */
export function libraryModelsOfApp(appLabel: string): readonly LibraryModel[] {
  return byApp.get(appLabel) ?? [];
}

/** The application label of a library's package where it is not the last part of its name. */
export function libraryAppLabel(moduleName: string): string | undefined {
  return applicationLabels.get(moduleName);
}

/** Applications that `django.contrib` brings and that are there whether or not the settings are known. */
export const contribModels: readonly LibraryModel[] = djangoContrib.filter((model) => !model.abstract);

/** Whether a library's manager starts from a plain queryset: no eager loading, no deferred columns. */
export function isPlainManager(path: string): boolean {
  return plainManagers.has(path);
}

/** Whether the querysets of a library's manager come in an order without being asked for one. */
export function isOrderedManager(path: string): boolean {
  return orderedManagers.has(path);
}

/** By the import path of a library's manager the columns that its querysets are ordered by. */
export function managerOrders(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(orderedManagers);
}

export function isPlainQueryset(path: string): boolean {
  return plainQuerysets.has(path);
}

/** Whether a library's class, as a base of a model, adds neither fields nor managers. */
export function isHarmlessBase(path: string): boolean {
  return harmlessClasses.has(path) || harmlessPackages.has(path.slice(0, path.indexOf(".")));
}

/** Class name of the implicit primary key that a library application asks for in its configuration. */
export function libraryAutoField(appLabel: string): string | undefined {
  return autoFields.get(appLabel);
}
