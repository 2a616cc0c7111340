import { parse as parseToml } from "smol-toml";
import { parseVersion, type Version } from "../django/version.ts";
import { newestDjangoOfPython2 } from "../django/versions.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { joinPath, normalizePath, parentPath } from "../platform/paths.ts";
import { installedDistributions } from "./python-environment.ts";
import { normalizeName, parseRequirement, type Requirement, versionOf } from "./requirement.ts";

/**
 * The versions of the libraries that a project asks for, by normalised distribution name (`django`,
 * `djangorestframework`, `celery`, `psycopg2-binary`), read from what lies directly in the folders: lock files first,
 * then pinned requirements, then lowest allowed versions. Earlier folders win. Files that can't be read or understood
 * say nothing. A package for Python 2 alone that names no version of Django has the last one that ran there.
 */
export function detectLibraryVersions(
  fs: FileSystem,
  folders: readonly string[],
): ReadonlyMap<string, Version> {
  const versions = new Map<string, Version>();
  for (const folder of folders) {
    const reader = new RequirementReader(fs, folder);
    for (const { name, version } of reader.mostExactFirst())
      if (version && !versions.has(name)) versions.set(name, version);
    if (!versions.has("django") && reader.runsOnPython2()) versions.set("django", newestDjangoOfPython2);
  }
  return versions;
}

