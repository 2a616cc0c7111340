export interface Logger {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

const ignore = (): void => {};

export const silentLogger: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };
