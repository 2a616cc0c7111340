import { type CancellationToken, ErrorCodes, type ProgressToken, ProgressType } from "vscode-languageserver";
import { z } from "zod";
import { lineIndexOf } from "../base/line-index.ts";
import type { Explainer, ExplainRequest, RequestedPlans } from "../explain/api.ts";
import type { ConnectionDetails } from "../explain/connection-url.ts";
import type { ExplanationJson } from "../explain/explanation-json.ts";
import { userCacheFolder } from "../platform/cache-folder.ts";
import { nodeFileSystem } from "../platform/node-file-system.ts";
import { joinPath } from "../platform/paths.ts";
import { type Asked, type Running, withProgress } from "./command-progress.ts";
import type { AnalysedFolder, Folder } from "./folder.ts";
import { toTextRange } from "./positions.ts";
import { commandArgument, RequestError } from "./requests.ts";
import type { ServerContext } from "./server-context.ts";

/** Explains the queryset at a cursor or selection. Its one argument is an `ExplainArguments`. */
export const explainCommand = "queryscope.server.explain";

export interface ExplainCommandResult {
  /** For people. */
  readonly text: string;
  /** For programs: an element of `queryscope explain --output-format json`. */
  readonly explanation: ExplanationJson;
}

const position = z.object({ line: z.number(), character: z.number() });

/** A PostgreSQL that the client's user has chosen. */
export const postgresConnection = z.object({
  name: z.string(),
  host: z.string().optional(),
  port: z.union([z.string(), z.number().transform(String)]).optional(),
  database: z.string().optional(),
  user: z.string().optional(),
  sslMode: z.string().optional(),
  sslRootCertificate: z.string().optional(),
  password: z.string().optional(),
  /** Plans of the embedded PostgreSQL, with this database's statistics. A query that is measured runs on it. */
  copyStatistics: z.boolean().default(false),
});

/** What the client has to say; it alone knows whether the workspace is trusted, and it keeps the password. */
export const toolArguments = z.object({
  uri: z.string(),
  workspaceTrusted: z.boolean(),
  python: z.string().optional(),
  /** Whether the interpreter was named for EXPLAIN, and not only found. */
  pythonNamed: z.boolean().default(false),
  environment: z.record(z.string(), z.string()).default({}),
  connection: postgresConnection.optional(),
});

const explainArguments = toolArguments.extend({
  range: z.object({ start: position, end: position }),
  analyze: z.boolean().default(false),
  /** No plan, also none of the embedded PostgreSQL. */
  sqlOnly: z.boolean().default(false),
  /** With `analyze` and no connection: rows of each table at most that are generated to run the query on. */
  generatedRows: z.int().min(1).max(500_000).optional(),
  /** The token of a progress notification by which the SQL comes, as an `ExplainCommandResult`, before there is a plan. */
  partialResultToken: z.union([z.string(), z.number()]).optional(),
});

export type ExplainArguments = z.input<typeof explainArguments>;

/** Made when it is needed: it brings the database client along. For the life of the server. */
export class ExplainerOnDemand {
  readonly #embeddedPostgres: URL;
  #made: Promise<Explainer> | undefined;

  constructor(embeddedPostgres: URL) {
    this.#embeddedPostgres = embeddedPostgres;
  }

  get(): Promise<Explainer> {
    this.#made ??= this.#make();
    return this.#made;
  }

  /** Ends what was started. */
  async close(): Promise<void> {
    await (await this.#made)?.close();
  }

  async #make(): Promise<Explainer> {
    const { Explainer } = await import("../explain/api.ts");
    const embeddedPostgres = this.#embeddedPostgres;
    return new Explainer({ files: nodeFileSystem, cacheFolder: userCacheFolder(), embeddedPostgres });
  }
}

export interface ExplainCommandParams {
  readonly arguments?: readonly unknown[];
  readonly workDoneToken?: ProgressToken;
}

export type ExplainContext = Pick<
  ServerContext,
  "folders" | "explainer" | "connection" | "client" | "logger"
>;