/** What the files in the folders ask for of one library, by the same order: its first requirement that names a version. */
export function requirementOf(
  fs: FileSystem,
  folders: readonly string[],
  library: string,
): Requirement | undefined {
  for (const folder of folders) {
    const found = new RequirementReader(fs, folder)
      .mostExactFirst()
      .find(({ name, specifier }) => name === library && specifier !== "");
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same with what is installed in the project's environment, which knows better. */
export function projectLibraryVersions(
  fs: FileSystem,
  folders: readonly string[],
  sitePackages: string | undefined,
): ReadonlyMap<string, Version> {
  const versions = new Map(detectLibraryVersions(fs, folders));
  for (const { name, version: text } of sitePackages === undefined
    ? []
    : installedDistributions(fs, sitePackages).values()) {
    const version = parseVersion(text);
    if (version) versions.set(name, version);
  }
  return versions;
}

/** Requirement files that describe production, best first; others follow in alphabetical order. */
const preferredFiles = [/^requirements\.txt$/, /prod/, /base|common|main/, /\.txt$/];

class RequirementReader {
  private readonly fs: FileSystem;
  private readonly folder: string;
  private readonly names: ReadonlySet<string>;

  constructor(fs: FileSystem, folder: string) {
    this.fs = fs;
    this.folder = folder;
    this.names = this.entries(folder);
  }

  mostExactFirst(): readonly Requirement[] {
    const requirements = [...this.locked(), ...this.listed(), ...this.declared()];
    return requirements.toSorted((first, second) => Number(second.exact) - Number(first.exact));
  }

  private locked(): readonly Requirement[] {
    return [
      // The packages of these formats are tables that begin with name and version. Reading just these lines takes a
      // fraction of the time that a TOML parser needs for the files' hashes.
      ...["uv.lock", "poetry.lock", "pdm.lock"].flatMap((name) =>
        [...this.text(name).matchAll(/^name = "([^"]+)"\r?\nversion = "([^"]+)"/gm)].map(
          ([, package_, version]) => locked(package_ ?? "", version ?? ""),
        ),
      ),
      ...pipfileLock(this.text("Pipfile.lock")),
    ];
  }

  private listed(): readonly Requirement[] {
    const files = [...this.names].filter((name) => /^requirements?[\w.-]*\.(txt|in)$/.test(name));
    for (const name of ["requirements", "requirement", "reqs"]) {
      if (!this.names.has(name)) continue;
      const inner = this.entries(joinPath(this.folder, name));
      files.push(
        ...[...inner].filter((file) => /\.(txt|in|pip)$/.test(file)).map((file) => `${name}/${file}`),
      );
    }
    const rank = (file: string): number => {
      const index = preferredFiles.findIndex((pattern) => pattern.test(file));
      return index < 0 ? preferredFiles.length : index;
    };
    files.sort((first, second) => rank(first) - rank(second) || (first < second ? -1 : 1));
    const seen = new Set<string>();
    return files.flatMap((file) => this.requirementFile(file, seen));
  }

  private declared(): readonly Requirement[] {
    return [
      ...pyproject(this.text("pyproject.toml")),
      ...setupCfg(this.text("setup.cfg")),
      ...setupPy(this.text("setup.py")),
      ...this.metadata(),
    ];
  }

  /** The package says that it runs on Python 2, and nothing of Python 3. */
  runsOnPython2(): boolean {
    const declarations = ["setup.py", "setup.cfg", "pyproject.toml"]
      .map((name) => this.text(name))
      .join("\n");
    return (
      /Programming Language :: Python :: 2\b/.test(declarations) &&
      !/Programming Language :: Python :: 3\b/.test(declarations)
    );
  }

  /** An unpacked wheel or source distribution says in its metadata what it requires. */
  private metadata(): readonly Requirement[] {
    const files = [...this.names]
      .filter((name) => name.endsWith(".dist-info"))
      .map((name) => `${name}/METADATA`);
    return [...files, "PKG-INFO"].flatMap((file) =>
      [...this.text(file).matchAll(/^Requires-Dist: (.*)$/gm)].flatMap(([, text]) => {
        const optional = /;.*\bextra\b/.test(text ?? "");
        return optional ? [] : (parseRequirement(text ?? "") ?? []);
      }),
    );
  }

  private requirementFile(file: string, seen: Set<string>): readonly Requirement[] {
    if (seen.has(file)) return [];
    seen.add(file);
    return this.text(file)
      .replaceAll(/\\\r?\n/g, " ")
      .split(/\r?\n/)
      .flatMap((line) => {
        const [, included] = /^\s*(?:-r|--requirement|-c|--constraint)[ =]*(\S+)/.exec(line) ?? [];
        if (included !== undefined) {
          return this.requirementFile(normalizePath(joinPath(parentPath(file), included)), seen);
        }
        if (/^\s*(#|-|$)/.test(line) || line.includes("://")) return [];
        return parseRequirement(line.replace(/\s--\w.*$/, "")) ?? [];
      });
  }

  private text(name: string): string {
    const result = this.fs.readText(normalizePath(joinPath(this.folder, name)));
    return result.kind === "text" ? result.text : "";
  }

  private entries(folder: string): ReadonlySet<string> {
    const result = this.fs.readFolder(folder);
    return new Set(result.kind === "folder" ? result.entries.map(({ name }) => name).sort() : []);
  }
}

function locked(name: string, version: string): Requirement {
  return {
    name: normalizeName(name),
    version: parseVersion(version),
    exact: true,
    specifier: `==${version}`,
  };
}

function pipfileLock(text: string): readonly Requirement[] {
  const packages = asTable(asTable(parsed(text, JSON.parse)).default);
  return Object.entries(packages).flatMap(([name, entry]) => {
    const { version } = asTable(entry);
    return typeof version === "string" ? locked(name, version.replace(/^=+/, "")) : [];
  });
}

function pyproject(text: string): readonly Requirement[] {
  const document = asTable(parsed(text, parseToml));
  const { dependencies } = asTable(document.project);
  const listed = Array.isArray(dependencies) ? dependencies : [];
  const poetry = asTable(asTable(asTable(document.tool).poetry).dependencies);
  return [
    ...listed.flatMap((entry) => (typeof entry === "string" ? (parseRequirement(entry) ?? []) : [])),
    ...Object.entries(poetry).flatMap(([name, entry]) => {
      const specifier = typeof entry === "string" ? entry : asTable(entry).version;
      if (typeof specifier !== "string") return [];
      return { name: normalizeName(name), ...versionOf(specifier) };
    }),
  ];
}

/** The value of `install_requires`: the rest of its line and the indented lines below. */
function setupCfg(text: string): readonly Requirement[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^install_requires\s*[=:]/.test(line));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  const first = lines[start]?.replace(/^install_requires\s*[=:]/, "") ?? "";
  return [first, ...rest.slice(0, end < 0 ? rest.length : end)].flatMap(
    (line) => parseRequirement(line) ?? [],
  );
}

/** Quoted requirements with a version, wherever they stand: what the file computes is not known. */
function setupPy(text: string): readonly Requirement[] {
  return [...text.matchAll(/["']([A-Za-z][\w.-]*(?:\[[\w, -]*\])?\s*[<>=~!]=?[^"'\n]*)["']/g)].flatMap(
    ([, requirement]) => parseRequirement(requirement ?? "") ?? [],
  );
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  if (text === "") return undefined;
  try {
    return parse(text);
  } catch {
    // Half-written and conflicted files are normal while a project is worked on.
    return undefined;
  }
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
