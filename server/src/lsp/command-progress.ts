import {
  type CancellationToken,
  type Disposable,
  type ProgressToken,
  type ProgressType,
  WorkDoneProgress,
  type WorkDoneProgressServerReporter,
} from "vscode-languageserver";
import type { ServerContext } from "./server-context.ts";

export interface Asked {
  readonly workDoneToken: ProgressToken | undefined;
  readonly token: CancellationToken;
  /** What the client shows while it takes time. */
  readonly title: string;
}

export interface Running {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** With progress, and an end where the client or its user asks for it. */
export async function withProgress<Result>(
  context: Pick<ServerContext, "connection" | "client" | "logger">,
  { workDoneToken, token, title }: Asked,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const aborter = new AbortController();
  const progress = await commandProgress(context, workDoneToken, title);
  const cancellations = [token, progress.cancelled].flatMap((source): Disposable[] => {
    // That of a request that was cancelled before its turn tells nobody.
    if (source?.isCancellationRequested) aborter.abort();
    return source === undefined ? [] : [source.onCancellationRequested(() => aborter.abort())];
  });
  try {
    return await work({ signal: aborter.signal, onProgress: progress.report });
  } finally {
    progress.done();
    for (const cancellation of cancellations) cancellation.dispose();
  }
}

/** What a client shows of a command while it runs. */
interface CommandProgress {
  report(message: string): void;
  done(): void;
  /** Asks for the end, where the client lets its user do that; undefined where the client shows it by itself. */
  readonly cancelled: CancellationToken | undefined;
}

/** Reports to the client's own token where it gave one, else to a bar that the server asks for, where it may. */
async function commandProgress(
  { connection, client, logger }: Pick<ServerContext, "connection" | "client" | "logger">,
  token: ProgressToken | undefined,
  title: string,
): Promise<CommandProgress> {
  if (token !== undefined) {
    const send = (value: ProgressOf<typeof WorkDoneProgress.type>) =>
      void connection.sendProgress(WorkDoneProgress.type, token, value);
    send({ kind: "begin", title });
    return {
      report: (message) => send({ kind: "report", message }),
      done: () => send({ kind: "end" }),
      cancelled: undefined,
    };
  }
  if (!client.workDoneProgress) return { report() {}, done() {}, cancelled: undefined };
  let reporter: WorkDoneProgressServerReporter;
  try {
    reporter = await connection.window.createWorkDoneProgress();
  } catch (error) {
    logger.warn(`The client refused to show progress: ${String(error)}`);
    return { report() {}, done() {}, cancelled: undefined };
  }
  reporter.begin(title, undefined, undefined, true);
  return {
    report: (message) => reporter.report(message),
    done: () => reporter.done(),
    cancelled: reporter.token,
  };
}

type ProgressOf<Type> = Type extends ProgressType<infer Value> ? Value : never;
