import type { Connection } from "vscode-languageserver";
import type { Logger } from "../base/logger.ts";

/** Writes to the client's log: `window/logMessage`. */
export function connectionLogger({ console }: Connection): Logger {
  return {
    error: (message) => console.error(message),
    warn: (message) => console.warn(message),
    info: (message) => console.info(message),
    debug: (message) => console.debug(message),
  };
}

/** With its stack, for the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
