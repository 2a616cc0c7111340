/** Finds the Markdown specs, and the base projects that they build on. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSpec, type Section, type Spec } from "./markdown-spec.ts";

const testFolder = fileURLToPath(new URL("..", import.meta.url));
const specFolder = path.join(testFolder, "mdtest");
/** The rules, and the frameworks whose declarations several rules are about. */
const specFolders = ["", "consumers", "refactorings"];
const notASpec = new Set(["README.md"]);

/**
 * All specs, without the sections that `QUERYSCOPE_MDTEST` leaves out: a part of "spec › section", or several with "|"
 * between them. Where each begins with the name of a spec, no others are read.
 */
export function loadSpecs(): readonly Spec[] {
  const filters = (process.env.QUERYSCOPE_MDTEST ?? "").split("|");
  const names = specFolders.flatMap((folder) =>
    readdirSync(path.join(specFolder, folder))
      .filter((name) => name.endsWith(".md") && !notASpec.has(name))
      .map((name) => path.join(folder, name)),
  );
  const isNamed = (filter: string, name: string) => filter.startsWith(path.basename(name, ".md"));
  const named = names.filter((name) => filters.some((filter) => isNamed(filter, name)));
  const allNamed = filters.every((filter) => named.some((name) => isNamed(filter, name)));
  return (allNamed ? named : names)
    .sort()
    .map((name) => loadSpec(path.join(specFolder, name)))
    .map((spec) => ({
      ...spec,
      sections: spec.sections.filter((section) =>
        filters.some((filter) => `${spec.title} › ${section.name}`.includes(filter)),
      ),
    }))
    .filter((spec) => spec.sections.length > 0);
}

function loadSpec(file: string): Spec {
  return parseSpec(file, readFileSync(file, "utf8"));
}

const projects = new Map<string, ReadonlyMap<string, string>>();

/** The text files of a folder of `test/projects`, by path. */
export function loadProject(name: string): ReadonlyMap<string, string> {
  const present = projects.get(name);
  if (present) return present;
  const root = path.join(testFolder, "projects", name);
  const files = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || /\.(pyc|sqlite3)$/.test(entry.name)) continue;
    files.set(path.relative(root, file).split(path.sep).join("/"), readFileSync(file, "utf8"));
  }
  projects.set(name, files);
  return files;
}

/** The base project with the section's files in place of, or beside, its own. */
export function projectFiles(spec: Spec, files: Section["files"]): ReadonlyMap<string, string> {
  const all = new Map(spec.project === undefined ? [] : loadProject(spec.project));
  for (const file of files) all.set(file.path, file.text);
  return all;
}
