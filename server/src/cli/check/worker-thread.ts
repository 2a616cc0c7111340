/** Both ends of a thread that checks a folder. */
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";
import { type CheckedFolder, checkFolder } from "./check-folder.ts";
import type { CheckInThread, ThreadRequest } from "./threads.ts";

type Answer =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "checked"; readonly folder: CheckedFolder }
  /** What was wrong with the call: an error's class does not survive the way. */
  | { readonly kind: "usage"; readonly message: string };

/** @param program the file that calls `answerThreadRequest` when it is not in the main thread */
export function checkInThreadOf(program: string): CheckInThread {
  return (request, progress, signal) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(program, { workerData: request });
      const stop = (): void => void worker.terminate();
      signal.addEventListener("abort", stop);
      worker.on("message", (answer: Answer) => {
        switch (answer.kind) {
          case "progress":
            return progress(answer.done, answer.total);
          case "checked":
            return resolve(answer.folder);
          case "usage":
            return reject(new UsageError(answer.message));
        }
      });
      worker.on("error", reject);
      worker.on("exit", () => {
        signal.removeEventListener("abort", stop);
        reject(new Error(`the thread that checked ${request.target.folder} ended without an answer`));
      });
    });
}

/** The other end. */
export async function answerThreadRequest(environment: CliEnvironment): Promise<void> {
  const { target, ...request }: ThreadRequest = workerData;
  const answer = (message: Answer): void => parentPort?.postMessage(message);
  const progress = {
    update: (done: number, total: number) => answer({ kind: "progress", done, total }),
    clear: () => {},
  };
  try {
    answer({ kind: "checked", folder: await checkFolder(target, { ...request, environment, progress }) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    answer({ kind: "usage", message: error.message });
  }
}
