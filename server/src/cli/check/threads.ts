/** Checks several folders at the same time, each in a thread of its own. */
import { type CheckedFolder, type CheckInput, type CheckRequest, checkFolder } from "./check-folder.ts";
import type { Target } from "./targets.ts";

/** Everything that a thread is sent; plain data. */
export interface ThreadRequest extends CheckRequest {
  readonly target: Target;
}

export type CheckInThread = (
  request: ThreadRequest,
  progress: (done: number, total: number) => void,
  /** Ends the thread. */
  signal: AbortSignal,
) => Promise<CheckedFolder>;

/**
 * Threads are for folders, not for parts of one: functions of one project are understood from what others mean, so that
 * a second thread would parse and link the same project again.
 * @returns what came of the targets, in their order
 */
export async function checkFolders(
  targets: readonly Target[],
  input: CheckInput,
): Promise<readonly CheckedFolder[]> {
  const { environment, progress, ...request } = input;
  const { checkInThread, processors } = environment;
  const threads = Math.min(request.options.threads ?? processors, targets.length);
  if (threads <= 1 || checkInThread === undefined)
    return inTurn(targets, 1, (target) => checkFolder(target, input));
  const controller = new AbortController();
  const counts = new Map<Target, readonly [done: number, total: number]>();
  try {
    return await inTurn(targets, threads, (target) =>
      checkInThread(
        { ...request, target },
        (done, total) => {
          counts.set(target, [done, total]);
          const all = [...counts.values()];
          progress.update(sum(all.map(([one]) => one)), sum(all.map(([, one]) => one)));
        },
        controller.signal,
      ),
    );
  } finally {
    controller.abort();
    progress.clear();
  }
}

/** Runs at most `limit` at a time, and begins nothing new after the first failure. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  limit: number,
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const pending = [...items.entries()];
  let failed = false;
  const work = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined && !failed; next = pending.shift()) {
      const [index, item] = next;
      try {
        results.set(index, await run(item));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return [...results].sort(([first], [second]) => first - second).map(([, result]) => result);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
