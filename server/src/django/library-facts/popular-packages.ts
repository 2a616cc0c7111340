/** Models of popular packages. */
import type { LibraryModel } from "./library-model.ts";

export const popularPackages: readonly LibraryModel[] = [];

/** Application labels that differ from the last part of the package's name. */
export const applicationLabels: ReadonlyMap<string, string> = new Map([]);

/** Modules whose classes are described under another module, because they are imported from both. */
export const movedModules: ReadonlyMap<string, string> = new Map([]);

/** `AppConfig.default_auto_field` of library applications, by label. */
export const autoFields: ReadonlyMap<string, string> = new Map([
  ["admin", "AutoField"],
  ["auth", "AutoField"],
  ["contenttypes", "AutoField"],
  ["flatpages", "AutoField"],
  ["redirects", "AutoField"],
  ["sites", "AutoField"],
]);
