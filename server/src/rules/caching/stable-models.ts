/** Labels of models whose rows hardly ever change while a process lives. */
export const stableModels: ReadonlySet<string> = new Set([
  "auth.Permission",
  "contenttypes.ContentType",
  "sites.Site",
]);
