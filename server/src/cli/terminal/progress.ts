import type { Output } from "../environment.ts";

export interface Progress {
  update(done: number, total: number): void;
  /** Leaves nothing of it on the screen. */
  clear(): void;
}

const silent: Progress = { update: () => {}, clear: () => {} };

/** Milliseconds between two redraws; also how long work may take without showing any. */
const interval = 100;

/** One line that rewrites itself, on a terminal only. */
export function createProgress(
  output: Output,
  wanted: boolean,
  now: () => number = performance.now.bind(performance),
): Progress {
  if (!wanted || !output.isTerminal) return silent;
  let last = now();
  let shown = false;
  return {
    update(done, total) {
      if (now() - last < interval) return;
      last = now();
      shown = true;
      output.write(`\r\u001b[2Kanalysing ${done} of ${total} files`);
    },
    clear() {
      if (shown) output.write("\r\u001b[2K");
      shown = false;
    },
  };
}
