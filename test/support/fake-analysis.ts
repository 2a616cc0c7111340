/**
 * An analysis made by hand: real texts with real trees, and the findings that a test wants. For everything that comes
 * after the rules, which must not depend on what the rules of today find.
 */
import type { Location } from "../../server/src/base/text-range.ts";
import type { DjangoProject } from "../../server/src/django/project.ts";
import { unknownSettings } from "../../server/src/django/settings.ts";
import type { Analysis } from "../../server/src/program/workspace.ts";
import type { PythonProgram } from "../../server/src/python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../../server/src/python/symbols.ts";
import type { Access, Finding, RuleCode } from "../../server/src/rules/finding.ts";
import type { RuleMetadata } from "../../server/src/rules/rule.ts";
import type { Expression, Statement } from "../../server/src/syntax/ast.ts";
import { testParser } from "./python-parser.ts";

/** Rules as the registry has them. */
export const fakeRules: readonly RuleMetadata[] = [
  rule("QS101", "n-plus-one-forward", "A loop reads a foreign key that its queryset does not load"),
  rule("QS102", "n-plus-one-to-many", "A loop reads a to-many relation that its queryset does not load"),
  rule("QS107", "n-plus-one-via-method", "A loop calls a method that queries for each row"),
  rule("QS109", "n-plus-one-in-serializer", "A serializer reads relations that its queryset does not load"),
  { ...rule("QS116", "fk-id-via-instance", "A key is read through the instance"), level: "info" },
  { ...rule("QS301", "create-in-loop", "Rows are created one by one"), fix: "unsafe" },
];

function rule(code: RuleCode, name: string, summary: string): RuleMetadata {
  return { code, name, summary, level: "warning", fix: "safe", stage: 2 };
}

export type Files = Readonly<Record<string, string>>;

/** `snippet` must occur in the file; its first occurrence is the place. */
export function place(files: Files, path: string, snippet: string): Location {
  const start = files[path]?.indexOf(snippet) ?? -1;
  if (start < 0) throw new Error(`${path} does not contain ${JSON.stringify(snippet)}`);
  return { path, range: { start, end: start + snippet.length } };
}

export interface FindingShape extends Partial<Omit<Finding, "location" | "accesses" | "code">> {
  readonly code: RuleCode;
  readonly at: Location;
  readonly accesses?: readonly { readonly at: Location; readonly code?: RuleCode; readonly path?: string }[];
}

/** A finding with sensible values for what the test does not care about. */
export function finding({ code, at, accesses = [], ...rest }: FindingShape): Finding {
  const metadata = fakeRules.find((known) => known.code === code);
  const reads = accesses.map(
    (access): Access => ({
      location: access.at,
      relationPath: access.path ?? "owner",
      code: access.code ?? code,
    }),
  );
  return {
    code,
    rule: metadata?.name ?? "unregistered",
    remedy: "eager-loading",
    level: metadata?.level ?? "warning",
    confidence: "high",
    message: "Each row loads a relation in a query of its own.",
    help: "Load it with the queryset.",
    location: at,
    symbol: "shop.views.dashboard",
    model: "shop.Project",
    relationPaths: [...new Set(reads.map(({ relationPath }) => relationPath))],
    fields: [],
    origin: at,
    accesses: reads,
    evidence: [
      { message: "the queryset is built here", location: at },
      ...accesses.map((access) => ({ message: "a row is read here", location: access.at })),
    ],
    queries: undefined,
    stage: 2,
    fixes: [],
    ...rest,
  };
}

export async function fakeAnalysis(files: Files, findings: readonly Finding[]): Promise<Analysis> {
  const parser = await testParser();
  const modules = Object.entries(files)
    .filter(([path]) => path.endsWith(".py"))
    .map(
      ([path, text]): Module => ({
        name: path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", "."),
        isPackage: path.endsWith("/__init__.py"),
        file: parser.parse(path, text),
        firstParty: true,
      }),
    );
  const project: DjangoProject = {
    root: ".",
    settingsModule: "shop.settings",
    settings: unknownSettings,
    libraries: new Map(),
    isSettingsModuleConfigured: false,
    isOwnFile: undefined,
    bodiesRead: new Set(),
    django: { major: 5, minor: 2 },
    apps: [],
    program: fakeProgram(modules),
    models: {
      models: new Map(),
      userModel: undefined,
      model: () => undefined,
      modelOfClass: () => undefined,
      modelOfExternal: () => undefined,
      modelsNamed: () => [],
    },
  };
  return {
    deployments: [],
    projects: modules.length === 0 ? [] : [project],
    findings,
    problems: [],
    endpoints: [],
    gaps: [],
    files: modules.length,
    text: (path) => files[path],
    facts: () => [],
    refactorings: () => [],
    comments: (path) => modules.find(({ file }) => file.path === path)?.file.tree.comments ?? [],
  };
}

/** Knows what stands in the files, but resolves nothing: a base class is known by its last name. */
function fakeProgram(modules: readonly Module[]): PythonProgram {
  const absent = (): never => {
    throw new Error("the fake program resolves no names");
  };
  const symbolsOf = (module: Module) => symbolsIn(module, module.file.tree.body, "", undefined);
  return {
    modules,
    module: (name) => modules.find((module) => module.name === name),
    moduleOfFile: (path) => modules.find(({ file }) => file.path === path),
    classes: (module) => symbolsOf(module).filter((symbol) => symbol.kind === "class"),
    functions: (module) => symbolsOf(module).filter((symbol) => symbol.kind === "function"),
    derivesFrom: ({ node }, names) =>
      node.bases.some((base) => [...names].some((name) => name.split(".").at(-1) === lastName(base))),
    resolveName: absent,
    resolveExport: absent,
    resolveExpression: absent,
    resolveDottedName: absent,
    resolveImport: absent,
    members: absent,
    mro: absent,
    lookupMember: absent,
    subclasses: absent,
    madeClasses: absent,
    derivedClass: absent,
  };
}

function symbolsIn(
  module: Module,
  body: readonly Statement[],
  prefix: string,
  owner: ClassSymbol | undefined,
): readonly (ClassSymbol | FunctionSymbol)[] {
  return body.flatMap((node): readonly (ClassSymbol | FunctionSymbol)[] => {
    if (node.kind !== "ClassDef" && node.kind !== "FunctionDef") return [];
    const qualifiedName = `${prefix}${node.name.name}`;
    const shared = { id: `${module.name}:${qualifiedName}`, name: node.name.name, qualifiedName, module };
    if (node.kind === "FunctionDef") {
      return [
        { kind: "function", ...shared, node, owner },
        ...symbolsIn(module, node.body, `${qualifiedName}.`, undefined),
      ];
    }
    const symbol: ClassSymbol = { kind: "class", ...shared, node };
    return [symbol, ...symbolsIn(module, node.body, `${qualifiedName}.`, symbol)];
  });
}

function lastName(base: Expression): string | undefined {
  if (base.kind === "Name") return base.name;
  return base.kind === "Attribute" ? base.attribute.name : undefined;
}
