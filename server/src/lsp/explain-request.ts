import { type CancellationToken, ErrorCodes } from "vscode-languageserver";
import { z } from "zod";
import { lineIndexOf } from "../base/line-index.ts";
import type { CompilerPool } from "../explain/compiler-pool.ts";
import type { ConnectionDetails } from "../explain/connection-url.ts";
import type { ExplanationJson } from "../explain/explanation-json.ts";
import { userCacheFolder } from "../platform/cache-folder.ts";
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

let compilers: CompilerPool | undefined;

/** For the life of the server: loading a project takes seconds, the next expression none. */
async function compilerPool(): Promise<CompilerPool> {
  if (compilers === undefined) {
    const { CompilerPool } = await import("../explain/compiler-pool.ts");
    const { nodeFileSystem } = await import("../platform/node-file-system.ts");
    compilers = new CompilerPool({ files: nodeFileSystem, cacheFolder: userCacheFolder() });
  }
  return compilers;
}

export async function explainRequest(
  { folders, embeddedPostgres }: Pick<ServerContext, "folders" | "embeddedPostgres">,
  given: readonly unknown[] | undefined,
  token: CancellationToken,
): Promise<ExplainCommandResult> {
  const parsed = explainArguments.safeParse(given?.[0]);
  // Without the values: one of them is a password.
  if (!parsed.success) throw new RequestError(ErrorCodes.InvalidParams, `${explainCommand}: wrong arguments`);
  const {
    uri,
    range,
    workspaceTrusted,
    python,
    pythonNamed,
    environment,
    analyze,
    sqlOnly,
    generatedRows,
    connection,
  } = parsed.data;
  const place = folders.locate(uri);
  if (place === undefined) throw new RequestError(ErrorCodes.InvalidParams, "the file is in no open folder");
  const { snapshot, configuration } = await place.folder.current(token);
  const found = snapshot.analysis.projects
    .map((project) => ({ project, module: project.program.moduleOfFile(place.path) }))
    .find(({ module }) => module !== undefined);
  if (found?.module === undefined) {
    throw new RequestError(ErrorCodes.InvalidParams, "the file belongs to no Django project");
  }
  const { project, module } = found;
  // Loaded when it is needed: it brings the database client along.
  const { explainAt } = await import("../explain/api.ts");
  const { nodeFileSystem } = await import("../platform/node-file-system.ts");
  const aborter = new AbortController();
  const cancellation = token.onCancellationRequested(() => aborter.abort());
  try {
    return await explainAt(
      {
        folder: place.folder.path,
        project,
        module,
        selection: toTextRange(lineIndexOf(module.file.text), range),
        workspaceTrusted,
        compilers: await compilerPool(),
        python,
        pythonNamed,
        environment,
        plans:
          connection !== undefined
            ? { kind: "server", connection: await detailsOf(connection) }
            : sqlOnly
              ? { kind: "none" }
              : {
                  kind: "embedded",
                  folder: embeddedPostgres,
                  tableRows: configuration.tableRows,
                  generatedRows,
                },
        analyze,
        signal: aborter.signal,
      },
      nodeFileSystem,
    );
  } finally {
    cancellation.dispose();
  }
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
