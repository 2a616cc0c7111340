/** What Python texts import, read off without parsing: to find out what is on the import path before anything is linked. */

const importStatement =
  /^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w.]*(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*(?:[ \t]+as[ \t]+\w+)?)*))/gm;

/** Dotted names that the text imports absolutely, without duplicates. */
export function importedModules(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, from, list] of text.matchAll(importStatement)) {
    if (from !== undefined) names.add(from);
    else for (const part of list?.split(",") ?? []) names.add(part.trim().split(/[ \t]/, 1)[0] ?? "");
  }
  return names;
}

const djangoImport = /^[ \t]*(?:from[ \t]+django(?:\.[\w.]+)?[ \t]+import\b|import[ \t]+django\b)/m;

/** Whether any of the files imports Django; reads only as many as it takes. */
export function importsDjango(files: readonly string[], read: (path: string) => string | undefined): boolean {
  return files.some((path) => {
    const text = read(path);
    return text?.includes("django") === true && djangoImport.test(text);
  });
}

const pathLine = /^[^\n#]*\bsys\.path\b[^\n]*$/gm;

/** Folders that the text puts on `sys.path`, as far as they are written as literals: `os.path.join(BASE, "apps")`. */
export function addedImportPaths(text: string): readonly string[] {
  if (!text.includes("sys.path")) return [];
  const paths: string[] = [];
  for (const [line] of text.matchAll(pathLine)) {
    const literals = [...line.matchAll(/["']([\w.-]+(?:\/[\w.-]+)*)\/?["']/g)].map(
      ([, literal]) => literal ?? "",
    );
    if (literals.length > 0) paths.push(literals.join("/"));
  }
  return paths;
}
