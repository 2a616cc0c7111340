import type { Output } from "../environment.ts";
import { printable } from "../output/text.ts";

/** Everything for people that is not a finding, on standard error. */
export interface Log {
  /** Something went wrong. Always said. */
  error(message: string): void;
  /** What a reader of the findings wants to know. Not said with `--quiet`. */
  note(message: string): void;
  /** Said with `--verbose` only. */
  detail(message: string): void;
}

export function createLog(
  output: Output,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): Log {
  const say = (message: string): void => output.write(`${printable(message)}\n`);
  return {
    error: (message) => say(`queryscope: ${message}`),
    note: (message) => {
      if (!quiet) say(message);
    },
    detail: (message) => {
      if (verbose) say(message);
    },
  };
}
