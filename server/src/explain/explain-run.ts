import type { ExplainProject } from "./explain-project.ts";
import { type Explanation, explain } from "./explanation.ts";
import type { PlanSource } from "./plan-source.ts";
import { PythonInterpreterCompiler } from "./python-compiler.ts";
import type { QuerysetExpression } from "./queryset-at.ts";
import type { QuerysetCompiler } from "./queryset-compiler.ts";

export interface ExplainRunOptions {
  /** Without trust nothing of the project is run, and nothing can be explained. */
  readonly workspaceTrusted: boolean;
  /** The interpreter for a project. */
  readonly pythonFor: (project: ExplainProject) => string;
  /** What the projects see of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined for the SQL alone. */
  readonly plans: PlanSource | undefined;
  /** Runs queries to measure them. The user has agreed. */
  readonly analyze: boolean;
}

/** PostgreSQL's version where there is no server to ask. */
const assumedServerVersion = 170_000;

/** Explains several expressions with one interpreter for each project and one database. */
export class ExplainRun {
  readonly #options: ExplainRunOptions;
  readonly #compilers = new Map<string, Promise<QuerysetCompiler>>();

  constructor(options: ExplainRunOptions) {
    this.#options = options;
  }

  async explain(queryset: QuerysetExpression, project: ExplainProject, module: string): Promise<Explanation> {
    const { plans, analyze } = this.#options;
    const compiler = await this.#compilerFor(project);
    const explanation = await explain(queryset, module, { compiler, plans, analyze });
    const started = await compiler.start();
    if (started.kind === "failed" || started.info.isPostgresql) return explanation;
    const note = `the project uses ${started.info.engine || "no database"}; this is what it would send to PostgreSQL`;
    return { ...explanation, notes: [note, ...explanation.notes] };
  }

  /** Ends interpreters and the connection. */
  async close(): Promise<void> {
    for (const compiler of this.#compilers.values()) await (await compiler).close();
    await this.#options.plans?.close();
  }

  #compilerFor(project: ExplainProject): Promise<QuerysetCompiler> {
    const key = `${project.root}\n${project.settings}`;
    let compiler = this.#compilers.get(key);
    if (compiler === undefined) {
      compiler = this.#makeCompiler(project);
      this.#compilers.set(key, compiler);
    }
    return compiler;
  }

  async #makeCompiler(project: ExplainProject): Promise<QuerysetCompiler> {
    const { workspaceTrusted, pythonFor, environment, plans } = this.#options;
    const opened = await plans?.open();
    return new PythonInterpreterCompiler({
      workspaceTrusted,
      python: pythonFor(project),
      root: project.root,
      sourceRoots: project.sourceRoots,
      settings: project.settings,
      environment,
      serverVersion: opened?.kind === "open" ? opened.server.number : assumedServerVersion,
    });
  }
}
