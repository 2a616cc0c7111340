import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { Logger } from "../base/logger.ts";
import type { ActivityObserver, Progress } from "./analysis-activity.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { Folder } from "./folder.ts";

interface Shown {
  progress: Progress;
  /** Undefined until the client has made a progress bar. */
  reporter: WorkDoneProgressServerReporter | undefined;
}

/** Shows a long analysis as `$/progress`, if the client can. */
export function workDoneProgress(
  connection: Connection,
  client: ClientFeatures,
  logger: Logger,
): ActivityObserver {
  const shown = new Map<Folder, Shown>();

  const show = async (folder: Folder, state: Shown): Promise<void> => {
    const reporter = await connection.window.createWorkDoneProgress();
    reporter.begin(
      `Queryscope: ${folder.name}`,
      percentageOf(state.progress),
      messageOf(state.progress),
      false,
    );
    // The analysis may have ended while the client made the progress bar.
    if (shown.get(folder) === state) state.reporter = reporter;
    else reporter.done();
  };

  return {
    showed(folder, progress) {
      if (!client.workDoneProgress) return;
      const state: Shown = { progress, reporter: undefined };
      shown.set(folder, state);
      show(folder, state).catch((error: unknown) => {
        logger.warn(`The client refused to show progress: ${String(error)}`);
      });
    },
    progressed(folder, progress) {
      const state = shown.get(folder);
      if (state === undefined) return;
      const before = percentageOf(state.progress);
      state.progress = progress;
      if (percentageOf(progress) !== before)
        state.reporter?.report(percentageOf(progress), messageOf(progress));
    },
    ended(folder) {
      shown.get(folder)?.reporter?.done();
      shown.delete(folder);
    },
  };
}

function percentageOf({ done, total }: Progress): number {
  return total === 0 ? 0 : Math.floor((100 * done) / total);
}

function messageOf({ done, total }: Progress): string {
  return total === 0 ? "" : `${done} of ${total} files`;
}
