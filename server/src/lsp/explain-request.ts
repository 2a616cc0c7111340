import {
  type CancellationToken,
  type Disposable,
  ErrorCodes,
  type ProgressToken,
  ProgressType,
} from "vscode-languageserver";
import { z } from "zod";
import { lineIndexOf } from "../base/line-index.ts";
import type { Explainer } from "../explain/api.ts";
import type { ConnectionDetails } from "../explain/connection-url.ts";
import type { ExplanationJson } from "../explain/explanation-json.ts";
import { userCacheFolder } from "../platform/cache-folder.ts";
import { nodeFileSystem } from "../platform/node-file-system.ts";
import { joinPath } from "../platform/paths.ts";
import { explainProgress } from "./explain-progress.ts";
import type { AnalysedFolder } from "./folder.ts";
import { toTextRange } from "./positions.ts";
import { RequestError } from "./requests.ts";
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

/** What the client has to say; it alone knows whether the workspace is trusted, and it keeps the password. */
const explainArguments = z.object({
  uri: z.string(),
  range: z.object({ start: position, end: position }),
  workspaceTrusted: z.boolean(),
  python: z.string().optional(),
  /** Whether the interpreter was named for EXPLAIN, and not only found. */
  pythonNamed: z.boolean().default(false),
  environment: z.record(z.string(), z.string()).default({}),
  analyze: z.boolean().default(false),
  /** No plan, also none of the embedded PostgreSQL. */
  sqlOnly: z.boolean().default(false),
  /** With `analyze` and no connection: rows of each table at most that are generated to run the query on. */
  generatedRows: z.int().min(1).max(500_000).optional(),
  /** The token of a progress notification by which the SQL comes, as an `ExplainCommandResult`, before there is a plan. */
  partialResultToken: z.union([z.string(), z.number()]).optional(),
  connection: z
    .object({
      name: z.string(),
      host: z.string().optional(),
      port: z.union([z.string(), z.number().transform(String)]).optional(),
      database: z.string().optional(),
      user: z.string().optional(),
      sslMode: z.string().optional(),
      sslRootCertificate: z.string().optional(),
      password: z.string().optional(),
    })
    .optional(),
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

export async function explainRequest(
  context: Pick<ServerContext, "folders" | "explainer" | "connection" | "client" | "logger">,
  { arguments: given, workDoneToken }: ExplainCommandParams,
  token: CancellationToken,
): Promise<ExplainCommandResult> {
  const parsed = explainArguments.safeParse(given?.[0]);
  // Without the values: one of them is a password.
  if (!parsed.success) throw new RequestError(ErrorCodes.InvalidParams, `${explainCommand}: wrong arguments`);
  const { uri, range, sqlOnly, generatedRows, connection, partialResultToken, ...rest } = parsed.data;
  const place = context.folders.locate(uri);
  if (place === undefined) throw new RequestError(ErrorCodes.InvalidParams, "the file is in no open folder");
  const { folder, path } = place;
  const analysed = await folder.current(token);
  const found = analysed.snapshot.analysis.projects
    .map((project) => ({ project, module: project.program.moduleOfFile(path) }))
    .find(({ module }) => module !== undefined);
  if (found?.module === undefined) {
    throw new RequestError(ErrorCodes.InvalidParams, "the file belongs to no Django project");
  }
  const { project, module } = found;
  const { tableRows } = analysed.configuration;
  const explainer = await context.explainer.get();
  const aborter = new AbortController();
  const progress = await explainProgress(context, workDoneToken);
  const cancellations = [token, progress.cancelled].flatMap((source): Disposable[] =>
    source === undefined ? [] : [source.onCancellationRequested(() => aborter.abort())],
  );
  try {
    return await explainer.explainAt({
      ...rest,
      folder: folder.path,
      project,
      module,
      selection: toTextRange(lineIndexOf(module.file.text), range),
      unsaved: unsavedModules(analysed, folder.path),
      plans:
        connection !== undefined
          ? { kind: "server", connection: await detailsOf(connection) }
          : sqlOnly
            ? { kind: "none" }
            : { kind: "embedded", tableRows, generatedRows },
      signal: aborter.signal,
      onProgress: progress.report,
      onSql: (result) => {
        if (partialResultToken !== undefined)
          void context.connection.sendProgress(new ProgressType(), partialResultToken, result);
      },
    });
  } finally {
    progress.done();
    for (const cancellation of cancellations) cancellation.dispose();
  }
}

/** The open modules of which the disk has another text. One with an error in it can't be imported; its saved text can. */
function unsavedModules({ buffers, snapshot }: AnalysedFolder, folder: string): ReadonlyMap<string, string> {
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

async function detailsOf(
  given: NonNullable<z.output<typeof explainArguments>["connection"]>,
): Promise<ConnectionDetails> {
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
