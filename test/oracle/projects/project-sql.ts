/** The SQL that Queryscope's own Django makes of a real project's querysets, beside that of the project's environment. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { BridgeProject } from "../../../server/src/explain/bridge-compiler.ts";
import { compileWith } from "../../../server/src/explain/explanation.ts";
import { installedDjango } from "../../../server/src/explain/pyodide/installed-django.ts";
import { PyodideCompiler } from "../../../server/src/explain/pyodide/pyodide-compiler.ts";
import { PythonInterpreterCompiler } from "../../../server/src/explain/python-compiler.ts";
import type { CompileResult, QuerysetCompiler } from "../../../server/src/explain/queryset-compiler.ts";
import { parseSql } from "../../../server/src/explain/sql-parser.ts";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import { inRepository } from "../../support/repository.ts";
import { described, type PreparedProject, readJson } from "./prepare-project.ts";
import { type TypedQueryset, typedQuerysets } from "./typed-querysets.ts";

export interface ProjectSql {
  readonly version: string;
  /** That the project's environment has. */
  readonly django: string;
  /** Expressions that the analysis takes for querysets. */
  readonly querysets: number;
  /** Of these, those that Django in the project's environment rejects; the other figures are without them. */
  readonly rejected: number;
  readonly compiled: number;
  /** Of the compiled ones, those that Django in the project's environment does not compile: there is nothing to compare. */
  readonly uncompared: number;
  /** Of the others, those with the same statements in the same order. */
  readonly equal: number;
  /** Not compiled, by the kind of the error. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Neither compiled in the project's environment. */
  readonly refusedBoth: number;
  readonly outcomes: readonly Outcome[];
}

export interface Outcome {
  readonly place: string;
  readonly expression: string;
  readonly own: CompileResult;
  readonly native: CompileResult;
  readonly verdict: "equal" | "different" | "native refuses" | "refused" | "rejected";
}

export async function compareSql({ name, version, folder, python }: PreparedProject): Promise<ProjectSql> {
  const { settings, environment } = readJson<{
    readonly settings: string;
    readonly environment: Readonly<Record<string, string>>;
  }>(described(name, "project.json"));
  const { project, querysets } = await typedQuerysets(folder, settings);
  const data = mkdtempSync(path.join(tmpdir(), "queryscope-project-"));
  const variables = Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, value.replace("{folder}", data)]),
  );
  // Settings make the folders that they name, which the bridge refuses.
  await promisify(execFile)(python, ["-c", "import django; django.setup()"], {
    cwd: project.root,
    env: {
      ...variables,
      PYTHONPATH: project.sourceRoots.join(path.delimiter),
      DJANGO_SETTINGS_MODULE: settings,
    },
  });
  const bridge: BridgeProject = {
    workspaceTrusted: true,
    root: project.root,
    sourceRoots: project.sourceRoots,
    settings,
    environment: variables,
    serverVersion: 170_000,
    limits: { startMs: 180_000, compileMs: 60_000 },
  };
  const native = new PythonInterpreterCompiler({ ...bridge, python });
  const own = new PyodideCompiler({
    ...bridge,
    files: nodeFileSystem,
    cacheFolder: undefined,
    django: installedDjango(nodeFileSystem, [project.root]),
    bundle: inRepository("dist"),
  });
  try {
    const started = await native.start();
    if (started.kind === "failed") throw new Error(started.error.message);
    const outcomes: Outcome[] = [];
    for (const queryset of querysets) outcomes.push(await outcomeOf(queryset, own, native));
    const count = (...verdicts: readonly Outcome["verdict"][]) =>
      outcomes.filter(({ verdict }) => verdicts.includes(verdict)).length;
    const refused = outcomes.filter(({ verdict }) => verdict === "refused");
    return {
      version,
      django: started.info.django,
      querysets: outcomes.length,
      rejected: count("rejected"),
      compiled: count("equal", "different", "native refuses"),
      uncompared: count("native refuses"),
      equal: count("equal"),
      refusals: countedBy(
        refused.map(({ own: { kind, ...rest } }) => ("error" in rest ? rest.error.kind : kind)),
      ),
      refusedBoth: refused.filter(({ native: { kind } }) => kind === "failed").length,
      outcomes,
    };
  } finally {
    await Promise.all([own.close(), native.close()]);
    rmSync(data, { recursive: true });
  }
}

async function outcomeOf(
  { place, module, known, expression: { text, bindings } }: TypedQueryset,
  own: QuerysetCompiler,
  native: QuerysetCompiler,
): Promise<Outcome> {
  const request = { module, expression: text, bindings };
  const ask = (compiler: QuerysetCompiler) => compileWith(compiler, request, async () => known);
  const [made, wanted] = [await ask(own), await ask(native)];
  const verdict = await verdictOn(made, wanted);
  return { place, expression: text, own: made, native: wanted, verdict };
}

async function verdictOn(own: CompileResult, native: CompileResult): Promise<Outcome["verdict"]> {
  if (native.kind === "failed" && native.error.kind === "django-rejected") return "rejected";
  if (own.kind === "failed") return "refused";
  if (native.kind === "failed") return "native refuses";
  return (await normal(own)) === (await normal(native)) ? "equal" : "different";
}

/** PostgreSQL's parse trees, without white space and needless parentheses, with what each statement is for. */
async function normal({ statements }: Extract<CompileResult, { kind: "compiled" }>): Promise<string> {
  const trees = statements.map(async ({ role, sql }) => {
    const parsed = await parseSql(sql);
    const tree = parsed.kind === "failed" ? sql : parsed.statements;
    return [
      role,
      JSON.stringify(tree, (key, value) => (/^location$|_location$/.test(key) ? undefined : value)),
    ];
  });
  return JSON.stringify(await Promise.all(trees));
}

function countedBy(keys: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