export async function explainRequest(
  context: ExplainContext,
  { arguments: given, workDoneToken }: ExplainCommandParams,
  token: CancellationToken,
): Promise<ExplainCommandResult> {
  const { uri, range, sqlOnly, generatedRows, connection, partialResultToken, ...rest } = commandArgument(
    explainCommand,
    explainArguments,
    given,
  );
  const { folder, analysed, path } = await analysedPlace(context, uri, token);
  const { project, module } = projectOf(analysed, path);
  const { tableRows, columnStatistics } = analysed.configuration;
  const details = connection && (await detailsOf(connection));
  const plans: RequestedPlans =
    details !== undefined && (rest.analyze || !connection?.copyStatistics)
      ? { kind: "server", connection: details, tableRows }
      : sqlOnly
        ? { kind: "none" }
        : { kind: "embedded", tableRows, columnStatistics, generatedRows, statistics: details };
  const title = "Queryscope: explaining the queryset";
  return withExplainer(context, { workDoneToken, token, title }, (explainer, running) =>
    explainer.explainAt({
      ...rest,
      ...running,
      folder: folder.path,
      project,
      module,
      analysis: analysed.snapshot.analysis,
      selection: toTextRange(lineIndexOf(module.file.text), range),
      unsaved: unsavedModules(analysed, folder.path),
      plans,
      onSql: (result) => {
        if (partialResultToken !== undefined)
          void context.connection.sendProgress(new ProgressType(), partialResultToken, result);
      },
    }),
  );
}

export interface AnalysedPlace {
  readonly folder: Folder;
  readonly analysed: AnalysedFolder;
  /** Relative to the folder. */
  readonly path: string;
}

/** @throws RequestError for a file in no open folder */
export async function analysedPlace(
  { folders }: Pick<ServerContext, "folders">,
  uri: string,
  token: CancellationToken,
): Promise<AnalysedPlace> {
  const place = folders.locate(uri);
  if (place === undefined) throw new RequestError(ErrorCodes.InvalidParams, "the file is in no open folder");
  return { ...place, analysed: await place.folder.current(token) };
}

/** @throws RequestError for a file of no project */
export function projectOf(
  { snapshot }: AnalysedFolder,
  path: string,
): Pick<ExplainRequest, "project" | "module"> {
  for (const project of snapshot.analysis.projects) {
    const module = project.program.moduleOfFile(path);
    if (module !== undefined) return { project, module };
  }
  throw new RequestError(ErrorCodes.InvalidParams, "the file belongs to no Django project");
}

export async function withExplainer<Result>(
  context: ExplainContext,
  asked: Asked,
  work: (explainer: Explainer, running: Running) => Promise<Result>,
): Promise<Result> {
  const explainer = await context.explainer.get();
  return withProgress(context, asked, (running) => work(explainer, running));
}

/** The open modules of which the disk has another text. One with an error in it can't be imported; its saved text can. */
export function unsavedModules(
  { buffers, snapshot }: AnalysedFolder,
  folder: string,
): ReadonlyMap<string, string> {
  const texts = [...buffers].flatMap(([path, { text }]): [string, string][] => {
    if (!path.endsWith(".py")) return [];
    const modules = snapshot.analysis.projects.flatMap(({ program }) => program.moduleOfFile(path) ?? []);
    const isWhole = modules.some(({ file }) => file.text === text && file.tree.errors.length === 0);
    const absolute = joinPath(folder, path);
    const saved = isWhole ? nodeFileSystem.readText(absolute) : undefined;
    return saved?.kind === "text" && saved.text !== text ? [[absolute, text]] : [];
  });
  return new Map(texts);
}

export async function detailsOf(given: z.output<typeof postgresConnection>): Promise<ConnectionDetails> {
  const { detailsFrom } = await import("../explain/connection-url.ts");
  const { name, host, port, database, user, sslMode, sslRootCertificate, password } = given;
  const keywords = {
    host,
    port,
    dbname: database,
    user,
    sslmode: sslMode,
    sslrootcert: sslRootCertificate,
    password,
  };
  const result = detailsFrom(name, keywords);
  if (result.kind === "details") return result.details;
  throw new RequestError(ErrorCodes.InvalidParams, `the connection ${name} ${result.reason}`);
}
