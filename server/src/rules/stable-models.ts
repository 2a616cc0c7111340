/** Labels of models whose rows hardly ever change while a process lives, and of which the code decides how many there are. */
export const stableModels: ReadonlySet<string> = new Set([
  "auth.Permission",
  "contenttypes.ContentType",
  "sites.Site",
]);
