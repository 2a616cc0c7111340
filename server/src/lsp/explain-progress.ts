import {
  type CancellationToken,
  type ProgressToken,
  type ProgressType,
  WorkDoneProgress,
  type WorkDoneProgressServerReporter,
} from "vscode-languageserver";
import type { ServerContext } from "./server-context.ts";

/** What a client shows of a command while it runs. */
export interface CommandProgress {
  report(message: string): void;
  done(): void;
  /** Asks for the end, where the client lets its user do that; undefined where the client shows it by itself. */
  readonly cancelled: CancellationToken | undefined;
}

/** Reports to the client's own token where it gave one, else to a bar that the server asks for, where it may. */
export async function explainProgress(
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
