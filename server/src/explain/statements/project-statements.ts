import type { TextRange } from "../../base/text-range.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { joinPath } from "../../platform/paths.ts";
import { isTestPath } from "../../python/test-paths.ts";
import type { PythonParser } from "../../syntax/python-parser.ts";
import type { ExplainProject } from "../explain-project.ts";
import type { ExplainRun } from "../explain-run.ts";
import type { KnownQueryset } from "../known-querysets.ts";
import { type QuerysetExpression, querysetsIn } from "../queryset-at.ts";
import type { PlaceRole, StatementIndex } from "./statement-match.ts";

export interface ProjectStatementsOptions {
  readonly files: FileSystem;
  /** Absolute; paths of modules are relative to it. */
  readonly folder: string;
  readonly parser: PythonParser;
  /** Without plans. */
  readonly run: ExplainRun;
  /** What the analysis of the whole program knows of an expression of a module. */
  readonly known: (path: string, range: TextRange) => Promise<readonly KnownQueryset[]>;
  readonly onProgress: (done: number, total: number) => void;
}

/** A queryset of the project, to ask more about it. */
export interface ProjectQueryset {
  readonly path: string;
  readonly module: string;
  readonly expression: QuerysetExpression;
}

export interface ProjectStatements {
  /** How many there are. */
  readonly total: number;
  /** Those that Django made SQL of. */
  readonly querysets: readonly ProjectQueryset[];
  /** Why others have none, with how many. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Has Django make the SQL of all of a project's querysets, and takes it into the index. */
export async function indexProject(
  index: StatementIndex,
  project: ExplainProject,
  options: ProjectStatementsOptions,
): Promise<ProjectStatements> {
  const { files, folder, parser, onProgress } = options;
  const all = project.modules
    .filter(({ path }) => servesUsers(path))
    .flatMap(({ path, name }) => {
      const read = files.readText(joinPath(folder, path));
      if (read.kind !== "text") return [];
      return querysetsIn(parser.parse(path, read.text)).map(
        (expression): ProjectQueryset => ({ path, module: name, expression }),
      );
    });
  const querysets: ProjectQueryset[] = [];
  const reasons = new Map<string, number>();
  for (const [done, queryset] of all.entries()) {
    onProgress(done, all.length);
    const reason = await addStatements(index, project, queryset, options);
    if (reason === undefined) querysets.push(queryset);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { total: all.length, querysets, reasons };
}

function servesUsers(path: string): boolean {
  return !isTestPath(path) && !/(?:^|\/)migrations\//.test(path);
}

/** Takes in how a paginator counts the rows of querysets. */
export async function indexCounts(
  index: StatementIndex,
  project: ExplainProject,
  querysets: readonly ProjectQueryset[],
  tools: Pick<ProjectStatementsOptions, "run" | "known">,
): Promise<void> {
  for (const { expression, ...queryset } of querysets) {
    const counting = { ...expression, text: `(${expression.text}).count()` };
    await addStatements(index, project, { ...queryset, expression: counting }, tools, "count");
  }
}

/** @returns why there are none */
async function addStatements(
  index: StatementIndex,
  project: ExplainProject,
  { path, module, expression }: ProjectQueryset,
  { run, known }: Pick<ProjectStatementsOptions, "run" | "known">,
  role?: PlaceRole,
): Promise<string | undefined> {
  const { statements, error } = await run.explain(expression, project, {
    module,
    tableRows: {},
    known: () => known(path, expression.range),
  });
  if (error !== undefined) return error.kind;
  const place = { path, range: expression.range, expression: expression.text };
  for (const statement of statements)
    await index.add(statement.sql, { ...place, role: role ?? statement.role });
  return undefined;
}
